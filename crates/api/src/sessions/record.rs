//! What a session's part of the journal tells.

use super::questions::Asked;
use crate::problem::Problem;
use room_core::features::questions;
use serde_json::Value;
use store::Reader;
use store::history::SessionRow;
use store::room_journal::JournalEntry;

/// Messages shown, the first ones; a day of lively talk.
const MAX_MESSAGES: usize = 2_000;
/// Journal entries read at a time.
const BATCH: u32 = 500;
/// Journal entries read at most: an evening in which ten thousand people vote twenty times each.
/// What came after them is left out.
const MAX_ENTRIES: u32 = 200_000;

#[derive(Debug, Default)]
pub(super) struct Record {
    /// The public messages.
    pub(super) chat: Vec<Value>,
    pub(super) questions: Asked,
}

impl Record {
    /// Of the events between the session's first and its last.
    pub(super) async fn of(reader: &mut Reader, session: &SessionRow) -> Result<Self, Problem> {
        let mut record = Self::default();
        let mut seq = session.first_seq;
        let last = session.last_seq.unwrap_or(u64::MAX);
        for _ in 0..MAX_ENTRIES / BATCH {
            let mut journal = reader.room_journal();
            let entries = journal.read(session.room.as_str(), seq, BATCH).await?;
            let Some(newest) = entries.last() else {
                break;
            };
            seq = newest.seq;
            for entry in entries.iter().take_while(|entry| entry.seq <= last) {
                record.add(entry);
            }
            if seq >= last {
                break;
            }
        }
        Ok(record)
    }

    fn add(&mut self, entry: &JournalEntry) {
        let Ok(event) = serde_json::from_str::<Value>(entry.payload.expose()) else {
            return;
        };
        match event["feature"].as_str() {
            Some("chat") => self.add_chat(&event),
            Some("questions") => {
                if let Ok(event) = serde_json::from_value::<questions::Event>(event) {
                    self.questions.apply(entry.at_ms, &event);
                }
            }
            Some(_) | None => {}
        }
    }

    fn add_chat(&mut self, event: &Value) {
        let message = &event["message"];
        if event["type"] == "deleted" {
            self.chat.retain(|said| said["id"] != *message);
        } else if event["type"] == "said"
            && message["to"]["kind"] == "all"
            && message["deleted"] == false
            && self.chat.len() < MAX_MESSAGES
        {
            self.chat.push(message.clone());
        }
    }
}
