//! Questions and answers: people ask and vote, whoever looks after the room answers or dismisses.
//!
//! An audience may be thousands. Who voted is told to nobody but the voter, and the counts go out
//! together, at most once a second. What was dismissed is seen only by those who moderate; who
//! asked without a name, by nobody.

mod ask;
mod ledger;
mod moderate;
mod question;
mod refusal;
mod state;

pub use ledger::{Count, Mine};
pub use question::{Answer, Question};
pub use refusal::Refusal;
pub use state::State;

use super::feature::{Actor, Context, Decision, Feature, Hearers, Occurrence};
use crate::kinds::Right;
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// See the module.
#[derive(Debug)]
pub struct Questions;

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    Ask(ask::Ask),
    Withdraw {
        question: String,
    },
    Vote {
        question: String,
        voted: bool,
    },
    /// Without `text` it was answered aloud.
    Answer {
        question: String,
        text: Option<String>,
    },
    Reopen {
        question: String,
    },
    Dismiss {
        question: String,
    },
    Restore {
        question: String,
    },
    Set(moderate::Set),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Asked {
        question: Question,
    },
    /// Who asked it, for himself: others see it in the question, if it has a name.
    Authored {
        question: String,
        identity: Identity,
    },
    /// For the voter.
    Voted {
        question: String,
        identity: Identity,
        voted: bool,
    },
    Counted {
        votes: Vec<Count>,
    },
    Answered {
        question: String,
        answer: Answer,
    },
    Reopened {
        question: String,
        by: Identity,
    },
    /// What is dismissed, for those who moderate.
    SetAside {
        question: Question,
    },
    Dismissed {
        question: String,
        by: Identity,
    },
    Restored {
        question: Question,
        by: Identity,
    },
    /// It is gone for good.
    Removed {
        question: String,
    },
    Set {
        open: bool,
        anonymous: bool,
        slow_s: u64,
        by: Identity,
    },
    /// The meeting is over.
    PutAway {},
}

impl Feature for Questions {
    type Command = Command;
    type Event = Event;
    type State = State;
    type Refusal = Refusal;

    fn right(command: &Command) -> Option<Right> {
        match command {
            Command::Ask(_) | Command::Vote { .. } => Some(Right::AskQuestions),
            // One's own may always be taken back.
            Command::Withdraw { .. } => None,
            Command::Answer { .. }
            | Command::Reopen { .. }
            | Command::Dismiss { .. }
            | Command::Restore { .. }
            | Command::Set(_) => Some(Right::ModerateQuestions),
        }
    }

    fn handle(
        context: &Context<'_>,
        state: &State,
        actor: &Actor,
        command: Command,
    ) -> Result<Decision<Event>, Refusal> {
        match command {
            Command::Ask(words) => ask::ask(context, state, actor, words),
            Command::Withdraw { question } => ask::withdraw(state, actor, question),
            Command::Vote { question, voted } => ask::vote(state, actor, question, voted),
            Command::Answer { question, text } => {
                moderate::answer(context, state, actor, question, text)
            }
            Command::Reopen { question } => moderate::reopen(state, actor, question),
            Command::Dismiss { question } => moderate::dismiss(state, actor, question),
            Command::Restore { question } => moderate::restore(state, actor, &question),
            Command::Set(wanted) => moderate::set(state, actor, &wanted),
        }
    }

    fn notice(_context: &Context<'_>, _state: &State, occurrence: &Occurrence) -> Decision<Event> {
        match occurrence {
            // Whoever comes to the next meeting in this room was perhaps not in this one.
            Occurrence::Closing => Decision::event(Event::PutAway {}),
            // Whoever leaves leaves his questions and votes behind.
            Occurrence::Opened
            | Occurrence::Came(_)
            | Occurrence::Left(..)
            | Occurrence::Renamed { .. }
            | Occurrence::Published(_)
            | Occurrence::Unpublished(_)
            | Occurrence::Knocked(_)
            | Occurrence::GaveUp { .. }
            | Occurrence::Uploaded(_) => Decision::nothing(),
        }
    }

    fn apply(state: &mut State, at_ms: u64, event: &Event) {
        match event {
            Event::Asked { question } => state.questions.push(question.clone()),
            Event::Authored { question, identity } => state.authored(question, identity, at_ms),
            Event::Voted {
                question,
                identity,
                voted,
            } => state.voted(question, identity, *voted),
            Event::Counted { votes } => state.counted(votes, at_ms),
            Event::Answered { question, answer } => state.answer(question, Some(answer.clone())),
            Event::Reopened { question, .. } => state.answer(question, None),
            Event::SetAside { question } => state.dismissed.push(question.clone()),
            Event::Dismissed { question, .. } => state.questions.retain(|q| q.id != *question),
            Event::Restored { question, .. } => state.restore(question.clone()),
            Event::Removed { question } => state.remove(question),
            Event::Set {
                open,
                anonymous,
                slow_s,
                ..
            } => {
                state.open = *open;
                state.anonymous = *anonymous;
                state.slow_s = *slow_s;
            }
            Event::PutAway {} => *state = State::default(),
        }
    }

    fn hearers(event: &Event) -> Hearers {
        match event {
            Event::Asked { .. }
            | Event::Counted { .. }
            | Event::Answered { .. }
            | Event::Reopened { .. }
            | Event::Dismissed { .. }
            | Event::Restored { .. }
            | Event::Removed { .. }
            | Event::Set { .. } => Hearers::All,
            Event::Authored { identity, .. } | Event::Voted { identity, .. } => {
                Hearers::Only(vec![identity.clone()])
            }
            Event::SetAside { .. } => Hearers::With {
                right: Right::ModerateQuestions,
                also: Vec::new(),
            },
            Event::PutAway {} => Hearers::Nobody,
        }
    }

    fn snapshot<'a>(
        _context: &Context<'_>,
        state: &'a State,
        viewer: &Actor,
    ) -> Option<Cow<'a, State>> {
        Some(Cow::Owned(state.seen_by(viewer)))
    }

    fn is_kept(event: &Event) -> bool {
        match event {
            // The votes are kept; what they amount to is counted again.
            Event::Counted { .. } => false,
            Event::Asked { .. }
            | Event::Authored { .. }
            | Event::Voted { .. }
            | Event::Answered { .. }
            | Event::Reopened { .. }
            | Event::SetAside { .. }
            | Event::Dismissed { .. }
            | Event::Restored { .. }
            | Event::Removed { .. }
            | Event::Set { .. }
            | Event::PutAway {} => true,
        }
    }

    fn next_deadline(_context: &Context<'_>, state: &State) -> Option<u64> {
        state.ledger.due()
    }

    fn wake(context: &Context<'_>, state: &State) -> Decision<Event> {
        match state.ledger.due() {
            Some(due) if due <= context.now_ms => {
                let votes = state.ledger.count();
                Decision::event(Event::Counted { votes })
            }
            _ => Decision::nothing(),
        }
    }
}
