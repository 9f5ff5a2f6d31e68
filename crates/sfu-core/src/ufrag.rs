//! Whom a STUN request is for.

/// The local username fragment in a STUN message (RFC 8489 section 5, RFC 8445 section 7.2.2):
/// the part of USERNAME before the colon. `None` if it is not STUN or carries none.
pub(crate) fn of_stun(bytes: &[u8]) -> Option<&str> {
    let (header, mut attributes) = bytes.split_at_checked(20)?;
    if header[0] > 3 || header[4..8] != MAGIC_COOKIE {
        return None;
    }
    while let Some((head, rest)) = attributes.split_at_checked(4) {
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = rest.get(..length)?;
        if kind == USERNAME {
            return std::str::from_utf8(value).ok()?.split(':').next();
        }
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const USERNAME: u16 = 0x0006;

#[cfg(test)]
mod tests {
    use super::*;

    fn request(username: &str) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0];
        bytes.extend(MAGIC_COOKIE);
        bytes.extend([7; 12]);
        bytes.extend([0x80, 0x22, 0, 3, 1, 2, 3, 0]);
        bytes.extend(USERNAME.to_be_bytes());
        bytes.extend(u16::try_from(username.len()).unwrap().to_be_bytes());
        bytes.extend(username.bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn a_stun_request_tells_whom_it_is_for() {
        assert_eq!(of_stun(&request("abc:theirs")), Some("abc"));
    }

    #[test]
    fn what_is_cut_short_or_not_stun_has_no_fragment() {
        let bytes = request("0babc:theirs");
        for length in 0..bytes.len() - 4 {
            assert_eq!(of_stun(&bytes[..length]), None, "{length}");
        }
        let mut other = bytes.clone();
        other[4] = 0;
        assert_eq!(of_stun(&other), None);
    }
}
