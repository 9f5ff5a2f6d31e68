//! A batch of packets to be sent: packets of equal size to one destination make a run, which the
//! kernel takes as one (UDP_SEGMENT); runs go out several at a call (`sendmmsg`).
//!
//! Measured (`docs/benchmarks.md`): a packet in a run of five costs a third of one sent alone,
//! nearly all of it the system call and the way through the network stack.

use super::UdpCounters;
use super::address::{self, Encoded};
use super::control::Control;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::os::fd::RawFd;

/// UDP_MAX_SEGMENTS of kernels before 6.9; later ones take 128, with little gain.
const MAX_SEGMENTS: usize = 64;
/// The largest payload of a UDP datagram over IPv4, before it is cut into segments too.
const MAX_RUN_BYTES: usize = 65_507;
/// Runs for each call: past a few the call itself no longer weighs.
const RUNS_PER_CALL: usize = 32;
/// A batch is flushed when it has this much, of small runs or of long ones: what a call takes, and
/// what stays in a processor's second-level cache between encryption and sending.
const MAX_BATCH_BYTES: usize = 512 << 10;
const MAX_BATCH_RUNS: usize = RUNS_PER_CALL;

#[derive(Debug)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    segmentation: bool,
}

/// Packets to one destination that lie one after another: all of `segment_bytes`, only the last
/// may be smaller.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    destination: SocketAddr,
    source: Option<IpAddr>,
    range: Range<usize>,
    segment_bytes: usize,
    count: usize,
}

impl Run {
    fn takes(&self, destination: SocketAddr, source: Option<IpAddr>, bytes: usize) -> bool {
        let whole = self.range.len() == self.count * self.segment_bytes;
        whole
            && (1..=self.segment_bytes).contains(&bytes)
            && self.count < MAX_SEGMENTS
            && self.range.len() + bytes <= MAX_RUN_BYTES
            && self.destination == destination
            && self.source == source
    }
}

impl Batch {
    pub(super) fn new(segmentation: bool) -> Self {
        Self {
            bytes: Vec::new(),
            runs: Vec::new(),
            segmentation,
        }
    }

    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.bytes.len() + bytes <= MAX_BATCH_BYTES && self.runs.len() < MAX_BATCH_RUNS
    }

    /// False if no datagram can be that large: it is not taken.
    pub(super) fn push(
        &mut self,
        destination: SocketAddr,
        source: Option<IpAddr>,
        bytes: &[u8],
    ) -> bool {
        if bytes.len() > MAX_RUN_BYTES {
            return false;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        let end = self.bytes.len();
        match self.runs.last_mut() {
            Some(run) if self.segmentation && run.takes(destination, source, bytes.len()) => {
                run.range.end = end;
                run.count += 1;
            }
            Some(_) | None => self.runs.push(Run {
                destination,
                source,
                range: start..end,
                segment_bytes: bytes.len(),
                count: 1,
            }),
        }
        true
    }

    pub(super) fn flush(&mut self, fd: RawFd, counters: &mut UdpCounters) {
        let mut next = 0;
        while next < self.runs.len() {
            let end = self.runs.len().min(next + RUNS_PER_CALL);
            counters.send_calls += 1;
            match send_runs(fd, &self.bytes, &self.runs[next..end]) {
                Ok(sent) => {
                    self.runs[next..next + sent]
                        .iter()
                        .for_each(|run| count(counters, run));
                    next += sent;
                }
                Err(error) => next = self.resume_after(fd, next, &error, counters),
            }
        }
        self.bytes.clear();
        self.runs.clear();
    }

    /// The run at `at` was refused; returns where to go on.
    fn resume_after(
        &mut self,
        fd: RawFd,
        at: usize,
        error: &io::Error,
        counters: &mut UdpCounters,
    ) -> usize {
        let packets = self.runs[at].count as u64;
        match error.raw_os_error() {
            Some(libc::EINTR) => at,
            // The rest would be refused as well, and late media is worthless.
            Some(libc::EAGAIN | libc::ENOBUFS | libc::ENOMEM) => {
                counters.dropped_full += self.runs[at..]
                    .iter()
                    .map(|run| run.count as u64)
                    .sum::<u64>();
                self.runs.len()
            }
            // EIO: the interface cannot do the checksums; it will not learn. The others are about
            // this run: its segments may be larger than the way's MTU.
            Some(code @ (libc::EIO | libc::EINVAL | libc::EMSGSIZE)) if packets > 1 => {
                self.segmentation &= code != libc::EIO;
                counters.segmentation_refused += 1;
                self.send_one_by_one(fd, at, counters);
                at + 1
            }
            Some(libc::EMSGSIZE) => {
                counters.dropped_oversized += packets;
                at + 1
            }
            Some(_) | None => {
                counters.dropped_unreachable += packets;
                at + 1
            }
        }
    }

    fn send_one_by_one(&self, fd: RawFd, at: usize, counters: &mut UdpCounters) {
        let run = &self.runs[at];
        for start in run.range.clone().step_by(run.segment_bytes.max(1)) {
            let single = Run {
                range: start..run.range.end.min(start + run.segment_bytes),
                count: 1,
                ..run.clone()
            };
            counters.send_calls += 1;
            match send_runs(fd, &self.bytes, std::slice::from_ref(&single)) {
                Ok(_) => count(counters, &single),
                Err(error) => match error.raw_os_error() {
                    Some(libc::EAGAIN | libc::ENOBUFS | libc::ENOMEM) => counters.dropped_full += 1,
                    Some(libc::EMSGSIZE) => counters.dropped_oversized += 1,
                    Some(_) | None => counters.dropped_unreachable += 1,
                },
            }
        }
    }
}

fn count(counters: &mut UdpCounters, run: &Run) {
    counters.sent += run.count as u64;
    counters.sent_bytes += run.range.len() as u64;
}

/// Sends up to [`RUNS_PER_CALL`] runs; returns how many the kernel took, at least one. An error is
/// about the first run.
fn send_runs(fd: RawFd, bytes: &[u8], runs: &[Run]) -> io::Result<usize> {
    let runs = &runs[..runs.len().min(RUNS_PER_CALL)];
    // SAFETY: null pointers and zero lengths are valid values of these C structures.
    let mut headers: [libc::mmsghdr; RUNS_PER_CALL] = unsafe { std::mem::zeroed() };
    // SAFETY: as above.
    let mut vectors: [libc::iovec; RUNS_PER_CALL] = unsafe { std::mem::zeroed() };
    let mut names: [Encoded; RUNS_PER_CALL] =
        [address::encode(SocketAddr::from(([0; 4], 0))); RUNS_PER_CALL];
    let mut controls = [Control::new(None, None); RUNS_PER_CALL];
    for (at, run) in runs.iter().enumerate() {
        names[at] = address::encode(run.destination);
        let segment = (run.count > 1).then_some(run.segment_bytes as u16);
        controls[at] = Control::new(run.source, segment);
        let payload = &bytes[run.range.clone()];
        vectors[at].iov_base = payload.as_ptr().cast_mut().cast();
        vectors[at].iov_len = payload.len();
        let header = &mut headers[at].msg_hdr;
        header.msg_name = names[at].bytes.as_ptr().cast_mut().cast();
        header.msg_namelen = names[at].length as libc::socklen_t;
        header.msg_iov = &raw mut vectors[at];
        header.msg_iovlen = 1;
        let control = controls[at].as_bytes();
        if !control.is_empty() {
            header.msg_control = control.as_ptr().cast_mut().cast();
            header.msg_controllen = control.len() as _;
        }
    }
    // SAFETY: the first `runs.len()` headers point into `bytes`, `names`, `vectors` and `controls`
    // with their true lengths; all outlive the call, which only reads what they point to.
    let sent = unsafe {
        libc::sendmmsg(
            fd,
            headers.as_mut_ptr(),
            runs.len() as libc::c_uint,
            libc::MSG_DONTWAIT | libc::MSG_NOSIGNAL,
        )
    };
    usize::try_from(sent).map_err(|_| io::Error::last_os_error())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(port: u16) -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], port))
    }

    fn shape(batch: &Batch) -> Vec<(u16, usize, usize)> {
        let shape = |run: &Run| (run.destination.port(), run.segment_bytes, run.count);
        batch.runs.iter().map(shape).collect()
    }

    #[test]
    fn a_smaller_packet_ends_a_run_and_a_larger_one_begins_the_next() {
        let mut batch = Batch::new(true);
        for size in [1_200, 1_200, 700, 1_200, 1_201] {
            assert!(batch.push(peer(1), None, &vec![0; size]));
        }
        assert_eq!(shape(&batch), [(1, 1_200, 3), (1, 1_200, 1), (1, 1_201, 1)]);
    }

    #[test]
    fn another_destination_or_source_is_another_run() {
        let mut batch = Batch::new(true);
        let source = Some(IpAddr::from([192, 0, 2, 9]));
        for (port, source) in [(1, None), (2, None), (2, source), (2, source)] {
            batch.push(peer(port), source, &[0; 100]);
        }
        assert_eq!(shape(&batch), [(1, 100, 1), (2, 100, 1), (2, 100, 2)]);
    }

    #[test]
    fn a_run_is_no_longer_than_the_kernel_takes() {
        let mut batch = Batch::new(true);
        (0..65).for_each(|_| assert!(batch.push(peer(1), None, &[0; 100])));
        assert_eq!(shape(&batch), [(1, 100, 64), (1, 100, 1)]);
        let mut batch = Batch::new(true);
        (0..9).for_each(|_| assert!(batch.push(peer(1), None, &[0; 9_000])));
        assert_eq!(shape(&batch), [(1, 9_000, 7), (1, 9_000, 2)]);
        assert!(!batch.push(peer(1), None, &[0; 65_508]));
    }

    #[test]
    fn without_segmentation_each_packet_goes_by_itself() {
        let mut batch = Batch::new(false);
        (0..3).for_each(|_| assert!(batch.push(peer(1), None, &[0; 100])));
        assert_eq!(shape(&batch), [(1, 100, 1); 3]);
    }
}
