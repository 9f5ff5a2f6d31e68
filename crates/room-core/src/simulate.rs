//! Faults that a client asks for, to test itself.

use crate::command::Scenario;
use crate::model::{DisconnectReason, LeaveAction};
use crate::output::Now;
use crate::room::Room;
use base::PeerId;
use std::time::Duration;

/// A client that asks for its next resume to be cut comes back within this.
const CUT_WITHIN: Duration = Duration::from_secs(5);

/// Longer pretended speech than this tests nothing more.
const LONGEST_SPEECH: u32 = 60;

impl Room {
    pub(crate) fn simulate(&mut self, now: Now, peer: PeerId, scenario: Scenario) {
        if !self.settings.simulations {
            return;
        }
        match scenario {
            Scenario::SpeakerUpdate { seconds } => {
                let lasting = Duration::from_secs(u64::from(seconds.min(LONGEST_SPEECH)));
                self.pretend_speaker(now, peer, lasting);
            }
            // His connections end without a word; when he tries to resume, nobody knows him.
            Scenario::NodeFailure => {
                self.depart(now, peer, DisconnectReason::Unknown, None);
            }
            Scenario::Migration => self.depart(now, peer, DisconnectReason::Migration, None),
            Scenario::ServerLeave => {
                let reason = DisconnectReason::ServerShutdown;
                self.depart(now, peer, reason, Some((LeaveAction::Disconnect, reason)));
            }
            Scenario::LeaveRequestFullReconnect => {
                let reason = DisconnectReason::Unknown;
                self.depart(now, peer, reason, Some((LeaveAction::Reconnect, reason)));
            }
            Scenario::DisconnectSignalOnResume => self.cut_next_resume(now, peer, false),
            Scenario::DisconnectSignalOnResumeNoMessages => self.cut_next_resume(now, peer, true),
            // The client reconnects by itself over the transport that it asks for.
            Scenario::SwitchCandidateProtocol(_) => {}
            // The media plane reckons bandwidth from what the network carries.
            Scenario::SubscriberBandwidth { .. } | Scenario::Unknown => {}
        }
    }

    fn cut_next_resume(&mut self, now: Now, peer: PeerId, before_messages: bool) {
        if let Some(participant) = self.people.get_mut(peer) {
            participant.cut_next_resume = Some((now.at + CUT_WITHIN, before_messages));
        }
    }
}
