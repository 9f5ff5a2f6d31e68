//! What follows from the features: who is told, and what is done about people's media.

use crate::ServerMessage;
use crate::deferred::{Audience, Deferred, ListenerId};
use crate::features::{Consequence, Effect, Happened, Hearers, Kept, Source};
use crate::model::{DisconnectReason, LeaveAction, TrackKind};
use crate::output::{Now, Output};
use crate::room::Room;
use crate::timers::Timer;
use base::media::Source as TrackSource;
use base::{Identity, PeerId};
use serde::Serialize;
use std::time::Duration;

/// A snapshot goes out in pieces that are packets of their own: with the escapes that a JSON text
/// in a JSON text needs they stay below the 64 kB that a message may have.
const SNAPSHOT_PIECE_BYTES: usize = 12_000;

impl Room {
    /// Carries out what the features decided, and what follows from that.
    pub(crate) fn follow(&mut self, now: Now) {
        while let Some(consequence) = self.features.poll() {
            match consequence {
                Consequence::Happened(event) => self.spread(&event),
                Consequence::Effect(effect) => self.effect(now, effect),
            }
        }
        self.watch_features(now);
    }

    /// Somebody is shown all that he may see. His events go on from there.
    pub(crate) fn show(&mut self, now: Now, identity: &Identity) {
        let heard_by_media = self.people.with_identity(identity);
        let heard_by_media =
            heard_by_media.filter(|peer| self.people.get(*peer).is_some_and(|p| p.hears_features));
        if let Some(peer) = heard_by_media {
            self.show_peer(now, peer);
        }
        for listener in self.listeners.of(identity) {
            self.show_listener(now, listener);
        }
    }

    pub(crate) fn show_peer(&mut self, now: Now, peer: PeerId) {
        let Some(actor) = self.actor_of(peer) else {
            return;
        };
        let snapshot = self.features.snapshot(now.unix_ms, &actor);
        for piece in pieces(&snapshot) {
            let bytes = self.wire.event(&piece);
            let peers = vec![peer];
            self.later(Deferred::Packet { peers, bytes });
        }
    }

    pub(crate) fn show_listener(&mut self, now: Now, listener: ListenerId) {
        let Some(newcomer) = self.listeners.get(listener) else {
            return;
        };
        let actor = self.actor_for(newcomer);
        let snapshot = self.features.snapshot(now.unix_ms, &actor);
        self.later(Deferred::Shown {
            listener,
            text: format!("{{\"snapshot\":{snapshot}}}").into(),
        });
    }

    pub(crate) fn later(&mut self, deferred: Deferred) {
        self.output(Output::Deferred(deferred));
    }

    /// Asks to be woken when a feature wants it.
    fn watch_features(&mut self, now: Now) {
        let Some(due) = self.features.next_deadline(now.unix_ms) else {
            return;
        };
        // At least a moment later: the two clocks need not agree to the millisecond.
        let wait_ms = due.saturating_sub(now.unix_ms).max(1);
        let at = now.at + Duration::from_millis(wait_ms);
        if self
            .features_due
            .is_none_or(|known| known <= now.at || at < known)
        {
            self.features_due = Some(at);
            self.timers.set(at, Timer::Features);
        }
    }

    pub(crate) fn wake_features(&mut self, now: Now) {
        self.features_due = None;
        self.features.wake(now.unix_ms);
    }

    fn spread(&mut self, event: &Happened) {
        if event.is_kept {
            self.output(Output::Keep(Kept {
                seq: event.seq,
                at_ms: event.at_ms,
                json: event.json.clone(),
            }));
        }
        if event.hearers == Hearers::Nobody {
            return;
        }
        let text = format!("{{\"event\":{}}}", event.json);
        let peers: Vec<_> = self
            .people
            .iter()
            .filter(|p| p.hears_features && self.features.hears(&event.hearers, &p.identity))
            .map(|p| p.peer)
            .collect();
        if !peers.is_empty() {
            let bytes = self.wire.event(&text);
            self.later(Deferred::Packet { peers, bytes });
        }
        let to = match self.features.hearing(&event.hearers) {
            None => Audience::All,
            Some(hearing) => {
                let listeners = hearing.into_iter().flat_map(|i| self.listeners.of(i));
                let mut listeners: Vec<_> = listeners.collect();
                listeners.sort_unstable();
                listeners.dedup();
                Audience::Only(listeners)
            }
        };
        let unheard = to == Audience::Only(Vec::new()) || self.listeners.is_empty();
        if !unheard {
            let text = text.into();
            self.later(Deferred::Told { to, text });
        }
    }

    fn effect(&mut self, now: Now, effect: Effect) {
        match effect {
            Effect::Silence { identity, source } => self.silence(now, &identity, source),
            Effect::PutOut { identity } => self.put_out(now, &identity),
            Effect::Rename { identity, name } => {
                if let Some(peer) = self.people.with_identity(&identity)
                    && let Some(participant) = self.people.get_mut(peer)
                {
                    participant.name = name;
                    self.has_changed(peer);
                }
            }
            Effect::Answer { ticket, admitted } => {
                self.later(Deferred::Admission { ticket, admitted });
            }
            Effect::RightsChanged { identity } => {
                if let Some(peer) = self.people.with_identity(&identity) {
                    self.permit(now, peer);
                }
                self.show(now, &identity);
            }
            Effect::End => self.end_is_due = true,
        }
    }

    fn silence(&mut self, now: Now, identity: &Identity, source: Source) {
        let Ok(peer) = self.peer(identity) else {
            return;
        };
        let tracks: Vec<_> = self
            .people
            .get(peer)
            .iter()
            .flat_map(|participant| &participant.tracks)
            .filter_map(|id| self.tracks.get(*id))
            .filter(|track| sounds_as(track.info.source, track.info.kind) == Some(source))
            .map(|track| (track.id, track.info.sid.clone()))
            .collect();
        for (id, track) in tracks {
            if source == Source::ScreenShare {
                self.unpublish(now, id, true);
            } else if self.set_muted(id, true) {
                let muted = true;
                self.tell(peer, ServerMessage::Mute { track, muted });
            }
        }
    }

    fn put_out(&mut self, now: Now, identity: &Identity) {
        if let Ok(peer) = self.peer(identity) {
            let reason = DisconnectReason::ParticipantRemoved;
            self.depart(now, peer, reason, Some((LeaveAction::Disconnect, reason)));
        }
        for listener in self.listeners.of(identity) {
            self.remove_listener(now, listener);
            self.later(Deferred::HangUp { listener });
        }
        self.refresh_presence(now, identity, crate::features::Departure::Removed);
    }
}

/// A track whose publisher did not say what it is counts as what it most likely is.
pub(crate) fn sounds_as(source: TrackSource, kind: TrackKind) -> Option<Source> {
    match source {
        TrackSource::Microphone => Some(Source::Microphone),
        TrackSource::Camera => Some(Source::Camera),
        TrackSource::ScreenShare | TrackSource::ScreenShareAudio => Some(Source::ScreenShare),
        TrackSource::Unknown => Some(match kind {
            TrackKind::Audio => Source::Microphone,
            TrackKind::Video => Source::Camera,
        }),
    }
}

fn pieces(snapshot: &str) -> Vec<String> {
    #[derive(Serialize)]
    struct Packet<'a> {
        snapshot: Piece<'a>,
    }
    #[derive(Serialize)]
    struct Piece<'a> {
        index: usize,
        count: usize,
        text: &'a str,
    }
    let texts = cut(snapshot);
    let count = texts.len();
    texts
        .into_iter()
        .enumerate()
        .map(|(index, text)| {
            let snapshot = Piece { index, count, text };
            #[expect(clippy::expect_used, reason = "a text and two numbers")]
            serde_json::to_string(&Packet { snapshot }).expect("a piece is plain data")
        })
        .collect()
}

/// Never within a character.
fn cut(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut texts = Vec::new();
    while !rest.is_empty() {
        let end = rest.floor_char_boundary(SNAPSHOT_PIECE_BYTES);
        let (text, after) = rest.split_at(end);
        texts.push(text);
        rest = after;
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_cut_between_characters_and_joins_again() {
        let text = "早上好,".repeat(3_000);
        let texts = cut(&text);
        assert!(texts.len() > 2);
        assert!(texts.iter().all(|text| text.len() <= SNAPSHOT_PIECE_BYTES));
        assert_eq!(texts.concat(), text);
        let last = pieces(&text).pop().expect("a piece");
        let last: serde_json::Value = serde_json::from_str(&last).expect("JSON");
        assert_eq!(last["snapshot"]["count"], texts.len());
        assert_eq!(last["snapshot"]["index"], texts.len() - 1);
    }
}
