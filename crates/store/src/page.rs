//! Lists in pages, newest or oldest first, that stay right while rows come and go.

/// Where a page ended: the last row's time and id. Opaque to those outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at_ms: u64,
    pub id: String,
}

/// What the reader asks for.
#[derive(Clone, Debug)]
pub struct PageRequest {
    pub limit: u32,
    /// None for the first page.
    pub after: Option<Cursor>,
}

#[derive(Clone, Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// None on the last page.
    pub next: Option<Cursor>,
}

impl PageRequest {
    /// One row more than asked tells whether there is a further page.
    pub(crate) fn probe(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// For `(at, id) < ($n, $m)`: what every first row is below.
    pub(crate) fn below(&self) -> (i64, String) {
        self.bound(i64::MAX)
    }

    /// For `(at, id) > ($n, $m)`: what every first row is above.
    pub(crate) fn above(&self) -> (i64, String) {
        self.bound(-1)
    }

    fn bound(&self, start: i64) -> (i64, String) {
        match &self.after {
            Some(cursor) => (
                i64::try_from(cursor.at_ms).unwrap_or(i64::MAX),
                cursor.id.clone(),
            ),
            None => (start, String::new()),
        }
    }

    /// Makes the page of the rows that [`PageRequest::probe`] has brought.
    pub(crate) fn page<T>(&self, mut items: Vec<T>, cursor: impl Fn(&T) -> Cursor) -> Page<T> {
        let limit = self.limit as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Page { items, next }
    }
}

impl<T> Page<T> {
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            next: self.next,
        }
    }
}
