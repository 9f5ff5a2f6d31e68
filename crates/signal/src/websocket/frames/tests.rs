use super::*;

/// A client's frame, as another implementation of the protocol writes it.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];
    let mut frame = vec![first];
    match payload.len() {
        short @ 0..=125 => frame.push(MASKED | short as u8),
        middle @ 126..=0xffff => {
            frame.push(MASKED | 126);
            frame.extend((middle as u16).to_be_bytes());
        }
        long => {
            frame.push(MASKED | 127);
            frame.extend((long as u64).to_be_bytes());
        }
    }
    frame.extend(MASK);
    let masked = payload.iter().zip(MASK.iter().cycle());
    frame.extend(masked.map(|(byte, mask)| byte ^ mask));
    frame
}

/// What comes of bytes that come so many at a time.
fn read(bytes: &[u8], at_once: usize, most_bytes: usize) -> Result<Vec<Message>, Malformed> {
    let mut decoder = Decoder::new(most_bytes);
    let mut messages = Vec::new();
    for chunk in bytes.chunks(at_once) {
        decoder.push(chunk);
        while let Some(message) = decoder.next()? {
            messages.push(message);
        }
    }
    Ok(messages)
}

/// RFC 6455 section 5.7.
#[test]
fn the_examples_of_the_rfc_are_read_and_written() {
    let hello = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    assert_eq!(frame(0x81, b"Hello"), hello);
    let text = Message::Text("Hello".into());
    assert_eq!(read(&hello, 1, 5), Ok(vec![text.clone()]));
    assert_eq!(text.to_frame(), [&[0x81, 5][..], b"Hello"].concat());
    let ping = Message::Ping("Hello".into());
    assert_eq!(ping.to_frame(), [&[0x89, 5][..], b"Hello"].concat());
    for (length, head) in [
        (256, &[0x82, 126, 1, 0][..]),
        (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
    ] {
        let written = Message::Binary(vec![7; length].into()).to_frame();
        assert_eq!(written, [head, &vec![7; length]].concat());
    }
}

#[test]
fn messages_are_the_same_however_their_bytes_come() {
    let mut bytes = Vec::new();
    let mut expected = Vec::new();
    for length in [0, 1, 125, 126, 300, 70_000] {
        let payload: Vec<u8> = (0..=255).cycle().take(length).collect();
        bytes.extend(frame(0x82, &payload));
        bytes.extend(frame(0x81, b"{}"));
        expected.extend([Message::Binary(payload.into()), Message::Text("{}".into())]);
    }
    for at_once in [1, 2, 7, 255, 10_000, bytes.len()] {
        assert_eq!(read(&bytes, at_once, 70_000), Ok(expected.clone()));
    }
}

#[test]
fn a_message_in_several_frames_is_one_and_may_be_interrupted_by_a_ping() {
    let bytes = [
        frame(0x01, b"in "),
        frame(0x89, b"?"),
        frame(0x00, b"three "),
        frame(0x80, b"frames"),
    ];
    let expected = vec![
        Message::Ping("?".into()),
        Message::Text("in three frames".into()),
    ];
    assert_eq!(read(&bytes.concat(), 3, 15), Ok(expected));
    assert_eq!(read(&bytes.concat(), 3, 14), Err(Malformed::TooLarge));
}

#[test]
fn what_breaks_the_protocol_is_refused() {
    let unmasked = vec![0x81, 1, b'x'];
    let of_an_extension = frame(0xc1, b"x");
    let unknown = frame(0x83, b"x");
    let without_a_beginning = frame(0x80, b"x");
    let twice_begun = [frame(0x01, b"x"), frame(0x81, b"y")].concat();
    let ping_in_parts = frame(0x09, b"x");
    let long_ping = frame(0x89, &[0; 126]);
    let not_text = frame(0x81, &[0xff]);
    for bytes in [
        unmasked,
        of_an_extension,
        unknown,
        without_a_beginning,
        twice_begun,
        ping_in_parts,
        long_ping,
        not_text,
    ] {
        assert_eq!(read(&bytes, 1, 1_000), Err(Malformed::Protocol));
    }
}

#[test]
fn a_large_message_is_refused_when_it_is_announced_and_takes_no_memory_before_it_comes() {
    let announced = [0x82, 0xff, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0];
    let mut decoder = Decoder::new(1 << 20);
    decoder.push(&announced);
    assert_eq!(decoder.next(), Err(Malformed::TooLarge));
    let mut decoder = Decoder::new(1 << 21);
    decoder.push(&announced);
    assert_eq!(decoder.next(), Ok(None));
    assert!(decoder.buffer().capacity() <= 2 * READ_BYTES);
    let absurd = [
        0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
    ];
    assert_eq!(read(&absurd, 1, usize::MAX), Ok(vec![]));
}

#[test]
fn after_a_large_message_nothing_of_its_memory_is_kept() {
    let mut decoder = Decoder::new(1 << 20);
    for chunk in frame(0x82, &[1; 100_000]).chunks(1_000) {
        decoder.push(chunk);
        if let Some(message) = decoder.next().unwrap() {
            assert_eq!(message, Message::Binary(vec![1; 100_000].into()));
        }
    }
    assert_eq!(decoder.buffer().capacity(), READ_BYTES);
}
