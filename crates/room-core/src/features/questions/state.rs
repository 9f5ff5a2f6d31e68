//! What was asked.

use super::ledger::{Count, Ledger, Mine};
use super::question::{Answer, Question};
use crate::features::feature::Actor;
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    /// Whether questions are taken.
    pub open: bool,
    /// Whether they may be asked without a name.
    pub anonymous: bool,
    /// Seconds between two questions of one person; 0: no limit.
    pub slow_s: u64,
    /// Oldest first; a client sorts them by votes.
    pub questions: Vec<Question>,
    /// Known to those who moderate. The first dismissed first.
    pub dismissed: Vec<Question>,
    /// What the one did whose copy this is. The server's own is nobody's.
    pub mine: Option<Mine>,
    #[serde(skip)]
    pub(super) ledger: Ledger,
}

impl Default for State {
    fn default() -> Self {
        Self {
            open: true,
            anonymous: false,
            slow_s: 0,
            questions: Vec::new(),
            dismissed: Vec::new(),
            mine: None,
            ledger: Ledger::default(),
        }
    }
}

impl State {
    /// One that is not dismissed.
    pub(super) fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == id)
    }

    pub(super) fn dismissed(&self, id: &str) -> Option<&Question> {
        self.dismissed.iter().find(|question| question.id == id)
    }

    pub(super) fn any(&self, id: &str) -> Option<&Question> {
        self.question(id).or_else(|| self.dismissed(id))
    }

    pub(super) fn unanswered_of(&self, identity: &Identity) -> usize {
        let unanswered = self.questions.iter().filter(|q| q.answer.is_none());
        unanswered
            .filter(|q| self.ledger.asker(&q.id) == Some(identity))
            .count()
    }

    /// How long somebody has to wait before his next question.
    pub(super) fn wait_ms(&self, identity: &Identity, now_ms: u64) -> u64 {
        let asked_at = self.ledger.asked_at(identity);
        asked_at.map_or(0, |at| (at + self.slow_s * 1_000).saturating_sub(now_ms))
    }

    pub(super) fn seen_by(&self, viewer: &Actor) -> Self {
        let dismissed = match viewer.may(Right::ModerateQuestions) {
            true => self.dismissed.clone(),
            false => Vec::new(),
        };
        Self {
            open: self.open,
            anonymous: self.anonymous,
            slow_s: self.slow_s,
            questions: self.questions.clone(),
            dismissed,
            mine: Some(self.ledger.of(&viewer.identity)),
            ledger: Ledger::default(),
        }
    }

    pub(super) fn authored(&mut self, id: &str, identity: &Identity, at_ms: u64) {
        self.ledger.asks(id, identity, at_ms);
        if let Some(mine) = &mut self.mine {
            mine.asked.insert(id.to_owned());
        }
    }

    pub(super) fn voted(&mut self, id: &str, identity: &Identity, voted: bool) {
        self.ledger.votes(id, identity, voted);
        if let Some(mine) = &mut self.mine {
            mine.votes(id, voted);
        }
    }

    pub(super) fn counted(&mut self, counts: &[Count], at_ms: u64) {
        for Count { question, votes } in counts {
            if let Some(question) = self.any_mut(question) {
                question.votes = *votes;
            }
        }
        self.ledger.counted(counts, at_ms);
    }

    pub(super) fn answer(&mut self, id: &str, answer: Option<Answer>) {
        if let Some(question) = self.any_mut(id) {
            question.answer = answer;
        }
    }

    pub(super) fn restore(&mut self, question: Question) {
        self.dismissed.retain(|q| q.id != question.id);
        let older = self.questions.partition_point(|q| q.at <= question.at);
        self.questions.insert(older, question);
    }

    pub(super) fn remove(&mut self, id: &str) {
        self.questions.retain(|q| q.id != id);
        self.dismissed.retain(|q| q.id != id);
        self.ledger.forget(id);
        if let Some(mine) = &mut self.mine {
            mine.forget(id);
        }
    }

    fn any_mut(&mut self, id: &str) -> Option<&mut Question> {
        let mut all = self.questions.iter_mut().chain(&mut self.dismissed);
        all.find(|question| question.id == id)
    }
}
