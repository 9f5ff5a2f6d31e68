//! No reader panics, whatever it is given.

use proptest::prelude::*;

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        for (_, target) in rtp::fuzzing::TARGETS {
            target(&bytes);
        }
    }

    /// Random bits rarely make a structure: begin with one that is right, and damage it.
    #[test]
    fn a_damaged_structure_is_read_or_refused(
        flips in prop::collection::vec((0..15usize, any::<u8>()), 0..4),
        frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 3..9), 0..6),
    ) {
        let mut structure = vec![
            0x80, 0x00, 0x01, 0x80, 0x01, 0x1e, 0xac, 0x51, 0x41, 0x01, 0x0c, 0x13, 0xfc, 0x0b,
            0x3c,
        ];
        for (at, mask) in flips {
            structure[at] ^= mask;
        }
        let mut bytes = vec![structure.len() as u8];
        bytes.append(&mut structure);
        for mut frame in frames {
            bytes.push(frame.len() as u8);
            bytes.append(&mut frame);
        }
        rtp::fuzzing::rtp_dependency(&bytes);
    }
}
