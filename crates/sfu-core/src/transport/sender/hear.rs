//! What the receiver says of what was sent to him.

use super::feedback::Arrivals;
use super::keys::rtcp_number;
use super::reports::{self, Word};
use super::{MOST_REPAIRS, Received, Sender};
use crate::allocate::OwnEstimate;
use crate::transport::TransportEvent;
use std::time::Instant;

impl Sender {
    /// Takes reports of the other side's.
    pub(crate) fn receive(&mut self, now: Instant, packet: &[u8]) -> Received {
        let now_us = self.micros(now);
        let mut scratch = Vec::with_capacity(packet.len());
        let mut arrivals = std::mem::take(&mut self.arrivals);
        let mut received = Received::Malformed;
        let opened = self.theirs.open(packet, &mut scratch);
        let is_new = opened.is_some()
            && rtcp_number(packet).is_some_and(|(ssrc, number)| self.heard.insert(ssrc, number));
        if let Some(compound) = opened.filter(|_| is_new) {
            received = Received::Taken;
            reports::read(compound, &mut arrivals, |word, arrivals| {
                if word == Word::Foreign {
                    received = Received::Foreign;
                }
                self.hear(now_us, word, arrivals);
            });
        }
        if received == Received::Taken {
            self.bytes_in += packet.len() as u64;
        }
        arrivals.give_back();
        self.arrivals = arrivals;
        received
    }

    /// Whether reports are the other side's.
    pub(crate) fn opens(&self, packet: &[u8]) -> bool {
        self.theirs.open(packet, &mut Vec::new()).is_some()
    }

    fn hear(&mut self, now_us: u64, word: Word, arrivals: &Arrivals) {
        match word {
            Word::Missing { ssrc, first, after } => {
                let Some(stream) = self.streams.iter().find(|stream| stream.ssrc == ssrc) else {
                    return;
                };
                let following = (0..16)
                    .filter(|bit| after >> bit & 1 == 1)
                    .map(|bit| bit + 1);
                for offset in std::iter::once(0).chain(following) {
                    let repair = (stream.mid, first.wrapping_add(offset));
                    if self.repairs.len() < MOST_REPAIRS && !self.repairs.contains(&repair) {
                        self.repairs.push_back(repair);
                    }
                }
            }
            Word::KeyFrameWanted { ssrc } => {
                if let Some(stream) = self.streams.iter().find(|stream| stream.ssrc == ssrc) {
                    let mid = stream.mid;
                    self.events
                        .push_back(TransportEvent::KeyFrameWanted { mid });
                }
            }
            Word::Reported { ssrc } => {
                for stream in &mut self.streams {
                    stream.is_known |= stream.ssrc == ssrc;
                    stream.is_repair_known |= stream.repair_ssrc == Some(ssrc);
                }
            }
            Word::Arrivals => {
                self.control
                    .on_feedback(now_us, arrivals.after, &arrivals.packets);
                self.tell_estimate();
            }
            Word::Foreign => {}
        }
    }

    pub(super) fn tell_estimate(&mut self) {
        let estimate = self.control.estimate();
        if self.told != Some(estimate) {
            self.told = Some(estimate);
            let round_trip = self.round_trip();
            let is_full = self.control.pace().is_tight;
            self.events
                .push_back(TransportEvent::OwnEstimate(OwnEstimate {
                    estimate,
                    round_trip,
                    is_full,
                }));
        }
    }
}
