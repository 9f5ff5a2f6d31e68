//! A publisher decides who may receive his tracks.

use crate::command::{SubscriptionPermission, TrackPermission};
use crate::participant::Participant;
use crate::room::Room;
use base::{PeerId, TrackSid};

/// What a publisher last said; open to all until he says something.
#[derive(Debug, Default)]
pub(crate) struct Gate(Option<SubscriptionPermission>);

impl Gate {
    pub(crate) fn lets(&self, subscriber: &Participant, track: &TrackSid) -> bool {
        let Some(said) = &self.0 else {
            return true;
        };
        said.all_participants
            || said
                .tracks
                .iter()
                .filter(|permission| is_about(permission, subscriber))
                .any(|permission| permission.all_tracks || permission.tracks.contains(track))
    }
}

impl Room {
    pub(crate) fn permit_subscriptions(
        &mut self,
        publisher: PeerId,
        permission: SubscriptionPermission,
    ) {
        let entries: usize = permission
            .tracks
            .iter()
            .map(|entry| 1 + entry.tracks.len())
            .sum();
        if entries > self.settings.limits.permission_entries {
            return;
        }
        let Some(participant) = self.people.get_mut(publisher) else {
            return;
        };
        participant.gate = Gate(Some(permission));
        let tracks = participant.tracks.clone();
        for subscriber in self.people.peers() {
            for track in &tracks {
                self.reconcile(subscriber, *track);
            }
        }
    }
}

fn is_about(permission: &TrackPermission, subscriber: &Participant) -> bool {
    match &permission.participant {
        Some(sid) => *sid == subscriber.sid,
        None => permission.identity.as_ref() == Some(&subscriber.identity),
    }
}
