//! Who asked and who voted: what the server knows, and everybody else only of himself.

use base::Identity;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An audience is not told of votes more often: nobody reads faster.
const COUNT_INTERVAL_MS: u64 = 1_000;

/// Questions in one count. With ids of 40 bytes it stays below 8 kB; the others follow a second later.
const COUNTED_AT_ONCE: usize = 100;

#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    askers: BTreeMap<String, Identity>,
    voters: BTreeMap<String, BTreeSet<Identity>>,
    asked_at: BTreeMap<Identity, u64>,
    /// Questions whose votes are others than those that people were told, longest waiting first.
    uncounted: Vec<String>,
    counted_at: u64,
}

/// What one person did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mine {
    /// Ids of questions.
    pub asked: BTreeSet<String>,
    pub voted: BTreeSet<String>,
}

/// How many vote for a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub question: String,
    pub votes: u32,
}

impl Ledger {
    pub(super) fn asker(&self, question: &str) -> Option<&Identity> {
        self.askers.get(question)
    }

    pub(super) fn has_voted(&self, question: &str, identity: &Identity) -> bool {
        let voters = self.voters.get(question);
        voters.is_some_and(|voters| voters.contains(identity))
    }

    pub(super) fn asked_at(&self, identity: &Identity) -> Option<u64> {
        self.asked_at.get(identity).copied()
    }

    pub(super) fn of(&self, identity: &Identity) -> Mine {
        let asked = self.askers.iter().filter(|(_, asker)| *asker == identity);
        let voted = self.voters.iter();
        let voted = voted.filter(|(_, voters)| voters.contains(identity));
        Mine {
            asked: asked.map(|(question, _)| question.clone()).collect(),
            voted: voted.map(|(question, _)| question.clone()).collect(),
        }
    }

    pub(super) fn asks(&mut self, question: &str, identity: &Identity, at_ms: u64) {
        self.askers.insert(question.to_owned(), identity.clone());
        self.asked_at.insert(identity.clone(), at_ms);
    }

    pub(super) fn votes(&mut self, question: &str, identity: &Identity, voted: bool) {
        let voters = self.voters.entry(question.to_owned()).or_default();
        match voted {
            true => voters.insert(identity.clone()),
            false => voters.remove(identity),
        };
        if !self.uncounted.iter().any(|waiting| waiting == question) {
            self.uncounted.push(question.to_owned());
        }
    }

    pub(super) fn forget(&mut self, question: &str) {
        self.askers.remove(question);
        self.voters.remove(question);
        self.uncounted.retain(|waiting| waiting != question);
    }

    /// When a count is due.
    pub(super) fn due(&self) -> Option<u64> {
        (!self.uncounted.is_empty()).then(|| self.counted_at + COUNT_INTERVAL_MS)
    }

    pub(super) fn count(&self) -> Vec<Count> {
        let first = self.uncounted.iter().take(COUNTED_AT_ONCE);
        first
            .map(|question| Count {
                question: question.clone(),
                votes: self.number(question),
            })
            .collect()
    }

    pub(super) fn counted(&mut self, counts: &[Count], at_ms: u64) {
        self.counted_at = at_ms;
        let told = |waiting: &String| counts.iter().any(|count| count.question == *waiting);
        self.uncounted.retain(|waiting| !told(waiting));
    }

    fn number(&self, question: &str) -> u32 {
        let voters = self.voters.get(question).map_or(0, BTreeSet::len);
        u32::try_from(voters).unwrap_or(u32::MAX)
    }
}

impl Mine {
    pub(super) fn votes(&mut self, question: &str, voted: bool) {
        match voted {
            true => self.voted.insert(question.to_owned()),
            false => self.voted.remove(question),
        };
    }

    pub(super) fn forget(&mut self, question: &str) {
        self.asked.remove(question);
        self.voted.remove(question);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_many_questions_follow_one_another() {
        let mut ledger = Ledger::default();
        let ana = Identity::from("ana");
        assert_eq!(ledger.due(), None);
        for n in 0..150 {
            ledger.votes(&format!("q{n}"), &ana, true);
        }
        let first = ledger.count();
        assert_eq!(first.len(), 100);
        ledger.counted(&first, 5_000);
        // What is voted for again meanwhile does not push the others back.
        ledger.votes("q0", &ana, false);
        assert_eq!(ledger.due(), Some(6_000));
        let second = ledger.count();
        assert_eq!((second.len(), &*second[0].question), (51, "q100"));
        assert_eq!((second[50].votes, &*second[50].question), (0, "q0"));
        ledger.counted(&second, 6_000);
        assert_eq!(ledger.due(), None);
    }
}
