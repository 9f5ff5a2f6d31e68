use super::*;
use crate::Error;

/// Written bit by bit after appendix A.8.2: first packet of frame 1 of template 0, with a
/// structure of one spatial and two temporal layers (L1T2) at 1280x720, one chain.
///
/// 10000000 | frame number 1 | structure only: 10000 | offset 000000 | two targets 00001 |
/// layers 00 01 11 | S S, S R, - D: 1010 1011 0001 | fdiffs 0, 1 0001 0, 1 0000 0 |
/// one chain 10 | 0, 2, 1: 0000 0010 0001 | 1, 1279, 719
const L1T2_KEY: &[u8] = &[
    0x80, 0x00, 0x01, 0x80, 0x01, 0x1e, 0xac, 0x51, 0x41, 0x01, 0x0c, 0x13, 0xfc, 0x0b, 0x3c,
];

/// Captured from Chromium 156: the first packet of a VP9 key frame in L3T3_KEY at 1280x720.
#[rustfmt::skip]
const CHROMIUM_L3T3_KEY: &[u8] = &[
    0x80, 0x00, 0x65, 0x80, 0x08, 0x14, 0x85, 0x21, 0x4e, 0xaa, 0xaa, 0xa8, 0x00, 0x06, 0x00, 0x00,
    0x40, 0x00, 0x10, 0x00, 0x02, 0xaa, 0x80, 0xa8, 0x00, 0x06, 0x00, 0x00, 0x40, 0x00, 0x10, 0x00,
    0x02, 0xa0, 0x00, 0xa8, 0x00, 0x06, 0x00, 0x00, 0x40, 0x00, 0x16, 0xd5, 0x49, 0x24, 0x1b, 0x55,
    0x24, 0x90, 0x6d, 0x54, 0x92, 0x31, 0x57, 0xe0, 0x01, 0x97, 0x4c, 0xa8, 0x64, 0x33, 0x0e, 0x22,
    0x23, 0x96, 0xec, 0xa8, 0x65, 0x53, 0x04, 0x22, 0x43, 0x90, 0xec, 0xa8, 0x77, 0x53, 0x01, 0x3f,
    0x00, 0xb3, 0x02, 0x7f, 0x01, 0x67, 0x04, 0xff, 0x02, 0xcf,
];

fn structure() -> Structure {
    read(L1T2_KEY, None).unwrap().structure.unwrap()
}

#[test]
fn a_key_frame_brings_its_structure() {
    let descriptor = read(L1T2_KEY, None).unwrap();
    assert!(descriptor.start_of_frame && !descriptor.end_of_frame);
    assert_eq!((descriptor.frame_number, descriptor.template_id), (1, 0));
    assert_eq!(
        descriptor.frame.indications.as_slice(),
        [Indication::Switch; 2]
    );
    let structure = descriptor.structure.unwrap();
    let layers: Vec<_> = structure
        .templates
        .iter()
        .map(|t| (t.spatial, t.temporal))
        .collect();
    assert_eq!(layers, [(0, 0), (0, 0), (0, 1)]);
    assert_eq!(structure.templates[1].frame.fdiffs.as_slice(), [2]);
    assert_eq!(structure.templates[2].frame.chain_diffs.as_slice(), [1]);
    assert_eq!(
        structure.decode_targets.as_slice(),
        [
            DecodeTarget {
                spatial: 0,
                temporal: 0,
                chain: Some(0)
            },
            DecodeTarget {
                spatial: 0,
                temporal: 1,
                chain: Some(0)
            },
        ]
    );
    assert_eq!(
        structure.dimensions.as_slice(),
        [Dimensions {
            width: 1280,
            height: 720
        }]
    );
    assert_eq!(structure.all_active(), 0b11);
}

#[test]
fn what_chromium_sends_is_read_and_written_alike() {
    let descriptor = read(CHROMIUM_L3T3_KEY, None).unwrap();
    assert_eq!(
        descriptor.frame.indications.as_slice(),
        [Indication::Switch; 9]
    );
    assert!(descriptor.frame.fdiffs.is_empty());
    let structure = descriptor.structure.clone().unwrap();
    assert_eq!((structure.templates.len(), structure.chain_count), (15, 3));
    let targets = structure.decode_targets.iter();
    let layers: Vec<_> = targets.map(|t| (t.spatial, t.temporal, t.chain)).collect();
    let expected: Vec<_> = (0..3)
        .flat_map(|s| (0..3).map(move |t| (s, t, Some(s))))
        .collect();
    assert_eq!(layers, expected);
    let sizes: Vec<_> = structure
        .dimensions
        .iter()
        .map(|d| (d.width, d.height))
        .collect();
    assert_eq!(sizes, [(320, 180), (640, 360), (1280, 720)]);
    assert_eq!(
        write(&descriptor, &structure).unwrap().as_slice(),
        CHROMIUM_L3T3_KEY
    );
}

#[test]
fn writing_gives_the_same_bits() {
    let descriptor = read(L1T2_KEY, None).unwrap();
    assert_eq!(
        write(&descriptor, &structure()).unwrap().as_slice(),
        L1T2_KEY
    );
}

#[test]
fn three_bytes_say_all_of_a_usual_frame() {
    let bytes = [0xc2, 0xff, 0xff];
    let descriptor = read(&bytes, Some(&structure())).unwrap();
    assert!(descriptor.start_of_frame && descriptor.end_of_frame);
    assert_eq!((descriptor.frame_number, descriptor.temporal), (0xffff, 1));
    assert_eq!(
        descriptor.frame.indications.as_slice(),
        [Indication::NotPresent, Indication::Discardable]
    );
    assert_eq!(write(&descriptor, &structure()).unwrap().as_slice(), bytes);
}

#[test]
fn custom_fields_replace_those_of_the_template() {
    let mut descriptor = read(&[0xc1, 0, 9], Some(&structure())).unwrap();
    descriptor.active_decode_targets = Some(0b01);
    descriptor.frame.indications[1] = Indication::NotPresent;
    descriptor.frame.fdiffs = [3, 0x11, 0x100, 0x1000].into_iter().collect();
    descriptor.frame.chain_diffs[0] = 200;
    let bytes = write(&descriptor, &structure()).unwrap();
    assert_eq!(read(&bytes, Some(&structure())), Ok(descriptor));
}

#[test]
fn a_frame_number_changes_in_place() {
    let mut bytes = L1T2_KEY.to_vec();
    set_frame_number(&mut bytes, 0xabcd);
    let descriptor = read(&bytes, None).unwrap();
    assert_eq!(descriptor.frame_number, 0xabcd);
    assert_eq!(descriptor.structure, Some(structure()));
}

#[test]
fn without_its_structure_a_frame_means_nothing() {
    assert_eq!(read(&[0xc2, 0, 1], None), Err(Error::StructureUnknown));
    let beyond = [0xc3, 0, 1];
    assert_eq!(
        read(&beyond, Some(&structure())),
        Err(Error::StructureUnknown)
    );
    for end in 0..L1T2_KEY.len() {
        assert!(read(&L1T2_KEY[..end], None).is_err(), "{end}");
    }
}

#[test]
fn a_reader_keeps_the_last_structure_and_mask() {
    let mut reader = Reader::default();
    assert!(reader.read(&[0xc2, 0, 1]).is_err());
    reader.read(L1T2_KEY).unwrap();
    let kept = std::sync::Arc::clone(reader.structure().unwrap());
    reader.read(L1T2_KEY).unwrap();
    assert!(
        std::sync::Arc::ptr_eq(&kept, reader.structure().unwrap()),
        "the same one"
    );
    // Template 1, frame 2, mask 01: 0 1 000 01.
    reader.read(&[0xc1, 0, 2, 0b0100_0010]).unwrap();
    assert_eq!(reader.active_decode_targets(), 0b01);
}

#[test]
fn values_that_do_not_fit_are_not_written() {
    let good = read(L1T2_KEY, None).unwrap();
    let mut bad = good.clone();
    bad.frame.fdiffs = [0].into_iter().collect();
    assert!(write(&bad, &structure()).is_err());
    let mut bad = good.clone();
    bad.frame.indications.pop();
    assert!(write(&bad, &structure()).is_err());
    let mut bad = good;
    if let Some(structure) = &mut bad.structure {
        structure.templates.reverse();
    }
    assert!(write(&bad, &structure()).is_err());
}
