//! Frames and messages (RFC 6455 section 5), without a socket.

use bytes::Bytes;
use std::mem;

/// Room for what comes while nothing is under way: most messages of clients are some tens of bytes.
const READ_BYTES: usize = 256;

/// The largest payload of a frame that is about the connection.
const MOST_CONTROL_BYTES: u64 = 125;

const MASK_BYTES: usize = 4;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Text(String),
    Binary(Bytes),
    Ping(Bytes),
    Pong(Bytes),
    Close(Bytes),
}

/// The other side does not keep to the protocol, or says more than it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("the message is larger than it may be")]
    TooLarge,
    #[error("not a frame of the WebSocket protocol")]
    Protocol,
}

impl Message {
    pub(crate) fn close(code: u16, reason: &str) -> Self {
        Self::Close([&code.to_be_bytes(), reason.as_bytes()].concat().into())
    }

    /// As one frame of a server.
    pub(super) fn to_frame(&self) -> Vec<u8> {
        let (opcode, payload) = match self {
            Self::Text(text) => (Opcode::Text, text.as_bytes()),
            Self::Binary(bytes) => (Opcode::Binary, &bytes[..]),
            Self::Ping(bytes) => (Opcode::Ping, &bytes[..]),
            Self::Pong(bytes) => (Opcode::Pong, &bytes[..]),
            Self::Close(bytes) => (Opcode::Close, &bytes[..]),
        };
        let mut frame = Vec::with_capacity(2 + size_of::<u64>() + payload.len());
        frame.push(FINAL | opcode as u8);
        match payload.len() {
            short @ 0..=125 => frame.push(short as u8),
            middle @ 126..=0xffff => {
                frame.push(LENGTH_16);
                frame.extend((middle as u16).to_be_bytes());
            }
            long => {
                frame.push(LENGTH_64);
                frame.extend((long as u64).to_be_bytes());
            }
        }
        frame.extend_from_slice(payload);
        frame
    }
}

const FINAL: u8 = 0x80;
const RESERVED: u8 = 0x70;
const OPCODE: u8 = 0x0f;
const MASKED: u8 = 0x80;
const LENGTH: u8 = 0x7f;
const LENGTH_16: u8 = 126;
const LENGTH_64: u8 = 127;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opcode {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

impl Opcode {
    fn read(byte: u8) -> Option<Self> {
        let all = [
            Self::Continuation,
            Self::Text,
            Self::Binary,
            Self::Close,
            Self::Ping,
            Self::Pong,
        ];
        all.into_iter().find(|opcode| *opcode as u8 == byte)
    }

    fn is_control(self) -> bool {
        matches!(self, Self::Close | Self::Ping | Self::Pong)
    }
}

/// The beginning of a client's frame.
#[derive(Clone, Copy, Debug)]
struct Head {
    opcode: Opcode,
    is_final: bool,
    mask: [u8; MASK_BYTES],
    bytes: usize,
    payload_bytes: u64,
}

impl Head {
    /// `None`: more has to come.
    fn read(input: &[u8]) -> Result<Option<Self>, Malformed> {
        let Some(([first, second], rest)) = input.split_first_chunk::<2>() else {
            return Ok(None);
        };
        let opcode = Opcode::read(first & OPCODE).ok_or(Malformed::Protocol)?;
        let is_final = first & FINAL != 0;
        // Extensions are not offered, and a client masks what it says.
        if first & RESERVED != 0 || second & MASKED == 0 {
            return Err(Malformed::Protocol);
        }
        let (payload_bytes, rest) = match second & LENGTH {
            LENGTH_16 => match rest.split_first_chunk() {
                Some((length, rest)) => (u16::from_be_bytes(*length).into(), rest),
                None => return Ok(None),
            },
            LENGTH_64 => match rest.split_first_chunk() {
                Some((length, rest)) => (u64::from_be_bytes(*length), rest),
                None => return Ok(None),
            },
            short => (short.into(), rest),
        };
        if opcode.is_control() && (!is_final || payload_bytes > MOST_CONTROL_BYTES) {
            return Err(Malformed::Protocol);
        }
        Ok(rest.split_first_chunk().map(|(mask, rest)| Self {
            opcode,
            is_final,
            mask: *mask,
            bytes: input.len() - rest.len(),
            payload_bytes,
        }))
    }
}

/// From a client's bytes to its messages.
#[derive(Debug)]
pub(crate) struct Decoder {
    most_bytes: usize,
    /// Has come and has not been read.
    input: Vec<u8>,
    /// A message in several frames, of which some have come.
    begun: Option<(Opcode, Vec<u8>)>,
}

impl Decoder {
    /// No message may be larger than `most_bytes`.
    pub(crate) fn new(most_bytes: usize) -> Self {
        Self {
            most_bytes,
            input: Vec::new(),
            begun: None,
        }
    }

    /// Where the next bytes go. There is room for what is missing of a frame that has begun, but only
    /// for as much again as has come: announcing a large one costs the client its bytes.
    pub(super) fn buffer(&mut self) -> &mut Vec<u8> {
        let missing = match Head::read(&self.input) {
            Ok(Some(head)) => {
                let whole = head.payload_bytes.saturating_add(head.bytes as u64);
                usize::try_from(whole).map_or(0, |whole| whole.saturating_sub(self.input.len()))
            }
            Ok(None) | Err(_) => 0,
        };
        let room = missing.min(self.input.len()).max(READ_BYTES);
        self.input.reserve_exact(room);
        &mut self.input
    }

    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.buffer().extend_from_slice(bytes);
    }

    /// The next message that is complete.
    pub(crate) fn next(&mut self) -> Result<Option<Message>, Malformed> {
        while let Some(head) = Head::read(&self.input)? {
            let before = self.begun.as_ref().map_or(0, |(_, begun)| begun.len());
            let payload_bytes = usize::try_from(head.payload_bytes);
            let payload_bytes = payload_bytes.map_err(|_| Malformed::TooLarge)?;
            if payload_bytes > self.most_bytes.saturating_sub(before) {
                return Err(Malformed::TooLarge);
            }
            if self.input.len() - head.bytes < payload_bytes {
                return Ok(None);
            }
            let payload = self.take(head, payload_bytes);
            if let Some(message) = self.assemble(head, payload)? {
                return Ok(Some(message));
            }
        }
        Ok(None)
    }

    /// The payload, with the memory that it was read into.
    fn take(&mut self, head: Head, payload_bytes: usize) -> Bytes {
        let rest = self.input.split_off(head.bytes + payload_bytes);
        let mut frame = mem::replace(&mut self.input, rest);
        let payload = frame[head.bytes..].iter_mut();
        for (byte, mask) in payload.zip(head.mask.iter().cycle()) {
            *byte ^= mask;
        }
        Bytes::from(frame).split_off(head.bytes)
    }

    fn assemble(&mut self, head: Head, payload: Bytes) -> Result<Option<Message>, Malformed> {
        let whole = match (head.opcode, self.begun.take()) {
            (Opcode::Close, _) => return Ok(Some(Message::Close(payload))),
            (Opcode::Ping, begun) => {
                self.begun = begun;
                return Ok(Some(Message::Ping(payload)));
            }
            (Opcode::Pong, begun) => {
                self.begun = begun;
                return Ok(Some(Message::Pong(payload)));
            }
            (Opcode::Continuation, Some((opcode, mut begun))) => {
                begun.extend_from_slice(&payload);
                if !head.is_final {
                    self.begun = Some((opcode, begun));
                    return Ok(None);
                }
                (opcode, begun.into())
            }
            (Opcode::Text | Opcode::Binary, None) if !head.is_final => {
                self.begun = Some((head.opcode, payload.into()));
                return Ok(None);
            }
            (Opcode::Text | Opcode::Binary, None) => (head.opcode, payload),
            (Opcode::Continuation, None) | (Opcode::Text | Opcode::Binary, Some(_)) => {
                return Err(Malformed::Protocol);
            }
        };
        match whole {
            (Opcode::Text, text) => String::from_utf8(text.into())
                .map(|text| Some(Message::Text(text)))
                .map_err(|_| Malformed::Protocol),
            (_, bytes) => Ok(Some(Message::Binary(bytes))),
        }
    }
}

#[cfg(test)]
mod tests;
