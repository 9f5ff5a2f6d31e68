//! Where a client is reached, when his address changes under a call.
//!
//! A NAT forgets its mapping, a carrier remaps a phone, a tunnel goes up: the client goes on sending,
//! from an address that we do not know, and what we send goes where he is no more. Of an agent of the lite kind str0m's keeps the
//! old pair until no check has come on it for 15 s. Meanwhile what it sends to the old address is
//! sent to the new one here. What moves a client, and what must not, stands in
//! `docs/decisions/0014-roaming.md`.

use super::Connection;
use super::proof::{self, Credentials};
use super::sender::Path;
use crate::datagram::{Datagram, Protocol, Received};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use str0m::ice::TransId;

/// So long a path is silent before another may take its place. Who sends media is never silent for
/// as long, and packets of two paths are not so far apart; half of the second that a call may be gone.
const SILENCE: Duration = Duration::from_millis(500);

/// A request or its answer may be lost: the next follows with the next packet after this time.
const ASK_EVERY: Duration = Duration::from_millis(100);

/// A question that has not been answered in this time makes room for one about another path.
const PATIENCE: Duration = Duration::from_millis(500);

/// An answer is good for so long. Who watches may say nothing more from there before something comes
/// to him.
const PROOF: Duration = Duration::from_secs(2);

/// Paths asked about at a time. A client has one or two; who copies his packets and sends them from
/// many addresses has us remember no more, and send no more than he does.
const MOST_QUESTIONS: usize = 4;

/// A client who answers no questions is taken at ICE's word after a silence of this length.
const UNANSWERED: Duration = Duration::from_secs(3);

impl Connection {
    /// Notes where a packet has come from, and asks the client whether it is he where that is new.
    /// Whether the packet was an answer to such a question.
    pub(super) fn follow_client(&mut self, received: Received<'_>) -> bool {
        let path = Path {
            protocol: received.protocol,
            source: received.destination,
            destination: received.source,
        };
        let now = self.time;
        let is_answer = proof::is_answer(received.bytes) && {
            let remote = self.remote.as_ref();
            let answered = remote.and_then(|remote| remote.answered(received.bytes));
            answered.is_some_and(|number| self.roaming.answered(now, path, number))
        };
        if !is_answer && self.roaming.hear(now, path) {
            self.challenge(path);
        }
        self.follow_path();
        is_answer
    }

    /// Whether media goes to this address now.
    pub(crate) fn is_at(&self, protocol: Protocol, address: SocketAddr) -> bool {
        let current = self.roaming.current();
        current.is_some_and(|path| path.protocol == protocol && path.destination == address)
    }

    /// Whether reports are of this client's.
    pub(crate) fn opens(&self, report: &[u8]) -> bool {
        let sender = self.sender.as_ref();
        sender.is_some_and(|sender| sender.opens(report))
    }

    /// Our own sender sends where the client is.
    pub(super) fn follow_path(&mut self) {
        self.roaming.consider(self.time);
        if let Some((sender, path)) = self.sender.as_mut().zip(self.roaming.current()) {
            sender.set_path(path);
        }
    }

    /// A description of the client's has been accepted.
    pub(super) fn learn_credentials(&mut self, sdp: &str) {
        let remote = Credentials::of(sdp);
        if self.remote != remote {
            self.remote = remote;
            self.roaming.forget_questions();
        }
    }

    fn challenge(&mut self, path: Path) {
        let ufrag = self.local_ufrag();
        let challenge = self.remote.as_ref().and_then(|r| r.challenge(&ufrag));
        let Some((transaction, bytes)) = challenge else {
            return;
        };
        self.roaming.asked(self.time, path, transaction);
        self.challenges.push(Datagram {
            protocol: path.protocol,
            source: path.source,
            destination: path.destination,
            bytes,
        });
    }
}

#[derive(Debug)]
struct Question {
    path: Path,
    transaction: TransId,
    asked: Instant,
}

/// Another path on which he has answered.
#[derive(Debug)]
struct Proven {
    path: Path,
    answered: Instant,
    heard: Instant,
}

#[derive(Debug, Default)]
pub(super) struct Roaming {
    /// Where ICE has us send.
    nominated: Option<Path>,
    /// Where we send.
    current: Option<Path>,
    /// When a packet came on the current path.
    heard: Option<Instant>,
    questions: Vec<Question>,
    proven: Option<Proven>,
    /// The handshake has ended; before, ICE is followed wherever it goes.
    is_settled: bool,
}

impl Roaming {
    pub(super) fn current(&self) -> Option<Path> {
        self.current
    }

    pub(super) fn settle(&mut self, now: Instant) {
        self.is_settled = true;
        self.heard = Some(now);
    }

    /// ICE has chosen this path. One that is not the current one has to be proven, as any other.
    pub(super) fn nominate(&mut self, path: Path) {
        self.nominated = Some(path);
        if !self.is_settled || self.current.is_none() {
            self.current = Some(path);
        }
    }

    /// Nothing that was asked will be answered: the credentials are others now.
    pub(super) fn forget_questions(&mut self) {
        self.questions.clear();
        self.proven = None;
    }

    /// A packet has come. Whether to ask the client if it was he who sent it.
    pub(super) fn hear(&mut self, now: Instant, path: Path) -> bool {
        if self.current == Some(path) {
            self.heard = Some(now);
            return false;
        }
        if let Some(proven) = self.proven.as_mut().filter(|proven| proven.path == path) {
            proven.heard = now;
            if now < proven.answered + PROOF {
                return false;
            }
        }
        if self.nominated == Some(path) && self.silence(now) >= UNANSWERED {
            self.move_to(now, path);
            return false;
        }
        self.is_settled && self.may_ask(now, path)
    }

    /// Moves to the path on which he was last heard, if the current one has fallen silent.
    pub(super) fn consider(&mut self, now: Instant) {
        let Some(proven) = &self.proven else {
            return;
        };
        let is_later = self.heard.is_none_or(|heard| heard < proven.heard);
        let is_recent = now < proven.answered + PROOF;
        if is_recent && is_later && self.may_move(now, proven.path) {
            self.move_to(now, proven.path);
        }
    }

    pub(super) fn asked(&mut self, now: Instant, path: Path, transaction: TransId) {
        self.questions.retain(|question| question.path != path);
        self.questions.push(Question {
            path,
            transaction,
            asked: now,
        });
    }

    /// An authentic answer has come on this path. Whether it is to a question of ours.
    pub(super) fn answered(&mut self, now: Instant, path: Path, transaction: TransId) -> bool {
        let mut questions = self.questions.iter();
        if !questions.any(|asked| asked.path == path && asked.transaction == transaction) {
            return false;
        }
        self.questions.retain(|asked| asked.path != path);
        self.proven = Some(Proven {
            path,
            answered: now,
            heard: now,
        });
        self.consider(now);
        true
    }

    /// Where a packet goes that str0m sends there. Its answers to checks go back where these came from.
    pub(super) fn redirected(&self, path: Path) -> Path {
        match self.current {
            Some(current) if self.nominated == Some(path) => current,
            _ => path,
        }
    }

    fn may_move(&self, now: Instant, path: Path) -> bool {
        self.is_settled && (self.nominated == Some(path) || self.silence(now) >= SILENCE)
    }

    fn may_ask(&mut self, now: Instant, path: Path) -> bool {
        let age = |question: &Question| now.saturating_duration_since(question.asked);
        if let Some(asked) = self.questions.iter().find(|asked| asked.path == path) {
            return age(asked) >= ASK_EVERY;
        }
        if self.questions.len() >= MOST_QUESTIONS {
            self.questions.retain(|asked| age(asked) < PATIENCE);
        }
        self.questions.len() < MOST_QUESTIONS
    }

    fn move_to(&mut self, now: Instant, path: Path) {
        self.current = Some(path);
        self.heard = Some(now);
        self.questions.clear();
        self.proven = None;
    }

    fn silence(&self, now: Instant) -> Duration {
        self.heard
            .map_or(Duration::ZERO, |heard| now.saturating_duration_since(heard))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::clock::OsClock;

    fn path(port: u16) -> Path {
        Path {
            protocol: Protocol::Udp,
            source: ([192, 0, 2, 9], 7_882).into(),
            destination: ([198, 51, 100, 7], port).into(),
        }
    }

    const SILENCE_MS: u64 = 500;

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    /// A call that goes on over the first path.
    fn settled(now: Instant) -> Roaming {
        let mut roaming = Roaming::default();
        roaming.nominate(path(1));
        roaming.settle(now);
        roaming
    }

    /// What is asked about a packet, and the number of the question.
    fn ask(roaming: &mut Roaming, now: Instant, port: u16) -> Option<TransId> {
        roaming.hear(now, path(port)).then(|| {
            let transaction = TransId::new();
            roaming.asked(now, path(port), transaction);
            transaction
        })
    }

    #[test]
    fn who_speaks_from_elsewhere_is_asked_and_followed_when_the_old_path_is_silent() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        let asked = ask(&mut roaming, start + ms(20), 2).unwrap();
        assert!(roaming.answered(start + ms(60), path(2), asked));
        roaming.consider(start + ms(SILENCE_MS - 1));
        assert_eq!(roaming.current(), Some(path(1)), "not yet silent");
        roaming.consider(start + ms(SILENCE_MS));
        assert_eq!(roaming.current(), Some(path(2)));
        assert_eq!(roaming.redirected(path(1)), path(2), "what str0m sends");
        assert_eq!(roaming.redirected(path(3)), path(3), "its answers");
    }

    #[test]
    fn who_speaks_from_elsewhere_and_does_not_answer_is_not_followed() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        for step in 0..200 {
            let now = start + ms(20 * step);
            ask(&mut roaming, now, 2);
            roaming.consider(now);
            assert_eq!(roaming.current(), Some(path(1)));
        }
    }

    #[test]
    fn while_the_old_path_speaks_nobody_is_moved_and_the_other_is_asked_seldom() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        let mut count = 0;
        for step in 1..500 {
            let now = start + ms(20 * step);
            roaming.hear(now, path(1));
            if let Some(asked) = ask(&mut roaming, now, 2) {
                count += 1;
                roaming.answered(now, path(2), asked);
            }
            roaming.consider(now);
            assert_eq!(roaming.current(), Some(path(1)));
        }
        assert_eq!(count, 5, "in ten seconds");
    }

    #[test]
    fn an_old_answer_moves_nobody() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        let asked = ask(&mut roaming, start + ms(20), 2).unwrap();
        roaming.answered(start + ms(60), path(2), asked);
        roaming.hear(start + ms(2_000), path(1));
        roaming.hear(start + ms(2_010), path(2));
        roaming.consider(start + ms(2_600));
        assert_eq!(roaming.current(), Some(path(1)));
    }

    #[test]
    fn an_answer_that_was_not_asked_for_moves_nobody() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        let asked = ask(&mut roaming, start + ms(600), 2).unwrap();
        assert!(
            !roaming.answered(start + ms(640), path(3), asked),
            "from elsewhere"
        );
        assert!(!roaming.answered(start + ms(640), path(2), TransId::new()));
        assert_eq!(roaming.current(), Some(path(1)));
        roaming.hear(start + ms(650), path(1));
        roaming.answered(start + ms(660), path(2), asked);
        assert_eq!(
            roaming.current(),
            Some(path(1)),
            "the old path speaks again"
        );
    }

    #[test]
    fn the_path_that_ice_chooses_is_asked_at_once_and_believed_at_last() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        roaming.nominate(path(2));
        assert_eq!(roaming.current(), Some(path(1)));
        assert!(ask(&mut roaming, start + ms(10), 2).is_some());
        assert_eq!(roaming.current(), Some(path(1)));
        assert_eq!(ask(&mut roaming, start + ms(3_000), 2), None);
        assert_eq!(roaming.current(), Some(path(2)), "who never answers");
    }

    #[test]
    fn a_flood_from_many_addresses_is_asked_little() {
        let start = OsClock.now();
        let mut roaming = settled(start);
        let mut count = 0;
        for step in 0..1_000 {
            let now = start + ms(1_000) + Duration::from_micros(100 * step);
            count += usize::from(ask(&mut roaming, now, step as u16 + 2).is_some());
        }
        assert_eq!(count, MOST_QUESTIONS);
        assert!(
            ask(&mut roaming, start + ms(1_600), 2).is_some(),
            "and again later"
        );
    }

    #[test]
    fn during_the_handshake_ice_is_followed() {
        let mut roaming = Roaming::default();
        roaming.nominate(path(1));
        roaming.nominate(path(2));
        assert_eq!(roaming.current(), Some(path(2)));
        assert!(!roaming.hear(OsClock.now(), path(1)));
    }
}
