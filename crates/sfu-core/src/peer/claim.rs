//! Which announced track a sending section carries.

use super::Published;
use crate::sdp::Section;
use base::TrackId;
use base::media::{Quality, TrackCodec, TrackSpec};

/// Finds the announced encoding for a section.
#[derive(Debug)]
pub(crate) struct Claim<'a> {
    /// Announced tracks, in order.
    pub(crate) specs: Vec<&'a TrackSpec>,
    /// What other sections carry.
    pub(crate) taken: Vec<(TrackId, u8)>,
}

impl Claim<'_> {
    /// By the client's id of the track. Some browsers put another id into SDP than the one their
    /// application sees; then a section goes to the only waiting track of its kind.
    pub(crate) fn find(&self, section: &Section) -> Option<Published> {
        let (track, encoding) = self.by_cid(section).or_else(|| self.by_kind(section))?;
        Some(Published {
            track,
            encoding,
            section: section.clone(),
        })
    }

    fn by_cid(&self, section: &Section) -> Option<(TrackId, u8)> {
        let cid = section.track_id.as_deref()?;
        let mut all = self.specs.iter().flat_map(|spec| encodings(spec));
        all.find(|(track, encoding, codec)| {
            codec.cid == cid && !self.taken.contains(&(*track, *encoding))
        })
        .map(|(track, encoding, _)| (track, encoding))
    }

    fn by_kind(&self, section: &Section) -> Option<(TrackId, u8)> {
        let mut waiting = self
            .specs
            .iter()
            .filter(|spec| Some(spec.kind) == section.kind && !self.is_taken(spec.id));
        match (waiting.next(), waiting.next()) {
            (Some(only), None) => Some((only.id, 0)),
            _ => None,
        }
    }

    fn is_taken(&self, track: TrackId) -> bool {
        self.taken.iter().any(|(taken, _)| *taken == track)
    }
}

fn encodings(spec: &TrackSpec) -> impl Iterator<Item = (TrackId, u8, &TrackCodec)> {
    (0..)
        .zip(&spec.codecs)
        .map(|(i, codec)| (spec.id, i, codec))
}

/// The index of a simulcast stream, 0 the smallest: by the announced rid, by the names that
/// clients use, or by its place among the section's rids.
pub(crate) fn stream_of(codec: Option<&TrackCodec>, rids: &[String], rid: &str) -> u8 {
    let announced = codec.and_then(|codec| {
        let layer = codec.layers.iter().find(|l| l.rid.as_deref() == Some(rid));
        layer.map(|layer| layer.quality)
    });
    let named = || match rid {
        "q" => Some(Quality::Low),
        "h" => Some(Quality::Medium),
        "f" => Some(Quality::High),
        _ => None,
    };
    let quality = announced.or_else(named);
    let place = || rids.iter().position(|r| r == rid).unwrap_or(0).min(2);
    let index = quality.map_or_else(place, Quality::index);
    u8::try_from(index).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdp::{Direction, scan};
    use base::media::{Kind, Source};
    use base::{ParticipantSid, PeerId, TrackSid};

    fn spec(id: u64, kind: Kind, cid: &str) -> TrackSpec {
        TrackSpec {
            id: TrackId(id),
            sid: TrackSid::from("TR_x"),
            publisher: PeerId(1),
            participant: ParticipantSid::from("PA_x"),
            kind,
            source: Source::Unknown,
            codecs: vec![TrackCodec {
                codec: None,
                cid: cid.to_owned(),
                layers: Vec::new(),
            }],
            stereo: false,
            dtx: true,
            red: true,
            muted: false,
            encrypted: false,
        }
    }

    fn section(kind: &str, track: &str) -> Section {
        let text = format!("m={kind} 9 X 96\r\na=mid:0\r\na=sendonly\r\na=msid:- {track}\r\n");
        let section = scan(&text).remove(0);
        assert_eq!(section.direction, Direction::SendOnly);
        section
    }

    #[test]
    fn a_section_finds_its_track_by_cid_and_else_by_kind() {
        let (cam, mic) = (spec(1, Kind::Video, "cam"), spec(2, Kind::Audio, "mic"));
        let claim = Claim {
            specs: vec![&cam, &mic],
            taken: vec![],
        };
        let found = |claim: &Claim<'_>, section: &Section| claim.find(section).map(|p| p.track);
        assert_eq!(found(&claim, &section("video", "cam")), Some(TrackId(1)));
        assert_eq!(
            found(&claim, &section("audio", "{other}")),
            Some(TrackId(2))
        );
        let second = spec(3, Kind::Audio, "mic2");
        let ambiguous = Claim {
            specs: vec![&cam, &mic, &second],
            taken: vec![],
        };
        assert_eq!(found(&ambiguous, &section("audio", "{other}")), None);
    }

    #[test]
    fn rids_are_ordered_by_size_whatever_their_order_in_sdp() {
        let rids = ["f", "h", "q"].map(str::to_owned);
        assert_eq!(stream_of(None, &rids, "q"), 0);
        assert_eq!(stream_of(None, &rids, "f"), 2);
        let odd = ["lo", "hi"].map(str::to_owned);
        assert_eq!(stream_of(None, &odd, "hi"), 1);
    }
}
