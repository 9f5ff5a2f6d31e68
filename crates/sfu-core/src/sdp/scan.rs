//! What a client's description says about each of its media sections.

use crate::transport::Mid;
use base::media::Kind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

/// One `m=` section of the client's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub(crate) mid: Mid,
    /// `None`: data channels, or something we do not know.
    pub(crate) kind: Option<Kind>,
    pub(crate) direction: Direction,
    /// The second word of `a=msid`: the id that the client gave in `add_track`.
    pub(crate) track_id: Option<String>,
    /// Simulcast layers that the client sends, in its order.
    pub(crate) rids: Vec<String>,
    /// Simulcast without rids (`a=ssrc-group:SIM`), lowest first.
    pub(crate) simulcast_ssrcs: Vec<u32>,
    /// Payload types in the client's order of preference.
    pub(crate) payload_types: Vec<u8>,
}

impl Section {
    pub(crate) fn is_sending(&self) -> bool {
        matches!(self.direction, Direction::SendOnly | Direction::SendRecv)
    }

    /// Only such a section can be given to a subscribed track.
    pub(crate) fn is_receive_only(&self) -> bool {
        self.direction == Direction::RecvOnly
    }
}

/// Reads the sections; those without a mid are left out.
pub(crate) fn scan(sdp: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut current: Option<Draft> = None;
    for line in sdp.lines().map(str::trim_end) {
        if let Some(media) = line.strip_prefix("m=") {
            sections.extend(current.take().and_then(Draft::finish));
            current = Some(Draft::begin(media));
        } else if let Some(draft) = &mut current {
            draft.read(line);
        }
    }
    sections.extend(current.and_then(Draft::finish));
    sections
}

struct Draft {
    mid: Option<Mid>,
    rejected: bool,
    section: Section,
}

impl Draft {
    fn begin(media: &str) -> Self {
        let mut words = media.split(' ');
        let kind = match words.next() {
            Some("audio") => Some(Kind::Audio),
            Some("video") => Some(Kind::Video),
            _ => None,
        };
        let rejected = words.next() == Some("0");
        let payload_types = words.skip(1).filter_map(|pt| pt.parse().ok()).collect();
        Self {
            mid: None,
            rejected,
            section: Section {
                mid: Mid::from(""),
                kind,
                direction: Direction::SendRecv,
                track_id: None,
                rids: Vec::new(),
                simulcast_ssrcs: Vec::new(),
                payload_types,
            },
        }
    }

    fn read(&mut self, line: &str) {
        let Some(attribute) = line.strip_prefix("a=") else {
            return;
        };
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        let section = &mut self.section;
        match name {
            "mid" if !value.is_empty() => self.mid = Some(Mid::from(value)),
            "sendrecv" => section.direction = Direction::SendRecv,
            "sendonly" => section.direction = Direction::SendOnly,
            "recvonly" => section.direction = Direction::RecvOnly,
            "inactive" => section.direction = Direction::Inactive,
            "msid" => section.track_id = value.split(' ').nth(1).map(str::to_owned),
            // Browsers that describe tracks by SSRC only.
            "ssrc" if section.track_id.is_none() => {
                let msid = value.split_once(" msid:").map(|(_, msid)| msid);
                section.track_id = msid.and_then(|m| m.split(' ').nth(1)).map(str::to_owned);
            }
            "rid" => {
                if let Some((rid, rest)) = value.split_once(' ')
                    && rest.starts_with("send")
                {
                    section.rids.push(rid.to_owned());
                }
            }
            "ssrc-group" => {
                if let Some(ssrcs) = value.strip_prefix("SIM ") {
                    section.simulcast_ssrcs =
                        ssrcs.split(' ').filter_map(|s| s.parse().ok()).collect();
                }
            }
            _ => {}
        }
    }

    fn finish(self) -> Option<Section> {
        let direction = if self.rejected {
            Direction::Inactive
        } else {
            self.section.direction
        };
        Some(Section {
            mid: self.mid?,
            direction,
            ..self.section
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str = "v=0\r\n\
        o=- 1 2 IN IP4 127.0.0.1\r\n\
        a=group:BUNDLE 0 1 2 3\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63\r\n\
        a=mid:0\r\n\
        a=recvonly\r\n\
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n\
        a=mid:1\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 98 96 97\r\n\
        a=mid:2\r\n\
        a=sendonly\r\n\
        a=msid:stream track-2\r\n\
        a=rid:q send\r\n\
        a=rid:h send\r\n\
        a=rid:x recv\r\n\
        m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n\
        a=mid:3\r\n\
        a=sendonly\r\n";

    #[test]
    fn each_section_tells_what_it_carries() {
        let sections = scan(OFFER);
        assert_eq!(sections.len(), 4);
        assert!(sections[0].is_receive_only());
        assert_eq!(sections[0].kind, Some(Kind::Audio));
        assert_eq!(sections[1].kind, None);
        let video = &sections[2];
        assert!(video.is_sending());
        assert_eq!(video.track_id.as_deref(), Some("track-2"));
        assert_eq!(video.rids, ["q", "h"]);
        assert_eq!(video.payload_types, [98, 96, 97]);
    }

    #[test]
    fn a_rejected_section_is_inactive() {
        assert_eq!(scan(OFFER)[3].direction, Direction::Inactive);
    }

    #[test]
    fn rubbish_has_no_sections() {
        for text in ["", "m=", "m=video", "a=mid:0", "\r\n\r\n", "m=\r\na=mid"] {
            assert!(scan(text).is_empty(), "{text:?}");
        }
    }
}
