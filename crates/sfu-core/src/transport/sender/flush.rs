//! What leaves now, and when more is due.

use super::{
    LONGEST_REPAIR_PATIENCE_US, LONGEST_WAIT_US, REPORT_EVERY_US, Sender, Stamp, Waiting, reports,
};
use crate::datagram::Datagram;
use crate::growth::give_back;
use std::time::{Duration, Instant};

/// The first report follows the first packet, so that voice and picture are together early.
const FIRST_REPORT_US: u64 = 50_000;

/// Larger than any that a path takes: what does not fit waits for the next report.
const MOST_REPORTED: usize = 32;

impl Sender {
    /// Sends all that may leave at this moment, in one burst.
    pub(crate) fn flush(&mut self, now: Instant, send: &mut impl FnMut(Datagram)) {
        let now_us = self.micros(now);
        self.control.tick(now_us);
        self.tell_estimate_if_begun();
        self.pacer.set(self.control.pace());
        self.pacer.pay(now_us);
        while let Some(voice) = self.voices.pop_front() {
            self.send_media(now_us, &voice, send);
        }
        while self.pacer.is_open() && self.send_repair(now_us, send) {}
        while let Some(waiting) = self.waiting.pop_front_if(|waiting| {
            self.pacer.is_open() || waiting.since_us + LONGEST_WAIT_US <= now_us
        }) {
            self.send_media(now_us, &waiting, send);
        }
        self.send_probe(now_us, send);
        self.send_reports(now, now_us, send);
    }

    /// When [`Self::flush`] has something to do.
    pub(crate) fn next_deadline(&self) -> Option<Instant> {
        let is_waiting = !self.waiting.is_empty() || !self.repairs.is_empty();
        let voices = (!self.voices.is_empty()).then_some(0);
        let paced = is_waiting.then(|| self.pacer.next_us());
        let oldest = self.waiting.front();
        let oldest = oldest.map(|waiting| waiting.since_us + LONGEST_WAIT_US);
        let probe = self.control.probe().filter(|_| self.can_pad());
        let probe = probe.map(|probe| probe.next_us().unwrap_or(0));
        let control = self.control.next_us().filter(|_| self.told.is_some());
        let all = [voices, paced, oldest, probe, control, self.report_us];
        let next_us = all.into_iter().flatten().min()?;
        Some(self.epoch + Duration::from_micros(next_us))
    }

    fn tell_estimate_if_begun(&mut self) {
        if self.told.is_some() {
            self.tell_estimate();
        }
    }

    fn stamp(&self, now_us: u64) -> Stamp {
        let number = self.control.next_number();
        Stamp { number, now_us }
    }

    fn send_media(&mut self, now_us: u64, waiting: &Waiting, send: &mut impl FnMut(Datagram)) {
        let stamp = self.stamp(now_us);
        let mut streams = self.streams.iter_mut();
        let Some(stream) = streams.find(|stream| stream.mid == waiting.mid) else {
            return;
        };
        let written = stream.media(&self.ours, stamp, &waiting.packet, &waiting.extensions);
        let is_counted = stream.ids.number.is_some();
        if let Some(bytes) = written {
            self.report_us.get_or_insert(now_us + FIRST_REPORT_US);
            self.send(now_us, bytes, is_counted, send);
        }
    }

    /// False if there is none.
    fn send_repair(&mut self, now_us: u64, send: &mut impl FnMut(Datagram)) -> bool {
        let Some((mid, sequence)) = self.repairs.pop_front() else {
            return false;
        };
        let patience_us = self.control.round_trip_us();
        let patience_us = patience_us.map_or(0, |us| us.min(LONGEST_REPAIR_PATIENCE_US));
        let stamp = self.stamp(now_us);
        let mut streams = self.streams.iter_mut();
        let Some(stream) = streams.find(|stream| stream.mid == mid) else {
            return true;
        };
        if !stream.is_video {
            if let Some(bytes) = stream.echo.take(now_us, sequence, patience_us) {
                // It bears the transport-wide number that it had.
                self.send(now_us, bytes, false, send);
            }
            return true;
        }
        let Some(kept) = stream.cache.take(now_us, sequence, patience_us) else {
            return true;
        };
        stream.cache.sent(true);
        let written = stream.repetition(&self.ours, stamp, &kept);
        let is_counted = stream.ids.number.is_some();
        if let Some(bytes) = written {
            self.send(now_us, bytes, is_counted, send);
        }
        true
    }

    /// Sends faster than is believed possible for a moment: what waits anyway, and padding.
    fn send_probe(&mut self, now_us: u64, send: &mut impl FnMut(Datagram)) {
        while self
            .control
            .probe()
            .is_some_and(|probe| probe.due_bytes(now_us) > 0)
        {
            if let Some(waiting) = self.waiting.pop_front() {
                self.send_media(now_us, &waiting, send);
            } else if !self.send_padding(now_us, send) {
                return;
            }
        }
    }

    fn send_padding(&mut self, now_us: u64, send: &mut impl FnMut(Datagram)) -> bool {
        let stamp = self.stamp(now_us);
        let streams = self.streams.iter_mut().filter(|stream| stream.can_pad());
        // Rather where media has been sent: a repetition may be of use.
        let Some(stream) = streams.max_by_key(|stream| stream.has_begun()) else {
            return false;
        };
        let newest = stream.cache.newest(now_us);
        let written = match newest {
            Some(kept) => stream.repetition(&self.ours, stamp, &kept),
            None => stream.padding(&self.ours, stamp),
        };
        let Some(bytes) = written else {
            return false;
        };
        self.send(now_us, bytes, true, send);
        true
    }

    fn can_pad(&self) -> bool {
        self.streams.iter().any(|stream| stream.can_pad())
    }

    fn send_reports(&mut self, now: Instant, now_us: u64, send: &mut impl FnMut(Datagram)) {
        if self.report_us.is_none_or(|at| now_us < at) {
            return;
        }
        give_back(&mut self.voices);
        give_back(&mut self.waiting);
        let mut bytes = Vec::with_capacity(256);
        reports::begin(&mut bytes, self.control_ssrc);
        let begun = self
            .streams
            .iter_mut()
            .filter(|stream| stream.is_unreported);
        let mut count = 0;
        for report in begun
            .take(MOST_REPORTED)
            .filter_map(|s| s.report(now, now_us))
        {
            reports::write(&mut bytes, &report);
            count += 1;
        }
        self.report_us = (count > 0).then_some(now_us + REPORT_EVERY_US);
        if count == 0 {
            return;
        }
        let index = self.next_rtcp;
        self.next_rtcp += 1;
        if self.ours.reports.protect(&mut bytes, index).is_some() {
            self.bytes_out += bytes.len() as u64;
            send(self.datagram(bytes));
        }
    }

    fn send(
        &mut self,
        now_us: u64,
        bytes: Vec<u8>,
        is_counted: bool,
        send: &mut impl FnMut(Datagram),
    ) {
        self.pacer.sent(bytes.len());
        if is_counted {
            self.control.on_sent(now_us, bytes.len());
        }
        self.bytes_out += bytes.len() as u64;
        send(self.datagram(bytes));
    }

    fn datagram(&self, bytes: Vec<u8>) -> Datagram {
        Datagram {
            protocol: self.path.protocol,
            source: self.path.source,
            destination: self.path.destination,
            bytes,
        }
    }
}
