//! What the fuzz targets run, one function each: also called by ordinary tests on the committed
//! corpora (`fuzz/corpus/<name of the function>/`).
//!
//! Each takes any bytes, and panics only if a reader broke a promise.

use crate::{Error, audio_level, av1, dependency, h264, h265, header, opus, red, vp8, vp9};

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// All targets by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("rtp_header", rtp_header),
    ("rtp_codecs", rtp_codecs),
    ("rtp_dependency", rtp_dependency),
    ("rtp_red", rtp_red),
];

/// A datagram: what is read lies within it.
pub fn rtp_header(bytes: &[u8]) {
    let Ok(packet) = header::read(bytes) else {
        return;
    };
    assert!(packet.payload.len() + header::MIN_LEN <= bytes.len());
    let extensions: usize = packet.extensions.iter().map(|(_, v)| v.len()).sum();
    assert!(extensions <= bytes.len());
    let level = packet.extensions.value(1).and_then(audio_level::read);
    assert!(level.is_none_or(|l| l.minus_dbov <= 127));
}

/// A payload of each codec: descriptors end within it, and rewriting keeps everything but what
/// was rewritten.
pub fn rtp_codecs(payload: &[u8]) {
    if let Ok(read) = vp8::read(payload) {
        assert!(read.header_len < payload.len());
        let mut copy = payload.to_vec();
        let id = read.picture_id.map(|id| id.value ^ 1);
        vp8::rewrite(&mut copy, id, Some(7), Some(7));
        let again = vp8::read(&copy);
        let expected = vp8::Descriptor {
            picture_id: read.picture_id.map(|id| crate::PictureId {
                value: id.value ^ 1,
                ..id
            }),
            tl0_pic_idx: read.tl0_pic_idx.map(|_| 7),
            key_idx: read.key_idx.map(|_| 7),
            ..read
        };
        assert_eq!(again, Ok(expected));
    }
    if let Ok(read) = vp9::read(payload) {
        assert!(read.header_len <= payload.len());
        if let Some(old) = read.picture_id {
            let mut copy = payload.to_vec();
            vp9::set_picture_id(&mut copy, old, old.value ^ 1);
            let value = old.value ^ 1;
            let picture_id = Some(crate::PictureId { value, ..old });
            assert_eq!(vp9::read(&copy), Ok(vp9::Descriptor { picture_id, ..read }));
        }
    }
    for encrypted in [false, true] {
        let sizes = h264::read(payload, encrypted).map(|p| p.dimensions);
        assert!(!(encrypted && sizes.is_ok_and(|s| s.is_some())));
        let sequence = av1::read(payload, encrypted).map(|p| p.has_sequence_header);
        assert!(!(encrypted && sequence == Ok(true)));
    }
    assert!(h265::read(payload).is_ok_and(|p| p.temporal > 6).eq(&false));
    assert!(
        opus::read(payload)
            .is_ok_and(|t| t.frame_duration().is_zero())
            .eq(&false)
    );
}

/// Descriptors, each preceded by its length: what was read can be written, and reads the same.
pub fn rtp_dependency(mut bytes: &[u8]) {
    let mut reader = dependency::Reader::default();
    while let [len, rest @ ..] = bytes {
        let (raw, rest) = rest.split_at(usize::from(*len).min(rest.len()));
        bytes = rest;
        let Ok(read) = reader.read(raw) else {
            continue;
        };
        let Some(structure) = reader.structure() else {
            continue;
        };
        match dependency::write(&read, structure) {
            Ok(written) => assert_eq!(dependency::read(&written, Some(structure)), Ok(read)),
            Err(error) => assert_eq!(error, Error::Malformed("longer than a header extension")),
        }
    }
}

/// A redundant payload: what was read writes the same bytes.
pub fn rtp_red(payload: &[u8]) {
    if let Ok(blocks) = red::read(payload) {
        assert_eq!(red::write(&blocks).as_deref(), Ok(payload));
        assert_eq!(red::primary(payload), Ok(blocks[blocks.len() - 1].payload));
    }
    let mut encoder = red::Encoder::new(111, &[1, 2, 4]);
    for (seq, frame) in (0u64..).zip(payload.chunks(37)) {
        let seq = seq + u64::from(frame[0] & 1);
        let packet = encoder.encode(seq, seq as u32 * 960, frame);
        let primary = packet.as_deref().map(red::primary);
        assert_eq!(primary, Ok(Ok(frame)));
    }
}
