//! Where those went who were moved: an app that joins anew has only the token that it began with.

use base::{Identity, RoomName};

/// A move is rare, and counts only until its participant comes with a token of later; the oldest is
/// forgotten first.
const MAX_MOVES: usize = 10_000;

#[derive(Debug, Default)]
pub(crate) struct Moves(Vec<Move>);

#[derive(Debug)]
struct Move {
    identity: Identity,
    from: RoomName,
    to: RoomName,
    at_unix_s: u64,
}

impl Moves {
    pub(crate) fn record(
        &mut self,
        identity: &Identity,
        from: &RoomName,
        to: &RoomName,
        at_unix_s: u64,
    ) {
        // Whoever is brought back to a room stays there: what led out of it no longer counts.
        self.0
            .retain(|m| m.identity != *identity || (m.from != *to && m.from != *from));
        if self.0.len() >= MAX_MOVES {
            self.0.remove(0);
        }
        self.0.push(Move {
            identity: identity.clone(),
            from: from.clone(),
            to: to.clone(),
            at_unix_s,
        });
    }

    /// The room in which somebody belongs whose token, valid from then on, names `room`. A token
    /// of after the move means what it says, and one that does not say from when it is valid too.
    pub(crate) fn destination(
        &self,
        identity: &Identity,
        room: &RoomName,
        valid_from_unix_s: Option<u64>,
    ) -> Option<RoomName> {
        let mut now_in = room;
        while let Some(moved) = self.0.iter().find(|m| {
            m.identity == *identity
                && m.from == *now_in
                && valid_from_unix_s.is_some_and(|from| from <= m.at_unix_s)
        }) {
            now_in = &moved.to;
        }
        (now_in != room).then(|| now_in.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(moves: &[(&str, &str, u64)], token: (&str, u64)) -> Option<String> {
        let mut all = Moves::default();
        for (from, to, at) in moves {
            all.record(&"ann".into(), &(*from).into(), &(*to).into(), *at);
        }
        let (room, valid_from) = token;
        let to = all.destination(&"ann".into(), &room.into(), Some(valid_from));
        assert_eq!(all.destination(&"ben".into(), &room.into(), Some(0)), None);
        to.map(|room| room.as_str().to_owned())
    }

    #[test]
    fn an_old_token_leads_where_its_owner_was_moved() {
        assert_eq!(led(&[("a", "b", 10)], ("a", 9)).as_deref(), Some("b"));
        let on = [("a", "b", 10), ("b", "c", 20)];
        assert_eq!(led(&on, ("a", 9)).as_deref(), Some("c"));
        assert_eq!(led(&on, ("b", 15)).as_deref(), Some("c"));
    }

    #[test]
    fn a_token_of_later_means_what_it_says() {
        assert_eq!(led(&[("a", "b", 10)], ("a", 11)), None);
    }

    #[test]
    fn whoever_was_brought_back_stays() {
        let back = [("a", "b", 10), ("b", "a", 20)];
        assert_eq!(led(&back, ("a", 9)), None);
        assert_eq!(led(&back, ("b", 9)).as_deref(), Some("a"));
        let around = [("a", "b", 10), ("b", "c", 20), ("c", "b", 30)];
        assert_eq!(led(&around, ("a", 9)).as_deref(), Some("b"));
    }
}
