//! Voices once more. They have no stream for repetitions (RFC 4588), so what is asked for goes out
//! as it was, byte for byte: nothing may be encrypted twice under one number.

use std::collections::VecDeque;

/// 400 ms of packets of 20 ms: what is older comes too late for any jitter buffer.
const MOST_PACKETS: usize = 20;

#[derive(Debug, Default)]
pub(super) struct Echo {
    /// Something has been asked for; who never asks costs nothing.
    is_wanted: bool,
    packets: VecDeque<Sent>,
}

#[derive(Debug)]
struct Sent {
    sequence: u16,
    bytes: Vec<u8>,
    repeated_us: Option<u64>,
}

impl Echo {
    /// A packet leaves.
    pub(super) fn keep(&mut self, sequence: u64, bytes: &[u8]) {
        if !self.is_wanted {
            return;
        }
        if self.packets.len() >= MOST_PACKETS {
            self.packets.pop_front();
        }
        self.packets.push_back(Sent {
            sequence: sequence as u16,
            bytes: bytes.to_vec(),
            repeated_us: None,
        });
    }

    /// The packet, unless its last repetition is still under way.
    pub(super) fn take(
        &mut self,
        now_us: u64,
        sequence: u16,
        round_trip_us: u64,
    ) -> Option<Vec<u8>> {
        self.is_wanted = true;
        let mut packets = self.packets.iter_mut();
        let sent = packets.find(|sent| sent.sequence == sequence)?;
        let is_under_way = |at| now_us < at + round_trip_us;
        if sent.repeated_us.is_some_and(is_under_way) {
            return None;
        }
        sent.repeated_us = Some(now_us);
        Some(sent.bytes.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_the_first_request_on_the_last_packets_are_repeated_as_they_were() {
        let mut echo = Echo::default();
        echo.keep(65_535, &[1]);
        assert_eq!(echo.take(0, 65_535, 0), None, "nobody had asked");
        for sequence in 65_536..65_600 {
            echo.keep(sequence, &[sequence as u8]);
        }
        assert_eq!(echo.take(0, 63, 50_000), Some(vec![63]));
        assert_eq!(echo.take(40_000, 63, 50_000), None, "it is under way");
        assert_eq!(echo.take(50_000, 63, 50_000), Some(vec![63]));
        assert_eq!(echo.take(0, 43, 0), None, "too old");
        assert_eq!(echo.packets.len(), MOST_PACKETS);
    }
}
