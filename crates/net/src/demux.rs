//! What kind of packet a datagram holds (RFC 7983), read without allocation in time bounded by
//! the datagram's size: it runs for every packet of every stranger.

/// The first look at a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind<'a> {
    Stun(StunHead<'a>),
    Dtls,
    Rtp,
    Rtcp,
    /// ChannelData of TURN (RFC 8656 section 12.4).
    TurnChannel(u16),
    /// None of these, or too short for what it claims to be.
    Unknown,
}

/// What of a STUN message is needed to find its addressee. Its integrity is not checked here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StunHead<'a> {
    pub class: StunClass,
    /// Method number: 1 is Binding, 3 Allocate (RFC 8489 section 18.2, RFC 8656 section 17).
    pub method: u16,
    pub transaction: [u8; 12],
    /// The receiver's ICE user name fragment: what stands before the colon in USERNAME.
    pub ufrag: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StunClass {
    Request,
    Indication,
    Success,
    Error,
}

const STUN_HEADER_BYTES: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const METHOD_BINDING: u16 = 1;
const ATTRIBUTE_USERNAME: u16 = 0x0006;
/// A client's connectivity check has about eight attributes; a message that hides its USERNAME
/// behind more than this is not one.
const MAX_ATTRIBUTES: usize = 24;
/// RFC 8839 section 5.4: 4 to 256 characters.
const MAX_UFRAG_BYTES: usize = 256;
const RTP_HEADER_BYTES: usize = 12;
const RTCP_HEADER_BYTES: usize = 8;
/// One record header of DTLS 1.2; the unified header of DTLS 1.3 is shorter, its records are not.
const DTLS_RECORD_HEADER_BYTES: usize = 13;

/// Tells the kind by the first bytes (RFC 7983 section 7, RFC 5761 section 4).
pub fn demux(bytes: &[u8]) -> Kind<'_> {
    let Some((&first, rest)) = bytes.split_first() else {
        return Kind::Unknown;
    };
    match first {
        0..=3 => stun_head(bytes).map_or(Kind::Unknown, Kind::Stun),
        20..=63 if bytes.len() >= DTLS_RECORD_HEADER_BYTES => Kind::Dtls,
        64..=79 if bytes.len() >= 4 => Kind::TurnChannel(u16::from_be_bytes([first, rest[0]])),
        128..=191 => match rest.first() {
            Some(192..=223) if bytes.len() >= RTCP_HEADER_BYTES => Kind::Rtcp,
            Some(0..=191 | 224..=255) if bytes.len() >= RTP_HEADER_BYTES => Kind::Rtp,
            Some(_) | None => Kind::Unknown,
        },
        _ => Kind::Unknown,
    }
}

/// The addressee of an ICE connectivity check; `None` if the datagram is anything else.
pub fn ufrag_of_binding_request(bytes: &[u8]) -> Option<&str> {
    let head = stun_head(bytes)?;
    let is_check = head.class == StunClass::Request && head.method == METHOD_BINDING;
    head.ufrag.filter(|_| is_check)
}

fn stun_head(bytes: &[u8]) -> Option<StunHead<'_>> {
    let (header, attributes) = bytes.split_at_checked(STUN_HEADER_BYTES)?;
    let kind = u16::from_be_bytes([header[0], header[1]]);
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    if kind & 0xc000 != 0 || header[4..8] != MAGIC_COOKIE {
        return None;
    }
    if length != attributes.len() || length % 4 != 0 {
        return None;
    }
    Some(StunHead {
        class: match (kind >> 4) & 0b1_0001 {
            0b0_0000 => StunClass::Request,
            0b0_0001 => StunClass::Indication,
            0b1_0000 => StunClass::Success,
            _ => StunClass::Error,
        },
        method: (kind & 0x000f) | ((kind >> 1) & 0x0070) | ((kind >> 2) & 0x0f80),
        transaction: header[8..20].try_into().ok()?,
        ufrag: local_ufrag(attributes),
    })
}

fn local_ufrag(mut attributes: &[u8]) -> Option<&str> {
    for _ in 0..MAX_ATTRIBUTES {
        let (head, rest) = attributes.split_at_checked(4)?;
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        if u16::from_be_bytes([head[0], head[1]]) == ATTRIBUTE_USERNAME {
            let username = str::from_utf8(rest.get(..length)?).ok()?;
            let (ufrag, _) = username.split_once(':')?;
            return (1..=MAX_UFRAG_BYTES)
                .contains(&ufrag.len())
                .then_some(ufrag);
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (kind, value) in attributes {
            body.extend(kind.to_be_bytes());
            body.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut message = vec![0, 1];
        message.extend(u16::try_from(body.len()).unwrap().to_be_bytes());
        message.extend(MAGIC_COOKIE);
        message.extend([7; 12]);
        message.extend(body);
        message
    }

    #[test]
    fn a_connectivity_check_names_its_addressee() {
        let message = check(&[(0x8022, b"someone"), (6, b"aBcD:theirs"), (0x24, &[0; 4])]);
        assert_eq!(ufrag_of_binding_request(&message), Some("aBcD"));
        let Kind::Stun(head) = demux(&message) else {
            panic!("not taken for STUN");
        };
        assert_eq!((head.class, head.method), (StunClass::Request, 1));
    }

    #[test]
    fn a_check_cut_anywhere_names_nobody() {
        let message = check(&[(6, b"aBcD:theirs")]);
        for end in 0..message.len() {
            assert_eq!(ufrag_of_binding_request(&message[..end]), None, "{end}");
        }
    }

    #[test]
    fn user_names_that_are_not_of_ice_name_nobody() {
        for username in [&b"nocolon"[..], b":theirs", b"\xff\xff:x", b""] {
            assert_eq!(ufrag_of_binding_request(&check(&[(6, username)])), None);
        }
        let hidden: Vec<_> = (0..40).map(|_| (0x8022, &b"pad!"[..])).collect();
        let hidden = [hidden, vec![(6, b"aBcD:theirs")]].concat();
        assert_eq!(ufrag_of_binding_request(&check(&hidden)), None);
    }

    #[test]
    fn an_answer_is_not_a_check() {
        let mut message = check(&[(6, b"aBcD:theirs")]);
        message[..2].copy_from_slice(&0x0101_u16.to_be_bytes());
        assert_eq!(ufrag_of_binding_request(&message), None);
        assert!(matches!(
            demux(&message),
            Kind::Stun(StunHead {
                class: StunClass::Success,
                method: 1,
                ..
            })
        ));
    }

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        let long = |first: u8, second: u8| {
            let mut bytes = vec![0; 40];
            (bytes[0], bytes[1]) = (first, second);
            bytes
        };
        assert_eq!(demux(&long(22, 254)), Kind::Dtls);
        assert_eq!(demux(&long(0x40, 0x01)), Kind::TurnChannel(0x4001));
        assert_eq!(demux(&long(0x80, 111)), Kind::Rtp);
        assert_eq!(demux(&long(0x90, 111 | 0x80)), Kind::Rtp);
        assert_eq!(demux(&long(0x81, 200)), Kind::Rtcp);
        assert_eq!(demux(&long(0x8f, 205)), Kind::Rtcp);
        assert_eq!(demux(&long(0xff, 0)), Kind::Unknown);
        assert_eq!(demux(&[]), Kind::Unknown);
        assert_eq!(demux(&[0x80]), Kind::Unknown);
    }
}
