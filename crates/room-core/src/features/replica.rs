//! A client's copy of a room: a snapshot, and the events that came after it.

use super::registry;
use serde_json::{Map, Value};

/// What a client knows. The TypeScript SDK has the same; both are tested with the same event logs
/// (`fixtures/rooms/`).
#[derive(Clone, Debug, PartialEq)]
pub struct Replica(Map<String, Value>);

/// The document or the event is not of this protocol.
#[derive(Debug, thiserror::Error)]
#[error("not a room's snapshot or event: {0}")]
pub struct Alien(#[from] serde_json::Error);

impl Replica {
    /// # Errors
    /// The document is no JSON object.
    pub fn of(snapshot: &str) -> Result<Self, Alien> {
        Ok(Self(serde_json::from_str(snapshot)?))
    }

    /// # Errors
    /// The event is not of this protocol.
    pub fn apply(&mut self, event: &str) -> Result<(), Alien> {
        let event: Value = serde_json::from_str(event)?;
        let seq = event["seq"].as_u64().unwrap_or(0);
        if seq <= self.0.get("seq").and_then(Value::as_u64).unwrap_or(0) {
            return Ok(());
        }
        let at_ms = event["at"].as_u64().unwrap_or(0);
        let feature = event["feature"].as_str().unwrap_or_default();
        if let Some(state) = self.0.get_mut(feature) {
            *state = registry::reduce(feature, state, at_ms, &event)?;
        }
        if (feature, event["type"].as_str()) == ("room", Some("rights_changed"))
            && let Some(me) = self.0.get_mut("me")
        {
            me["role"] = event["role"].clone();
            me["rights"] = event["rights"].clone();
        }
        self.0.insert("seq".to_owned(), seq.into());
        self.0.insert("at".to_owned(), at_ms.into());
        Ok(())
    }

    /// The copy without what grows by itself: the number of the last event and its time.
    pub fn content(&self) -> Value {
        let mut content = self.0.clone();
        content.remove("seq");
        content.remove("at");
        Value::Object(content)
    }
}
