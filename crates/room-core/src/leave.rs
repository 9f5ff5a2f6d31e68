//! People go, and rooms end.

use crate::model::{DisconnectReason, LeaveAction, ParticipantState, RoomEndReason};
use crate::output::{Now, Output, SessionId};
use crate::presence;
use crate::room::Room;
use crate::timers::Timer;
use crate::{RoomEventKind, ServerMessage};
use base::PeerId;
use base::media::Command;

impl Room {
    /// The participant is gone for good. `leave`: what his client is told, where it should be told.
    pub(crate) fn depart(
        &mut self,
        now: Now,
        peer: PeerId,
        reason: DisconnectReason,
        leave: Option<(LeaveAction, DisconnectReason)>,
    ) {
        if self.people.get(peer).is_none() {
            return;
        }
        let was_publisher = self.tracks.has_live(peer);
        self.unpublish_everything(now, peer);
        self.forget_data_participant(peer);
        self.end_forwards(peer);
        let guest = self.is_guest(peer);
        self.forget_guest(peer);
        if let Some((action, reason)) = leave {
            self.tell(peer, ServerMessage::Leave { action, reason });
        }
        let Some(mut participant) = self.people.remove(peer) else {
            return;
        };
        if let Some(session) = participant.session {
            self.output(Output::Close { session });
        }
        if !guest {
            self.media(Command::Close { peer });
        }
        self.speaking.remove(peer);
        self.qualities.forget(peer);
        self.rpcs_lost(&participant.identity);
        participant.version += 1;
        let was_active = participant.state == ParticipantState::Active;
        self.refresh_presence(now, &participant.identity, presence::departure(reason));
        let farewell = participant.farewell(reason, &self.settings.region);
        let boxed = Box::new(farewell.clone());
        let kind = if was_active {
            RoomEventKind::ParticipantLeft { participant: boxed }
        } else {
            RoomEventKind::ParticipantConnectionAborted { participant: boxed }
        };
        self.event(now, kind);
        if !participant.is_hidden() {
            self.has_departed(farewell, was_publisher);
        }
        if participant.is_recorder() {
            self.tell_room();
        }
    }

    /// The signalling connection broke; he may come back.
    pub(crate) fn lose_signal(&mut self, now: Now, session: SessionId) {
        let Some(peer) = self.people.with_session(session) else {
            return;
        };
        self.people.set_session(peer, None);
        self.output(Output::Close { session });
        self.timers.set(
            now.at + self.settings.resume_window,
            Timer::Lost(peer, session),
        );
    }

    /// He did not come back in time.
    pub(crate) fn give_up(&mut self, now: Now, peer: PeerId, lost: SessionId) {
        let away = self
            .people
            .get(peer)
            .is_some_and(|p| p.session.is_none() && p.last_session == Some(lost));
        if away {
            self.depart(now, peer, DisconnectReason::SignalClose, None);
        }
    }

    /// Ends the room by request.
    pub fn delete(&mut self, now: Now) {
        self.end(
            now,
            RoomEndReason::Deleted,
            (LeaveAction::Disconnect, DisconnectReason::RoomDeleted),
        );
    }

    /// Ends the room because the server ends: clients go elsewhere.
    pub fn shut_down(&mut self, now: Now) {
        self.end(
            now,
            RoomEndReason::Shutdown,
            (LeaveAction::Reconnect, DisconnectReason::ServerShutdown),
        );
    }

    /// Starts the clock when nobody is left who keeps the room open; stops it when somebody is.
    pub(crate) fn watch_occupancy(&mut self, now: Now) {
        let listened = !self.listeners.is_empty();
        if listened || self.people.iter().any(|p| !p.is_dependent()) {
            self.expires_at = None;
        } else if self.expires_at.is_none() {
            let timeout = if self.was_entered {
                self.departure_timeout
            } else {
                self.empty_timeout
            };
            let at = now.at + timeout;
            self.expires_at = Some(at);
            self.timers.set(at, Timer::Expiry);
        }
    }

    pub(crate) fn expire(&mut self, now: Now) {
        if self.expires_at.is_some_and(|at| at <= now.at) {
            self.end(
                now,
                RoomEndReason::Idle,
                (LeaveAction::Disconnect, DisconnectReason::RoomClosed),
            );
        }
    }

    fn end(&mut self, now: Now, reason: RoomEndReason, leave: (LeaveAction, DisconnectReason)) {
        if self.ended {
            return;
        }
        for peer in self.people.peers() {
            self.depart(now, peer, leave.1, Some(leave));
        }
        self.finish(now, reason);
    }
}
