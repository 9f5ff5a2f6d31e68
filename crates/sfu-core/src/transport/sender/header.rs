//! RTP headers with extensions (RFC 3550 section 5.1, RFC 8285).

use crate::packet::PacketExtensions;
use str0m::rtp::{Extension, ExtensionMap};

/// The numbers under which a section's header extensions were agreed; `None`: not to be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExtensionIds {
    pub(super) mid: Option<u8>,
    pub(super) number: Option<u8>,
    pub(super) send_time: Option<u8>,
    pub(super) audio_level: Option<u8>,
    pub(super) orientation: Option<u8>,
    pub(super) playout_delay: Option<u8>,
    pub(super) dependency: Option<u8>,
}

impl ExtensionIds {
    pub(crate) fn of(map: &ExtensionMap, is_video: bool) -> Self {
        let video = |extension: Extension| map.id_of(extension).filter(|_| is_video);
        Self {
            mid: map.id_of(Extension::RtpMid),
            number: map.id_of(Extension::TransportSequenceNumber),
            send_time: map.id_of(Extension::AbsoluteSendTime),
            audio_level: map.id_of(Extension::AudioLevel).filter(|_| !is_video),
            orientation: video(Extension::VideoOrientation),
            playout_delay: video(Extension::PlayoutDelay),
            dependency: video(super::super::dependency::extension()),
        }
    }
}

/// What differs from packet to packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'a> {
    pub(super) payload_type: u8,
    pub(super) marker: bool,
    pub(super) has_padding: bool,
    pub(super) sequence: u16,
    pub(super) timestamp: u32,
    pub(super) ssrc: u32,
    pub(super) mid: Option<&'a [u8]>,
    /// Transport-wide.
    pub(super) number: u16,
    pub(super) now_us: u64,
    pub(super) extensions: Option<&'a PacketExtensions>,
}

/// Largest element of the one-byte form, and its largest id.
const ONE_BYTE_FORM_MOST: usize = 16;
const ONE_BYTE_FORM_LAST_ID: u8 = 14;

/// Elements of one header: as many as [`ExtensionIds`] has.
const MOST_ELEMENTS: usize = 7;

struct Elements<'a> {
    elements: [(u8, &'a [u8]); MOST_ELEMENTS],
    count: usize,
}

impl<'a> Elements<'a> {
    fn add(&mut self, id: Option<u8>, value: Option<&'a [u8]>) {
        if let (Some(id), Some(value)) = (id, value)
            && let Some(slot) = self.elements.get_mut(self.count)
        {
            *slot = (id, value);
            self.count += 1;
        }
    }
}

/// Appends the header to `out`.
pub(super) fn write(out: &mut Vec<u8>, ids: &ExtensionIds, header: &Header<'_>) {
    let number = header.number.to_be_bytes();
    // 24 bits of seconds, 18 of them after the point.
    let time = ((u128::from(header.now_us) << 18) / 1_000_000) as u32;
    let time = time.to_be_bytes();
    let values = header.extensions;
    let level = values.and_then(|values| values.audio_level);
    let level = level.map(|(level, voice)| [u8::from(voice) << 7 | level.min(127)]);
    let turns = values.and_then(|values| values.video_orientation.map(|turns| [turns]));
    let delay = values.and_then(|values| values.playout_delay.map(playout_delay));
    let dependency = values.and_then(|values| values.dependency.as_deref());

    let mut elements = Elements {
        elements: [(0, &[]); MOST_ELEMENTS],
        count: 0,
    };
    elements.add(ids.number, Some(&number));
    elements.add(ids.send_time, Some(&time[1..]));
    elements.add(ids.mid, header.mid);
    elements.add(ids.audio_level, level.as_ref().map(|level| &level[..]));
    elements.add(ids.orientation, turns.as_ref().map(|turns| &turns[..]));
    elements.add(ids.playout_delay, delay.as_ref().map(|delay| &delay[..]));
    elements.add(
        ids.dependency,
        dependency.filter(|bytes| (1..=255).contains(&bytes.len())),
    );
    let elements = &elements.elements[..elements.count];

    let has_extensions = !elements.is_empty();
    out.push(0x80 | u8::from(header.has_padding) << 5 | u8::from(has_extensions) << 4);
    out.push(u8::from(header.marker) << 7 | header.payload_type & 0x7f);
    out.extend_from_slice(&header.sequence.to_be_bytes());
    out.extend_from_slice(&header.timestamp.to_be_bytes());
    out.extend_from_slice(&header.ssrc.to_be_bytes());
    if has_extensions {
        write_elements(out, elements);
    }
}

fn write_elements(out: &mut Vec<u8>, elements: &[(u8, &[u8])]) {
    let is_long = |(id, value): &(u8, &[u8])| {
        *id > ONE_BYTE_FORM_LAST_ID || value.len() > ONE_BYTE_FORM_MOST || value.is_empty()
    };
    let has_long = elements.iter().any(is_long);
    let profile: u16 = if has_long { 0x1000 } else { 0xbede };
    out.extend_from_slice(&profile.to_be_bytes());
    let length_at = out.len();
    out.extend_from_slice(&[0; 2]);
    for (id, value) in elements {
        let length = value.len() as u8;
        if has_long {
            out.extend_from_slice(&[*id, length]);
        } else {
            out.push(id << 4 | (length - 1));
        }
        out.extend_from_slice(value);
    }
    let words = (out.len() - length_at - 2).div_ceil(4);
    out.resize(length_at + 2 + 4 * words, 0);
    out[length_at..length_at + 2].copy_from_slice(&(words as u16).to_be_bytes());
}

/// Two numbers of 12 bits, in units of 10 ms.
fn playout_delay((least, greatest): (u16, u16)) -> [u8; 3] {
    let (least, greatest) = (u32::from(least.min(0xfff)), u32::from(greatest.min(0xfff)));
    let [_, high, middle, low] = (least << 12 | greatest).to_be_bytes();
    [high, middle, low]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header<'_> = Header {
        payload_type: 96,
        marker: true,
        has_padding: false,
        sequence: 0x1234,
        timestamp: 0x0506_0708,
        ssrc: 0x0a0b_0c0d,
        mid: Some(b"3"),
        number: 0x4243,
        now_us: 1_500_000,
        extensions: None,
    };

    const IDS: ExtensionIds = ExtensionIds {
        mid: Some(4),
        number: Some(3),
        send_time: Some(2),
        audio_level: Some(1),
        orientation: Some(13),
        playout_delay: Some(5),
        dependency: Some(9),
    };

    fn written(header: &Header<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out, &IDS, header);
        out
    }

    #[test]
    fn a_header_has_the_extensions_that_were_agreed_and_have_a_value() {
        let fixed = [0x90, 0xe0, 0x12, 0x34, 5, 6, 7, 8, 10, 11, 12, 13];
        let extensions = [
            0xbe, 0xde, 0, 3, 0x31, 0x42, 0x43, 0x22, 0x06, 0, 0, 0x40, b'3', 0, 0, 0,
        ];
        assert_eq!(written(&HEADER), [&fixed[..], &extensions].concat());
    }

    #[test]
    fn values_of_the_publisher_go_on() {
        let values = PacketExtensions {
            audio_level: Some((30, true)),
            video_orientation: Some(1),
            playout_delay: Some((1, 0x123)),
            dependency: Some([7; 3].as_slice().into()),
        };
        let written = written(&Header {
            mid: None,
            extensions: Some(&values),
            ..HEADER
        });
        let expected = [
            0x10,
            0x80 | 30,
            0xd0,
            1,
            0x52,
            0x00,
            0x11,
            0x23,
            0x92,
            7,
            7,
            7,
        ];
        assert_eq!(written[16 + 7..16 + 7 + expected.len()], expected);
        assert_eq!(written.len() % 4, 0);
    }

    #[test]
    fn a_long_descriptor_takes_the_two_byte_form() {
        let values = PacketExtensions {
            dependency: Some([7; 40].as_slice().into()),
            ..PacketExtensions::default()
        };
        let written = written(&Header {
            extensions: Some(&values),
            ..HEADER
        });
        assert_eq!(written[12..16], [0x10, 0, 0, 14]);
        assert_eq!(written[16..20], [3, 2, 0x42, 0x43]);
        assert_eq!(written.len(), 16 + 14 * 4);
    }
}
