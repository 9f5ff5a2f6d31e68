//! A loss probe for SCTP, after RFC 8985 section 7, which has one for TCP.
//!
//! Our SCTP sends again what three later packets show to be missing. The loss of a flight's last
//! packets, of the answer to them, or of what it has sent again it notices only by its timer: after a
//! second at least, doubled with each loss, and then with one packet on its way at a time. Here such
//! a packet is sent once more well before, byte by byte; what the client answers sets SCTP going.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Between what came or went last and a probe. Clients may wait 200 ms with an acknowledgement (RFC
/// 9260 section 6.2). In 100 seeded calls with 10 % loss and round trips of 40 ms it did not matter
/// whether it was 150, 200 or 300 ms.
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// The least that SCTP's own timer waits (RFC 9260 section 16): a first probe after it is of no use.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Before a round trip has been measured, of which a wait is two.
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(250);

/// In a row. With a tenth of all packets lost each way one in 140 such rows is in vain; then SCTP's
/// timer helps, and its repetition may be probed for again.
const MOST_PROBES: u32 = 3;

/// To know when an answer came costs a turn of the whole connection, and round trips change slowly.
const MEASURED_EVERY: Duration = Duration::from_secs(1);

/// Packets of which copies are kept, at most 12 kB and only until they are acknowledged: the first ones
/// and the last. Those between are noticed by what follows them: in the same calls 4, 8 and 32 were
/// equally good.
const MOST_KEPT: usize = 8;

/// Sees each packet of one association; tells which is to be sent again, and when.
#[derive(Debug)]
pub(super) struct SctpProbe {
    /// Ordered, and without storage when all has been acknowledged.
    unacknowledged: VecDeque<Kept>,
    /// As it was told last. What comes and goes has no time of its own.
    time: Instant,
    /// Something has come or gone since.
    is_stirred: bool,
    /// When the wait for a probe began.
    since: Instant,
    /// In a row.
    probes: u32,
    round_trip: Option<Duration>,
    measurement: Measurement,
}

#[derive(Debug)]
struct Kept {
    first: u32,
    last: u32,
    /// SCTP itself has sent it again: it will not soon do so once more.
    is_repeated: bool,
    packet: Box<[u8]>,
}

/// Of a round trip. What is sent twice is not measured: its answer may be to either (RFC 9260
/// section 6.3.1, rule C5).
#[derive(Debug)]
enum Measurement {
    NotBefore(Instant),
    Sent { tsn: u32, at: Option<Instant> },
    Answered { sent: Instant },
}

impl SctpProbe {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            unacknowledged: VecDeque::new(),
            time: now,
            is_stirred: false,
            since: now,
            probes: 0,
            round_trip: None,
            measurement: Measurement::NotBefore(now),
        }
    }

    /// A packet that SCTP sends.
    pub(super) fn sent(&mut self, packet: &[u8]) {
        let before = self.candidate().map(|kept| kept.first);
        let mut span: Option<(u32, u32)> = None;
        let mut is_repeated = false;
        for chunk in chunks(packet) {
            let kept = &mut self.unacknowledged;
            match chunk {
                Chunk::Data { tsn } => {
                    let count = kept.len();
                    kept.retain(|kept| is_after(kept.first, tsn) || is_after(tsn, kept.last));
                    is_repeated |= kept.len() < count;
                    span = Some((span.map_or(tsn, |(first, _)| first), tsn));
                }
                // What was sent with it, and is not given up, has been sent again apart.
                Chunk::ForwardTsn { tsn } => {
                    kept.retain(|kept| is_after(kept.first, tsn));
                    span = Some((tsn, tsn));
                }
                Chunk::Sack { .. } => {}
            }
        }
        let Some((first, last)) = span else {
            return;
        };
        let kept = &mut self.unacknowledged;
        let at = kept.partition_point(|kept| is_after(first, kept.first));
        self.measurement
            .note_sent(last, is_repeated || at < kept.len(), self.time);
        kept.insert(
            at,
            Kept {
                first,
                last,
                is_repeated,
                packet: packet.into(),
            },
        );
        if kept.len() > MOST_KEPT {
            kept.remove(MOST_KEPT - 1);
        }
        self.stir(before, is_repeated);
    }

    /// A packet that has come for SCTP.
    pub(super) fn received(&mut self, packet: &[u8]) {
        if self.unacknowledged.is_empty() {
            return;
        }
        let before = self.candidate().map(|kept| kept.first);
        let count = self.unacknowledged.len();
        for chunk in chunks(packet) {
            if let Chunk::Sack { tsn, gaps } = chunk {
                self.acknowledge(tsn, gaps);
            }
        }
        if self.unacknowledged.is_empty() {
            self.unacknowledged = VecDeque::new();
        } else if self.unacknowledged.len() < count {
            self.stir(before, false);
        }
    }

    /// When [`Self::handle_timeout`] wants to be called; at once after something has come or gone,
    /// so that it learns the time. `None` while nothing is outstanding.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        if matches!(self.measurement, Measurement::Answered { .. }) {
            return Some(self.time);
        }
        self.candidate()?;
        if self.is_stirred {
            return Some(self.time);
        }
        (self.probes < MOST_PROBES).then(|| self.since + self.wait())
    }

    /// The packet to be sent again, if it is time.
    pub(super) fn handle_timeout(&mut self, now: Instant) -> Option<&[u8]> {
        self.time = self.time.max(now);
        self.measure();
        if std::mem::take(&mut self.is_stirred) {
            self.since = self.time;
        }
        if self.next_deadline()? > self.time {
            return None;
        }
        self.probes += 1;
        self.since = self.time;
        self.measurement.give_up(self.time);
        self.candidate().map(|kept| &*kept.packet)
    }

    /// What SCTP has sent again is probed for while other packets come and go; anything else, only
    /// while there are none: SCTP may notice it by them, and what is lossy should not come late. Of the
    /// latter it is the last one, since what it shows to be missing SCTP sends again or gives up.
    fn candidate(&self) -> Option<&Kept> {
        let mut kept = self.unacknowledged.iter();
        kept.find(|kept| kept.is_repeated)
            .or_else(|| self.unacknowledged.back())
    }

    fn stir(&mut self, before: Option<u32>, is_repeated: bool) {
        let Some(candidate) = self.candidate() else {
            return;
        };
        if is_repeated || !candidate.is_repeated || Some(candidate.first) != before {
            self.is_stirred = true;
            self.probes = 0;
        }
    }

    fn acknowledge(&mut self, tsn: u32, gaps: &[[u8; 4]]) {
        self.unacknowledged.retain(|kept| is_after(kept.last, tsn));
        for [a, b, c, d] in gaps {
            let first = tsn.wrapping_add(u16::from_be_bytes([*a, *b]).into());
            let last = tsn.wrapping_add(u16::from_be_bytes([*c, *d]).into());
            self.unacknowledged
                .retain(|kept| is_after(first, kept.first) || is_after(kept.last, last));
        }
        if let Measurement::Sent { tsn: of, at } = self.measurement
            && !is_after(of, tsn)
        {
            let over = Measurement::NotBefore(self.time);
            self.measurement = at.map_or(over, |sent| Measurement::Answered { sent });
        }
    }

    fn measure(&mut self) {
        match &mut self.measurement {
            Measurement::NotBefore(_) => {}
            Measurement::Sent { at, .. } => *at = at.or(Some(self.time)),
            Measurement::Answered { sent } => {
                let sample = self.time - *sent;
                // RFC 9260 section 6.3.1, rule C3.
                let smoothed = self.round_trip.map(|before| (before * 7 + sample) / 8);
                self.round_trip = smoothed.or(Some(sample));
                self.measurement = Measurement::NotBefore(self.time + MEASURED_EVERY);
            }
        }
    }

    /// Two round trips, as in RFC 8985 section 7.2, and twice as long with each probe in vain.
    fn wait(&self) -> Duration {
        let round_trip = self.round_trip.unwrap_or(FIRST_ROUND_TRIP);
        (2 * round_trip).clamp(SHORTEST_WAIT, LONGEST_WAIT) * (1 << self.probes)
    }
}

impl Measurement {
    fn note_sent(&mut self, tsn: u32, is_repetition: bool, time: Instant) {
        match self {
            _ if is_repetition => self.give_up(time),
            Self::NotBefore(begin) if *begin <= time => *self = Self::Sent { tsn, at: None },
            Self::NotBefore(_) | Self::Sent { .. } | Self::Answered { .. } => {}
        }
    }

    fn give_up(&mut self, time: Instant) {
        if matches!(self, Self::Sent { .. }) {
            *self = Self::NotBefore(time);
        }
    }
}

/// Of RFC 9260 section 3.3, RFC 3758 section 3.2, and their likes in RFC 8260.
enum Chunk<'a> {
    Data { tsn: u32 },
    ForwardTsn { tsn: u32 },
    Sack { tsn: u32, gaps: &'a [[u8; 4]] },
}

const COMMON_HEADER_BYTES: usize = 12;
const CHUNK_HEADER_BYTES: usize = 4;

/// The chunks that count here; nothing of what is cut off.
fn chunks(packet: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = packet.get(COMMON_HEADER_BYTES..).unwrap_or_default();
    let parts = std::iter::from_fn(move || {
        let &[kind, _, high, low, ..] = rest else {
            return None;
        };
        let bytes = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(CHUNK_HEADER_BYTES..bytes)?;
        rest = rest.get(bytes.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, body))
    });
    parts.filter_map(|(kind, body)| {
        let (tsn, rest) = body.split_first_chunk()?;
        let tsn = u32::from_be_bytes(*tsn);
        match kind {
            0 | 64 => Some(Chunk::Data { tsn }),
            192 | 194 => Some(Chunk::ForwardTsn { tsn }),
            3 => Some(Chunk::Sack {
                tsn,
                gaps: gaps(rest)?,
            }),
            _ => None,
        }
    })
}

/// What follows a SACK's cumulative TSN: its window, how many gap blocks and duplicates, and these.
fn gaps(rest: &[u8]) -> Option<&[[u8; 4]]> {
    let &[_, _, _, _, high, low, _, _, ref blocks @ ..] = rest else {
        return None;
    };
    let count = usize::from(u16::from_be_bytes([high, low]));
    blocks.as_chunks().0.get(..count)
}

/// In serial numbers (RFC 1982).
fn is_after(a: u32, b: u32) -> bool {
    a.wrapping_sub(b).cast_signed() > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;
    use base::rng::Rng;

    #[test]
    fn the_last_packet_is_sent_again_when_no_answer_comes() {
        let mut call = Call::new();
        call.send(&data(&[1]));
        call.send(&data(&[2]));
        assert_eq!(
            call.probes(Duration::from_millis(499)),
            Vec::<Vec<u8>>::new()
        );
        assert_eq!(call.probes(Duration::from_millis(2)), vec![data(&[2])]);
    }

    #[test]
    fn nothing_is_sent_nor_kept_when_all_is_acknowledged() {
        let mut call = Call::new();
        call.send(&data(&[u32::MAX, 0]));
        call.send(&data(&[1]));
        call.send(&data(&[2]));
        call.receive(&sack(0, &[(2, 2)]));
        assert_eq!(call.probes(Duration::from_millis(300)), vec![data(&[1])]);
        call.receive(&sack(2, &[]));
        assert_eq!(call.probe.next_deadline(), None);
        assert_eq!(call.probe.unacknowledged.capacity(), 0);
        assert!(call.probes(Duration::from_secs(60)).is_empty());
    }

    #[test]
    fn a_forward_tsn_stands_for_what_it_gives_up() {
        let mut call = Call::new();
        call.send(&data(&[1]));
        call.send(&data(&[2]));
        call.send(&forward_tsn(2));
        assert_eq!(
            call.probes(Duration::from_millis(600)),
            vec![forward_tsn(2)]
        );
        call.receive(&sack(2, &[]));
        assert_eq!(call.probe.next_deadline(), None);
    }

    #[test]
    fn what_sctp_has_sent_again_is_probed_for_while_others_come_and_go() {
        let mut call = Call::new();
        call.send(&data(&[1]));
        call.send(&data(&[1]));
        let mut probes = Vec::new();
        for tsn in 2..20 {
            call.send(&data(&[tsn]));
            probes.extend(call.probes(Duration::from_millis(50)));
            call.receive(&sack(0, &[(2, tsn as u16)]));
        }
        assert_eq!(probes, vec![data(&[1])]);
    }

    #[test]
    fn who_answers_soon_is_probed_for_soon_but_may_wait_with_his_answer() {
        let mut call = Call::new();
        call.send(&data(&[1]));
        call.probes(Duration::from_millis(40));
        call.receive(&sack(1, &[]));
        call.send(&data(&[2]));
        assert!(call.probes(Duration::from_millis(199)).is_empty());
        assert_eq!(call.probes(Duration::from_millis(2)).len(), 1);
    }

    #[test]
    fn who_never_answers_is_not_flooded() {
        let mut call = Call::new();
        call.send(&data(&[1]));
        let probes = call.probes(Duration::from_secs(600));
        assert_eq!(probes.len(), MOST_PROBES as usize);
        for tsn in 2..1_000 {
            call.send(&data(&[tsn]));
        }
        assert_eq!(call.probe.unacknowledged.len(), MOST_KEPT);
    }

    #[test]
    fn hostile_bytes_do_no_harm() {
        let mut rng = Rng::from_seed(1);
        let mut call = Call::new();
        for _ in 0..20_000 {
            let length = rng.below(64) as usize;
            let mut bytes: Vec<_> = (0..length).map(|_| rng.next_u32() as u8).collect();
            if let Some(header) = bytes.get_mut(12..16) {
                let kind = [0, 3, 192, 255][rng.below(4) as usize];
                header.copy_from_slice(&[kind, 0, 0, rng.below(64) as u8]);
            }
            call.send(&bytes);
            call.receive(&bytes);
        }
        for packet in [data(&[1, 2]), sack(1, &[(2, 3), (5, 5)]), forward_tsn(3)] {
            for end in 0..packet.len() {
                call.send(&packet[..end]);
                call.receive(&packet[..end]);
            }
        }
        assert!(call.probe.unacknowledged.len() <= MOST_KEPT);
    }

    struct Call {
        probe: SctpProbe,
        now: Instant,
    }

    impl Call {
        fn new() -> Self {
            let now = OsClock.now();
            Self {
                probe: SctpProbe::new(now),
                now,
            }
        }

        fn send(&mut self, packet: &[u8]) {
            self.probe.sent(packet);
            self.probe.handle_timeout(self.now);
        }

        fn receive(&mut self, packet: &[u8]) {
            self.probe.received(packet);
            self.probe.handle_timeout(self.now);
        }

        /// Lets time pass.
        fn probes(&mut self, time: Duration) -> Vec<Vec<u8>> {
            let end = self.now + time;
            let mut probes = Vec::new();
            while let Some(due) = self.probe.next_deadline().filter(|due| *due <= end) {
                self.now = due;
                probes.extend(self.probe.handle_timeout(due).map(<[u8]>::to_vec));
            }
            self.now = end;
            probes
        }
    }

    fn packet(chunks: &[(u8, Vec<u8>)]) -> Vec<u8> {
        let mut packet = vec![0; COMMON_HEADER_BYTES];
        for (kind, body) in chunks {
            let bytes = (CHUNK_HEADER_BYTES + body.len()) as u8;
            packet.extend([*kind, 0, 0, bytes]);
            packet.extend(body);
            packet.resize(packet.len().next_multiple_of(4), 0);
        }
        packet
    }

    fn data(tsns: &[u32]) -> Vec<u8> {
        let body = |tsn: &u32| [&tsn.to_be_bytes()[..], b"stream, id, text"].concat();
        let chunks: Vec<_> = tsns.iter().map(|tsn| (0, body(tsn))).collect();
        packet(&chunks)
    }

    fn forward_tsn(tsn: u32) -> Vec<u8> {
        packet(&[(192, tsn.to_be_bytes().to_vec())])
    }

    fn sack(tsn: u32, gaps: &[(u16, u16)]) -> Vec<u8> {
        let mut body = [tsn.to_be_bytes(), [0, 1, 0, 0], [0, gaps.len() as u8, 0, 0]].concat();
        for (first, last) in gaps {
            body.extend(first.to_be_bytes());
            body.extend(last.to_be_bytes());
        }
        packet(&[(3, body)])
    }
}
