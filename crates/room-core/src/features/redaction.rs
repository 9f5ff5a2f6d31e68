//! Words that were taken back leave the journal as well, and a room that begins again from it stands
//! as it stood.

use super::chat;
use super::event::{Kept, numbered};
use serde_json::Value;

const CHAT: &str = "chat";

/// The id of the message that an event of a journal deletes.
pub fn deleted_message(event: &Kept) -> Option<String> {
    match chat_event(event)? {
        chat::Event::Deleted { message, .. } => Some(message),
        chat::Event::Said { .. }
        | chat::Event::Slowed { .. }
        | chat::Event::Blocked { .. }
        | chat::Event::FileReady { .. }
        | chat::Event::PutAway {} => None,
    }
}

/// The event without what was said, if it is the one that said the message `id`.
pub fn without_words(event: &Kept, id: &str) -> Option<Kept> {
    let chat::Event::Said { mut message } = chat_event(event)? else {
        return None;
    };
    if message.id != id {
        return None;
    }
    message.empty();
    let emptied = chat::Event::Said { message };
    Some(Kept {
        json: numbered(event.seq, event.at_ms, CHAT, &emptied).into(),
        ..event.clone()
    })
}

fn chat_event(event: &Kept) -> Option<chat::Event> {
    // Most events are of other features, and large ones are not parsed for nothing.
    if !event.json.contains("\"feature\":\"chat\"") {
        return None;
    }
    let value: Value = serde_json::from_str(&event.json).ok()?;
    if value["feature"] != CHAT {
        return None;
    }
    serde_json::from_value(value).ok()
}
