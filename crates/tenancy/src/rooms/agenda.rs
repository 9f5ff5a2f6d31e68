//! What is to be talked about.

use crate::{Refusal, text};
use serde::{Deserialize, Serialize};

/// More than anybody follows; it bounds the document that each newcomer is sent.
pub const MAX_AGENDA_ITEMS: usize = 50;
const MAX_TEXT: usize = 300;
const MAX_ID: usize = 40;
const MAX_MINUTES: u32 = 24 * 60;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgendaItem {
    pub id: String,
    pub text: String,
    pub minutes: Option<u32>,
}

/// Bounds an agenda as it came.
pub(crate) fn checked(items: Vec<AgendaItem>) -> Result<Vec<AgendaItem>, Refusal> {
    let refuse = |why| {
        Err(Refusal::Invalid {
            field: "agenda",
            why,
        })
    };
    if items.len() > MAX_AGENDA_ITEMS {
        return refuse("has more than 50 items");
    }
    let mut kept: Vec<AgendaItem> = Vec::with_capacity(items.len());
    for item in items {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        let fits = (1..=MAX_ID).contains(&item.id.len()) && item.id.bytes().all(plain);
        if !fits || kept.iter().any(|other| other.id == item.id) {
            return refuse("needs an id of its own for each item, of letters, digits, _ and -");
        }
        if item.minutes.is_some_and(|minutes| minutes > MAX_MINUTES) {
            return refuse("has an item longer than a day");
        }
        kept.push(AgendaItem {
            text: text::line("agenda.text", &item.text, MAX_TEXT)?,
            ..item
        });
    }
    Ok(kept)
}
