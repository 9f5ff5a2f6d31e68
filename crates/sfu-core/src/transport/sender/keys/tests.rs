use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<char> = hex.chars().filter(|c| !c.is_whitespace()).collect();
    let pair = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    digits.chunks(2).map(pair).collect()
}

fn cipher(key: &str) -> Cipher {
    let key = bytes(key);
    let algorithm = if key.len() == 16 {
        &AES_128_GCM
    } else {
        &AES_256_GCM
    };
    Cipher {
        key: LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap()),
        salt: bytes("517569642070726f2071756f").try_into().unwrap(),
    }
}

fn keys(key: &str) -> Keys {
    Keys {
        rtp: cipher(key),
        reports: ReportKey(cipher(key)),
    }
}

const KEY_128: &str = "000102030405060708090a0b0c0d0e0f";
const KEY_256: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

/// RFC 7714 section 16.
const RTP: &str = "8040f17b 8041f8d3 5501a0b2 47616c6c 696120657374206f6d6e697320646976697361
    20696e207061727465732074726573";

#[test]
fn rtp_is_protected_as_in_the_examples_of_rfc_7714() {
    let mut packet = bytes(RTP);
    keys(KEY_128)
        .protect_rtp(&mut packet, 12, 0x5501_a0b2, 0xf17b)
        .unwrap();
    let expected = "8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5
        0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf 765ee439 0cce";
    assert_eq!(packet, bytes(expected));

    let mut packet = bytes(RTP);
    keys(KEY_256)
        .protect_rtp(&mut packet, 12, 0x5501_a0b2, 0xf17b)
        .unwrap();
    let expected = "8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238
        9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13";
    assert_eq!(packet, bytes(expected));
}

/// RFC 7714 section 17.
const RTCP: &str = "81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61
    deadbeef deadbeef deadbeef deadbeef deadbeef";

#[test]
fn rtcp_is_protected_and_opened_as_in_the_examples_of_rfc_7714() {
    let expected = "81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d
        c676a5f1 730d6fda 4ce09b46 86303ded 0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade
        800005d4";
    let key = keys(KEY_128).reports;
    let mut packet = bytes(RTCP);
    key.protect(&mut packet, 0x5d4).unwrap();
    assert_eq!(packet, bytes(expected));
    let mut scratch = Vec::new();
    assert_eq!(key.open(&packet, &mut scratch), Some(&*bytes(RTCP)));
    packet[20] ^= 1;
    assert_eq!(key.open(&packet, &mut scratch), None, "forged");
    for length in 0..packet.len() {
        assert_eq!(key.open(&packet[..length], &mut scratch), None);
    }
}

/// RFC 3711 appendix B.3.
#[test]
fn session_keys_are_derived_as_in_the_example_of_rfc_3711() {
    let master = bytes("e1f97a0d3e018be0d64fa32c06de4139");
    let salt = bytes("0ec675ad498afeebb6960b3aabe6");
    let mut key = [0; 16];
    derive(&master, &salt, Label::RtpKey, &mut key).unwrap();
    assert_eq!(key.to_vec(), bytes("c61e7a93744f39ee10734afe3ff7a087"));
    let mut salt_out = [0; 14];
    derive(&master, &salt, Label::RtpSalt, &mut salt_out).unwrap();
    assert_eq!(salt_out.to_vec(), bytes("30cbbc08863d8c85d49db34a9ae1"));
}

#[test]
fn what_one_side_protects_the_other_opens() {
    for key_bytes in [16, 32] {
        let material = |is_client| Material {
            bytes: (0..).take(2 * key_bytes + 2 * SALT_BYTES).collect(),
            key_bytes,
            is_client,
        };
        let (ours, _) = Keys::derive(&material(true)).unwrap();
        let (_, theirs) = Keys::derive(&material(false)).unwrap();
        let mut packet = bytes(RTCP);
        ours.reports.protect(&mut packet, 7).unwrap();
        let mut scratch = Vec::new();
        assert_eq!(theirs.open(&packet, &mut scratch), Some(&*bytes(RTCP)));
    }
}
