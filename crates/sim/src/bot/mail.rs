//! A participant's data messages: what he sends, and whether all that was sent to him came.

use crate::wire::Parcel;
use base::ParticipantSid;
use bytes::Bytes;
use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

/// The server broke a promise about data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataViolation {
    #[error("reliable message {got} of {from} follows {last}")]
    LeftOut {
        from: ParticipantSid,
        last: u32,
        got: u32,
    },
    #[error("reliable message {0} of {1} came twice, though nobody has resumed")]
    Twice(u32, ParticipantSid),
    #[error("message {0} of {1} is not what was sent")]
    Changed(u32, ParticipantSid),
}

/// Lossy messages that came of one sender.
#[derive(Clone, Copy, Debug)]
pub struct Lossy {
    pub count: u64,
    pub last_at: Instant,
    /// The longest time from sending one to its coming.
    pub oldest: Duration,
}

#[derive(Debug, Default)]
pub struct Mail {
    last_sent: u32,
    /// Sent lately: a server that lost some gets them again when he resumes.
    kept: VecDeque<(u32, Bytes)>,
    waiting: VecDeque<(bool, Bytes)>,
    received: BTreeMap<ParticipantSid, u32>,
    lossy: BTreeMap<ParticipantSid, Lossy>,
    resumed: Option<Instant>,
}

/// As clients keep: far more than one loses with his connection.
const KEPT: usize = 512;

/// After a resume messages may come twice, from before and by repetition, for so long: SCTP waits
/// ever longer where packets are lost.
const REPEATED: Duration = Duration::from_secs(30);

/// Each message's body is its number, or its time, this often.
const BODY_WORDS: usize = 40;

impl Mail {
    pub fn send_reliable(&mut self) {
        self.last_sent += 1;
        let body = self.last_sent.to_be_bytes().repeat(BODY_WORDS);
        let bytes = parcel(self.last_sent, body);
        self.kept.push_back((self.last_sent, bytes.clone()));
        if self.kept.len() > KEPT {
            self.kept.pop_front();
        }
        self.waiting.push_back((true, bytes));
    }

    pub fn send_lossy(&mut self, now: Instant, epoch: Instant) {
        let sent_us = u64::try_from((now - epoch).as_micros()).unwrap_or(u64::MAX);
        let bytes = parcel(0, sent_us.to_be_bytes().to_vec());
        self.waiting.push_back((false, bytes));
    }

    pub fn last_sent(&self) -> u32 {
        self.last_sent
    }

    /// The last reliable message that came of a sender.
    pub fn last_of(&self, sender: &ParticipantSid) -> Option<u32> {
        self.received.get(sender).copied()
    }

    pub fn lossy_of(&self, sender: &ParticipantSid) -> Option<Lossy> {
        self.lossy.get(sender).copied()
    }

    /// What he has of each sender, as a client says that resumes.
    pub(crate) fn resuming(&mut self, now: Instant) -> Vec<(ParticipantSid, u32)> {
        self.resumed = Some(now);
        let received = self.received.iter();
        received.map(|(sid, last)| (sid.clone(), *last)).collect()
    }

    /// He is back, and the server has his messages up to this one.
    pub(super) fn resume(&mut self, last_message_seq: u32) {
        self.kept
            .retain(|(sequence, _)| *sequence > last_message_seq);
        self.waiting.retain(|(is_reliable, _)| !is_reliable);
        let again = self.kept.iter().map(|(_, bytes)| (true, bytes.clone()));
        self.waiting.extend(again);
    }

    /// The messages that have waited, as long as `send` takes them.
    pub(super) fn flush(&mut self, mut send: impl FnMut(bool, &[u8]) -> bool) {
        while let Some((is_reliable, bytes)) = self.waiting.front() {
            if !send(*is_reliable, bytes) {
                return;
            }
            self.waiting.pop_front();
        }
    }

    pub(super) fn receive(
        &mut self,
        now: Instant,
        epoch: Instant,
        bytes: Vec<u8>,
    ) -> Result<(), DataViolation> {
        // What the room says by itself is not of anybody.
        let Some(parcel) = Parcel::read(&bytes.into()) else {
            return Ok(());
        };
        if parcel.sequence == 0 {
            self.receive_lossy(now, epoch, parcel);
            return Ok(());
        }
        let (from, got) = (parcel.sender, parcel.sequence);
        if parcel.body != got.to_be_bytes().repeat(BODY_WORDS) {
            return Err(DataViolation::Changed(got, from));
        }
        let Some(last) = self.received.get_mut(&from) else {
            self.received.insert(from, got);
            return Ok(());
        };
        if got <= *last {
            let is_repetition = self.resumed.is_some_and(|at| now < at + REPEATED);
            let twice = || DataViolation::Twice(got, from.clone());
            return is_repetition.then_some(()).ok_or_else(twice);
        }
        if got != *last + 1 {
            let last = *last;
            return Err(DataViolation::LeftOut { from, last, got });
        }
        *last = got;
        Ok(())
    }

    fn receive_lossy(&mut self, now: Instant, epoch: Instant, parcel: Parcel) {
        let Ok(sent_us) = <[u8; 8]>::try_from(&parcel.body[..]) else {
            return;
        };
        let sent = Duration::from_micros(u64::from_be_bytes(sent_us));
        let age = (now - epoch).saturating_sub(sent);
        let lossy = self.lossy.entry(parcel.sender).or_insert(Lossy {
            count: 0,
            last_at: now,
            oldest: Duration::ZERO,
        });
        lossy.count += 1;
        lossy.last_at = now;
        lossy.oldest = lossy.oldest.max(age);
    }
}

fn parcel(sequence: u32, body: Vec<u8>) -> Bytes {
    let sender = ParticipantSid::new("");
    let body = body.into();
    Parcel {
        sequence,
        sender,
        body,
    }
    .write()
}
