//! A room that had a host gets another when he has gone.

use super::{Event, Person, State};
use crate::kinds::Role;

/// Long enough to reload a page or change from one network to another.
const PATIENCE_MS: u64 = 20_000;

/// Notes since when there is no host.
pub(super) fn watch(state: &mut State, at_ms: u64, event: &Event) {
    let is_hosted = state.people.iter().any(|p| p.role == Role::Host);
    match event {
        _ if is_hosted => state.hostless_since = None,
        Event::Left { .. } if state.was_hosted => {
            state.hostless_since = state.hostless_since.or(Some(at_ms));
        }
        _ => {}
    }
    state.was_hosted |= is_hosted;
}

/// When somebody takes over, if there is anybody who can.
pub(super) fn due(state: &State) -> Option<u64> {
    heir(state)?;
    state.hostless_since.map(|since| since + PATIENCE_MS)
}

/// The longest-present co-host; if there is none, the longest-present speaker or member who has
/// an account.
pub(super) fn heir(state: &State) -> Option<&Person> {
    let co_host = state.people.iter().find(|p| p.role == Role::CoHost);
    co_host.or_else(|| state.people.iter().find(|p| is_candidate(p)))
}

fn is_candidate(person: &Person) -> bool {
    matches!(person.role, Role::Speaker | Role::Member)
        && person.person_id.is_some()
        && !person.is_guest
}
