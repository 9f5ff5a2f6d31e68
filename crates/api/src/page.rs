//! Lists: `?limit=50&cursor=…` in, `{"items":[…],"next_cursor":…}` out.

use crate::problem::Problem;
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use store::{Cursor, Page, PageRequest};
use utoipa::{IntoParams, ToSchema};

const DEFAULT_LIMIT: u32 = 50;
/// More would make an answer of a megabyte.
const MAX_LIMIT: u32 = 200;

/// Which part of a list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// How many at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
    /// `next_cursor` of the page before.
    #[param(max_length = 400)]
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    items: Vec<T>,
    /// Null on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl PageQuery {
    /// # Errors
    /// The limit is out of bounds, or the cursor is none of ours.
    pub(crate) fn parsed(&self) -> Result<PageRequest, Problem> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(wrong("limit", "limit is a number from 1 to 200."));
        }
        let after = match &self.cursor {
            None => None,
            Some(text) => Some(
                decoded(text)
                    .ok_or_else(|| wrong("cursor", "cursor is the next_cursor of another page."))?,
            ),
        };
        Ok(PageRequest { limit, after })
    }
}

impl<T> From<Page<T>> for List<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next_cursor: page.next.as_ref().map(encoded),
        }
    }
}

fn wrong(field: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail).with("field", field)
}

fn encoded(cursor: &Cursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", cursor.at_ms, cursor.id))
}

fn decoded(text: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let plain = String::from_utf8(bytes).ok()?;
    let (at, id) = plain.split_once('.')?;
    let fine = id.len() <= 100 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    Some(Cursor {
        at_ms: at.parse().ok().filter(|_| fine)?,
        id: id.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let cursor = Cursor {
            at_ms: 17,
            id: "per_a".into(),
        };
        assert_eq!(decoded(&encoded(&cursor)), Some(cursor));
        for wrong in ["", "x", "MTc", "%%", &URL_SAFE_NO_PAD.encode("1.a b")] {
            assert_eq!(decoded(wrong), None, "{wrong}");
        }
    }
}
