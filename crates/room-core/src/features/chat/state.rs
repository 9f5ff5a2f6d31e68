//! What was said.

use super::message::{Message, To};
use crate::features::crowd::Crowd;
use crate::features::feature::Actor;
use crate::features::file::File;
use crate::kinds::{Right, Role};
use base::Identity;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};

/// Messages that a newcomer gets at once.
const RECENT: usize = 200;

/// Older messages that can be asked for; what is older still is in the room's history.
const EARLIER: usize = 2_000;

/// Files that messages can refer to. The oldest is forgotten first; messages that have it keep it.
const FILES: usize = 1_000;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The last ones, oldest first.
    pub messages: VecDeque<Message>,
    pub slow_s: u64,
    pub blocked: BTreeSet<Identity>,
    #[serde(skip)]
    earlier: VecDeque<Message>,
    #[serde(skip)]
    files: VecDeque<File>,
    /// What a large audience was shown of its own lately.
    #[serde(skip)]
    pub(super) crowd: Crowd,
}

impl State {
    pub(super) fn message(&self, id: &str) -> Option<&Message> {
        self.all().rev().find(|message| message.id == id)
    }

    pub(super) fn file(&self, id: &str) -> Option<&File> {
        self.files.iter().find(|file| file.id == id)
    }

    /// What `viewer` may see of the messages before one, oldest first; `None` if there is no such.
    pub(super) fn before(
        &self,
        id: &str,
        viewer: (&Actor, bool),
        limit: usize,
    ) -> Option<Vec<&Message>> {
        let at = self.all().position(|message| message.id == id)?;
        let older = self.all().take(at).collect::<Vec<_>>();
        Some(last_seen(older.into_iter(), viewer, limit))
    }

    pub(super) fn seen_by(&self, viewer: &Actor, is_seated: bool) -> Cow<'_, Self> {
        let moderates = viewer.may(Right::ModerateChat);
        let for_all = |m: &Message| m.to == To::All && !(is_seated && m.aside);
        let sees_all = self.messages.iter().all(for_all);
        if sees_all && (moderates || self.blocked.is_empty()) {
            return Cow::Borrowed(self);
        }
        let messages = last_seen(self.all(), (viewer, is_seated), RECENT);
        let knows = |identity: &&Identity| moderates || **identity == viewer.identity;
        Cow::Owned(Self {
            messages: messages.into_iter().cloned().collect(),
            slow_s: self.slow_s,
            blocked: self.blocked.iter().filter(knows).cloned().collect(),
            ..Self::default()
        })
    }

    /// How long somebody has to wait before his next message.
    pub(super) fn wait_ms(&self, identity: &Identity, now_ms: u64) -> u64 {
        let slow_ms = self.slow_s * 1_000;
        self.all()
            .rev()
            .take_while(|message| message.at + slow_ms > now_ms)
            .find(|message| message.from.identity == *identity)
            .map_or(0, |message| message.at + slow_ms - now_ms)
    }

    pub(super) fn add(&mut self, at_ms: u64, message: Message) {
        if message.from.role == Role::Audience && !message.aside && message.to == To::All {
            self.crowd.count(&message.from.identity, at_ms);
        }
        self.messages.push_back(message);
        if self.messages.len() > RECENT
            && let Some(oldest) = self.messages.pop_front()
        {
            self.earlier.push_back(oldest);
        }
        if self.earlier.len() > EARLIER {
            self.earlier.pop_front();
        }
    }

    pub(super) fn empty(&mut self, id: &str) {
        let mut all = self.earlier.iter_mut().chain(&mut self.messages);
        if let Some(message) = all.find(|message| message.id == id) {
            message.empty();
        }
    }

    pub(super) fn add_file(&mut self, file: File) {
        self.files.push_back(file);
        if self.files.len() > FILES {
            self.files.pop_front();
        }
    }

    fn all(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.earlier.iter().chain(&self.messages)
    }
}

fn last_seen<'a>(
    messages: impl DoubleEndedIterator<Item = &'a Message>,
    (viewer, is_seated): (&Actor, bool),
    limit: usize,
) -> Vec<&'a Message> {
    let mut seen: Vec<_> = messages
        .rev()
        .filter(|message| message.is_seen_by(viewer, is_seated))
        .take(limit)
        .collect();
    seen.reverse();
    seen
}
