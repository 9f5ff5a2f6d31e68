//! A client's first DTLS packets, which may overtake his answer.
//!
//! He begins as soon as he has our offer; his answer goes another way, through signalling and the
//! room. str0m drops what comes before it, and the client repeats himself only after a second (RFC
//! 9147 section 5.8.2), and then after two.

use super::Connection;
use crate::datagram::{Datagram, Received};

/// A flight of a client's is one packet, or a few where he sends certificates of several
/// kilobytes. More is no handshake.
const MOST_PACKETS: usize = 8;

/// Kept until the client's description is known.
#[derive(Debug)]
pub(super) enum Early {
    Waiting(Vec<Datagram>),
    Over,
}

impl Early {
    pub(super) fn new() -> Self {
        Self::Waiting(Vec::new())
    }

    /// Whether it is kept, or dropped as one too many, and must not be given to str0m.
    pub(super) fn takes(&mut self, datagram: Received<'_>) -> bool {
        let Self::Waiting(packets) = self else {
            return false;
        };
        // RFC 7983.
        if !matches!(datagram.bytes.first(), Some(20..=63)) {
            return false;
        }
        if packets.len() < MOST_PACKETS {
            packets.push(Datagram {
                protocol: datagram.protocol,
                source: datagram.source,
                destination: datagram.destination,
                bytes: datagram.bytes.to_vec(),
            });
        }
        true
    }
}

impl Connection {
    /// The client's description has been accepted: his handshake begins.
    pub(super) fn release_early(&mut self) {
        let Early::Waiting(packets) = std::mem::replace(&mut self.early, Early::Over) else {
            return;
        };
        for packet in packets {
            let received = Received {
                protocol: packet.protocol,
                source: packet.source,
                destination: packet.destination,
                bytes: &packet.bytes,
            };
            // A failure shows when the connection is drained.
            let _ = self.receive(self.time, received);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datagram::Protocol;
    use std::net::SocketAddr;

    fn received(bytes: &[u8]) -> Received<'_> {
        Received {
            protocol: Protocol::Udp,
            source: SocketAddr::from(([192, 0, 2, 1], 1)),
            destination: SocketAddr::from(([192, 0, 2, 2], 2)),
            bytes,
        }
    }

    #[test]
    fn a_handshake_that_overtakes_the_answer_is_kept_and_nothing_else() {
        let mut early = Early::new();
        assert!(early.takes(received(&[22, 0xfe, 0xfd])));
        assert!(!early.takes(received(&[0, 1])), "STUN");
        assert!(!early.takes(received(&[0x80, 96])), "RTP");
        let Early::Waiting(packets) = &early else {
            panic!("the answer has not come");
        };
        assert_eq!(packets.len(), 1);
        assert!(!Early::Over.takes(received(&[22, 0xfe, 0xfd])));
    }

    #[test]
    fn a_flood_before_the_answer_is_bounded() {
        let mut early = Early::new();
        for _ in 0..10 * MOST_PACKETS {
            assert!(early.takes(received(&[22])));
        }
        assert!(matches!(early, Early::Waiting(packets) if packets.len() == MOST_PACKETS));
    }
}
