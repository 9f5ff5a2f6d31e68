//! From str0m's draft to what the client gets.
//!
//! str0m answers with the mirror of the offer's direction and with stream ids of its own. Clients
//! want to read the participant and the track from `a=msid`, need unused sections `inactive`
//! (a section answered `sendonly` with a made-up msid fires its track event once and never
//! again), and choose the codec to send by the order in our answer.

use crate::config::LocalCandidate;
use crate::datagram::Protocol;
use crate::transport::Mid;
use base::media::Codec;
use std::collections::{HashMap, HashSet};
use std::fmt::Write;

/// What becomes of one media section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SectionPlan {
    /// Set: we send this there. Otherwise nothing is sent in it.
    pub(crate) sends: Option<Sending>,
    /// The client may send in it.
    pub(crate) receives: bool,
    /// The client's order of payload types, and the codec it said it would use: the answer's
    /// order decides what it encodes.
    pub(crate) preference: Vec<u8>,
    pub(crate) codec: Option<Codec>,
    /// The client should not send redundant audio.
    pub(crate) plain_audio: bool,
}

impl SectionPlan {
    fn is_idle(&self) -> bool {
        self.sends.is_none() && !self.receives
    }
}

/// The names under which we send a track: `a=msid:<stream> <track>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sending {
    pub(crate) stream: String,
    pub(crate) track: String,
}

/// Opus parameters. One set for the whole description: libwebrtc refuses a bundle in which one
/// payload type has two meanings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct OpusFormat {
    pub(crate) stereo: bool,
    pub(crate) dtx: bool,
}

#[derive(Debug)]
pub(crate) struct Finish<'a> {
    pub(crate) plans: &'a HashMap<Mid, SectionPlan>,
    pub(crate) opus: OpusFormat,
    pub(crate) candidates: &'a [LocalCandidate],
    /// An answer's sections are decided here; an offer's directions are str0m's.
    pub(crate) is_answer: bool,
}

/// Rewrites a draft.
pub(crate) fn finish(draft: &str, finish: &Finish<'_>) -> String {
    let mut text = String::with_capacity(draft.len() + 1_024);
    let mut sections = split(draft);
    let session = sections.next().unwrap_or_default();
    for line in session {
        if line.starts_with("a=msid-semantic") {
            text.push_str("a=msid-semantic: WMS *\r\n");
        } else {
            push(&mut text, line);
        }
    }
    for (index, section) in sections.enumerate() {
        finish.section(&mut text, &section, index == 0);
    }
    text
}

/// The session's lines, then those of each section.
fn split(draft: &str) -> impl Iterator<Item = Vec<&str>> {
    let mut parts: Vec<Vec<&str>> = vec![Vec::new()];
    for line in draft.lines().map(str::trim_end).filter(|l| !l.is_empty()) {
        if line.starts_with("m=") {
            parts.push(Vec::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(line);
        }
    }
    parts.into_iter()
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push_str("\r\n");
}

impl Finish<'_> {
    fn section(&self, text: &mut String, lines: &[&str], is_first: bool) {
        let mid = lines.iter().find_map(|line| line.strip_prefix("a=mid:"));
        let plan = mid.and_then(|mid| self.plans.get(&Mid::from(mid)));
        let is_media = lines
            .first()
            .is_some_and(|m| m.starts_with("m=audio") || m.starts_with("m=video"));
        let default = SectionPlan::default();
        let plan = is_media.then(|| plan.unwrap_or(&default));
        let mut codecs = Codecs::of(lines);
        if plan.is_some_and(|plan| plan.plain_audio) {
            codecs.drop_red();
        }
        if self.is_answer && plan.is_some_and(SectionPlan::is_idle) {
            codecs.keep_first_video(lines);
        }
        for line in lines {
            match plan {
                Some(plan) => self.media_line(text, line, plan, &codecs),
                None if is_candidate(line) => {}
                None => push(text, line),
            }
        }
        if is_first {
            self.candidates(text);
        }
    }

    fn media_line(&self, text: &mut String, line: &str, plan: &SectionPlan, codecs: &Codecs) {
        if is_candidate(line) || is_receiver_estimate(line) || codecs.has_dropped(line) {
            return;
        }
        if line.starts_with("m=") {
            return push(text, &codecs.order(line, plan));
        }
        let Some(attribute) = line.strip_prefix("a=") else {
            return push(text, line);
        };
        let (name, value) = attribute.split_once(':').unwrap_or((attribute, ""));
        match name {
            "sendrecv" | "sendonly" | "recvonly" | "inactive" if self.is_answer => {
                let direction = match (&plan.sends, plan.receives) {
                    (Some(_), true) => "sendrecv",
                    (Some(_), false) => "sendonly",
                    (None, true) => "recvonly",
                    (None, false) => "inactive",
                };
                push(text, &format!("a={direction}"));
            }
            "msid" => {
                if let Some(Sending { stream, track }) = &plan.sends {
                    push(text, &format!("a=msid:{stream} {track}"));
                }
            }
            "ssrc" | "ssrc-group" => ssrc_line(text, line, value, plan),
            "fmtp" if codecs.is_opus(value) => self.opus_line(text, line, value),
            _ => push(text, line),
        }
    }

    fn opus_line(&self, text: &mut String, line: &str, value: &str) {
        text.push_str(line);
        if self.opus.dtx {
            text.push_str(";usedtx=1");
        }
        if self.opus.stereo {
            // 510 kbps is the most that Opus can use (RFC 7587 section 7.1).
            text.push_str(";stereo=1;sprop-stereo=1;maxaveragebitrate=510000");
        } else if !self.is_answer {
            // Some voice may be in stereo later. Said of all from the beginning: a receiver whose
            // format changes makes its decoders anew, and all voices are interrupted.
            text.push_str(";sprop-stereo=1");
        }
        text.push_str("\r\n");
        // What we send may be asked for again; of what we receive str0m asks only where there is a
        // stream for repetitions, which no client has for voices.
        if let Some((payload_type, _)) = value.split_once(' ').filter(|_| !self.is_answer) {
            push(text, &format!("a=rtcp-fb:{payload_type} nack"));
        }
    }

    fn candidates(&self, text: &mut String) {
        for (index, candidate) in self.candidates.iter().enumerate() {
            let (protocol, preference, suffix) = match candidate.protocol {
                Protocol::Udp => ("udp", 65_535, ""),
                Protocol::Tcp => ("tcp", 8_191, " tcptype passive"),
            };
            // RFC 8445 section 5.1.2.1: type preference 126 is a host's; UDP before TCP
            // (RFC 6544 section 4.2).
            let local_preference = preference - index.min(1_000);
            let priority = (126_u64 << 24) | ((local_preference as u64) << 8) | 255;
            let address = candidate.advertised;
            // Writing to a String cannot fail.
            let _ = write!(
                text,
                "a=candidate:{} 1 {protocol} {priority} {} {} typ host{suffix}\r\n",
                index + 1,
                address.ip(),
                address.port(),
            );
        }
        push(text, "a=end-of-candidates");
    }
}

/// We estimate at the sender, by transport-wide feedback.
fn is_receiver_estimate(line: &str) -> bool {
    line.starts_with("a=rtcp-fb:") && line.ends_with(" goog-remb")
}

fn is_candidate(line: &str) -> bool {
    line.starts_with("a=candidate:") || line == "a=end-of-candidates"
}

fn ssrc_line(text: &mut String, line: &str, value: &str, plan: &SectionPlan) {
    let Some(Sending { stream, track }) = &plan.sends else {
        return;
    };
    match value.split_once(" msid:") {
        Some((ssrc, _)) => push(text, &format!("a=ssrc:{ssrc} msid:{stream} {track}")),
        None => push(text, line),
    }
}

/// The payload types of one section.
struct Codecs<'a> {
    /// Payload type to codec name, in lower case.
    names: HashMap<&'a str, String>,
    /// Retransmission payload type to that which it repeats.
    repeats: HashMap<&'a str, &'a str>,
    /// What the section goes without.
    dropped: HashSet<&'a str>,
}

impl<'a> Codecs<'a> {
    fn of(lines: &[&'a str]) -> Self {
        let mut names = HashMap::new();
        let mut repeats = HashMap::new();
        for line in lines {
            if let Some((pt, name)) = line
                .strip_prefix("a=rtpmap:")
                .and_then(|map| map.split_once(' '))
            {
                let name = name.split('/').next().unwrap_or_default();
                names.insert(pt, name.to_ascii_lowercase());
            } else if let Some((pt, format)) = line
                .strip_prefix("a=fmtp:")
                .and_then(|format| format.split_once(' '))
                && let Some(repeated) = format.strip_prefix("apt=")
            {
                repeats.insert(pt, repeated);
            }
        }
        Self {
            names,
            repeats,
            dropped: HashSet::new(),
        }
    }

    fn is(&self, payload_type: &str, name: &str) -> bool {
        self.names.get(payload_type).is_some_and(|n| n == name)
    }

    /// `value` is that of an `a=fmtp`.
    fn is_opus(&self, value: &str) -> bool {
        let payload_type = value.split(' ').next().unwrap_or_default();
        self.is(payload_type, "opus")
    }

    fn drop_red(&mut self) {
        let red = self.names.iter().filter(|(_, name)| *name == "red");
        self.dropped.extend(red.map(|(pt, _)| *pt));
    }

    /// A section in which nothing is sent names one codec: who wants more of it describes it once
    /// more anyway. A first answer has several such, and with all their codecs it is larger than
    /// what a TCP connection may send at once (ten segments, RFC 6928): a round trip for each who
    /// joins.
    fn keep_first_video(&mut self, lines: &[&'a str]) {
        let Some(formats) = lines.first().filter(|line| line.starts_with("m=video")) else {
            return;
        };
        let mut formats = formats.split(' ').skip(3);
        let Some(first) = formats.find(|pt| !self.repeats.contains_key(pt)) else {
            return;
        };
        let stays = |pt: &&str| *pt == first || self.repeats.get(pt) == Some(&first);
        let others = self.names.keys().filter(|pt| !stays(pt));
        self.dropped.extend(others);
    }

    /// Whether a line is about a payload type that was dropped.
    fn has_dropped(&self, line: &str) -> bool {
        ["a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"].iter().any(|prefix| {
            let value = line.strip_prefix(prefix);
            value.is_some_and(|v| {
                self.dropped
                    .contains(v.split(' ').next().unwrap_or_default())
            })
        })
    }

    /// The `m=` line with its payload types in the order of preference.
    fn order(&self, line: &str, plan: &SectionPlan) -> String {
        let mut words = line.split(' ');
        let head: Vec<&str> = words.by_ref().take(3).collect();
        let mut payload_types: Vec<&str> = words.filter(|pt| !self.dropped.contains(pt)).collect();
        payload_types.sort_by_key(|pt| self.rank(pt, plan));
        let all: Vec<&str> = head.into_iter().chain(payload_types).collect();
        all.join(" ")
    }

    /// First the announced codec, then the client's order; each repair after what it repairs.
    fn rank(&self, payload_type: &str, plan: &SectionPlan) -> (bool, usize, bool) {
        let main = self.repeats.get(payload_type).copied();
        let of = main.unwrap_or(payload_type);
        let announced = plan.codec.is_some_and(|codec| {
            self.names.get(of).and_then(|n| Codec::from_mime(n)) == Some(codec)
        });
        let place = plan
            .preference
            .iter()
            .position(|pt| of.parse() == Ok(*pt))
            .unwrap_or(usize::MAX);
        (!announced, place, main.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFT: &str = "v=0\r\n\
        a=msid-semantic: WMS junk\r\n\
        m=audio 9 UDP/TLS/RTP/SAVPF 63 111\r\n\
        a=candidate:1 1 udp 1 127.0.0.1 1 typ host ufrag x\r\n\
        a=mid:0\r\n\
        a=sendonly\r\n\
        a=msid:junk junk\r\n\
        a=rtpmap:63 red/48000/2\r\n\
        a=fmtp:63 111/111\r\n\
        a=rtpmap:111 opus/48000/2\r\n\
        a=fmtp:111 minptime=10;useinbandfec=1\r\n\
        a=ssrc:7 cname:c\r\n\
        a=ssrc:7 msid:junk junk\r\n\
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 99\r\n\
        a=mid:1\r\n\
        a=recvonly\r\n\
        a=msid:junk junk\r\n\
        a=rtpmap:96 VP8/90000\r\n\
        a=rtpmap:97 rtx/90000\r\n\
        a=fmtp:97 apt=96\r\n\
        a=rtpmap:98 VP9/90000\r\n\
        a=rtpmap:99 rtx/90000\r\n\
        a=fmtp:99 apt=98\r\n\
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n\
        a=mid:2\r\n\
        a=max-message-size:65536\r\n";

    fn finished(plans: impl IntoIterator<Item = (&'static str, SectionPlan)>) -> String {
        described(plans, true)
    }

    fn described(
        plans: impl IntoIterator<Item = (&'static str, SectionPlan)>,
        is_answer: bool,
    ) -> String {
        let plans = plans.into_iter().map(|(m, p)| (Mid::from(m), p)).collect();
        let candidates = [LocalCandidate {
            protocol: Protocol::Udp,
            local: ([10, 0, 0, 1], 7882).into(),
            advertised: ([192, 0, 2, 1], 7882).into(),
        }];
        finish(
            DRAFT,
            &Finish {
                plans: &plans,
                opus: OpusFormat {
                    stereo: false,
                    dtx: true,
                },
                candidates: &candidates,
                is_answer,
            },
        )
    }

    #[test]
    fn an_offer_says_that_a_voice_may_be_in_stereo_and_an_answer_only_when_one_is() {
        assert!(described([], false).contains(";sprop-stereo=1\r\n"));
        assert!(!described([], true).contains("stereo"));
    }

    #[test]
    fn an_assigned_section_is_named_and_an_unassigned_one_is_silent() {
        let sends = Some(Sending {
            stream: "PA_a|TR_b".to_owned(),
            track: "TR_b".to_owned(),
        });
        let plan = SectionPlan {
            sends,
            ..SectionPlan::default()
        };
        let text = finished([("0", plan)]);
        assert!(
            text.contains("a=sendonly\r\na=msid:PA_a|TR_b TR_b\r\n"),
            "{text}"
        );
        assert!(text.contains("a=ssrc:7 msid:PA_a|TR_b TR_b\r\n"));
        assert!(text.contains("a=fmtp:111 minptime=10;useinbandfec=1;usedtx=1\r\n"));
        assert!(text.contains("a=inactive"), "the video section");
        assert!(!text.contains("junk"));
    }

    #[test]
    fn the_announced_codec_comes_first_and_its_repair_with_it() {
        let plan = SectionPlan {
            receives: true,
            preference: vec![96, 97, 98, 99],
            codec: Some(Codec::Vp9),
            ..SectionPlan::default()
        };
        let text = finished([("1", plan)]);
        assert!(text.contains("SAVPF 98 99 96 97\r\n"), "{text}");
        assert!(text.contains("a=recvonly"));
    }

    #[test]
    fn a_section_in_which_nothing_is_sent_names_one_codec() {
        let text = finished([]);
        assert!(
            text.contains("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"),
            "{text}"
        );
        assert!(text.contains("a=fmtp:97 apt=96\r\n"));
        assert!(!text.contains("VP9") && !text.contains("apt=98"), "{text}");
        assert!(
            text.contains("opus") && text.contains("red"),
            "audio is small"
        );
    }

    #[test]
    fn redundancy_that_is_not_wanted_is_not_answered() {
        let plan = SectionPlan {
            receives: true,
            plain_audio: true,
            ..SectionPlan::default()
        };
        let text = finished([("0", plan)]);
        assert!(
            text.contains("m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"),
            "{text}"
        );
        assert!(!text.contains("red/48000"));
    }

    #[test]
    fn clients_see_the_advertised_address_once() {
        let text = finished([]);
        assert_eq!(text.matches("a=candidate").count(), 1);
        assert!(text.contains(" 192.0.2.1 7882 typ host\r\n"));
        assert!(text.contains("a=max-message-size:65536\r\n"));
    }
}
