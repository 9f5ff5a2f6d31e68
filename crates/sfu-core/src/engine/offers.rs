//! The client's offers, and our answers.

use super::Engine;
use crate::sdp::{
    Direction, Finish, MAX_SDP_BYTES, MAX_SECTIONS, OpusFormat, Section, SectionPlan, Sending,
    finish, scan,
};
use crate::transport::Mid;
use base::media::{Event, Kind, PcMode, TrackCodec};
use base::{PeerId, TrackSid};
use std::collections::HashMap;

impl Engine {
    pub(super) fn client_offer(&mut self, id: PeerId, offer_id: u32, sdp: &str) {
        if !self.peers.contains_key(&id) {
            return;
        }
        let outcome = self.answer(id, sdp);
        // Whatever became of it, the connection has to be drained.
        self.mark_dirty(id, 0);
        match outcome {
            Ok((sdp, mids)) => {
                self.event(Event::Answer {
                    peer: id,
                    id: offer_id,
                    sdp,
                    mids,
                });
                self.start_sending(id);
                self.unsettled.insert(id);
            }
            Err(why) => self.event(Event::SdpRefused { peer: id, why }),
        }
    }

    fn answer(
        &mut self,
        id: PeerId,
        sdp: &str,
    ) -> Result<(String, Vec<(String, TrackSid)>), String> {
        if sdp.len() > MAX_SDP_BYTES {
            return Err(format!("longer than {MAX_SDP_BYTES} bytes"));
        }
        let sections = scan(sdp);
        if sections.len() > MAX_SECTIONS {
            return Err(format!("more than {MAX_SECTIONS} media sections"));
        }
        let receives = self.peers.get(&id).map(|p| p.open.mode) == Some(PcMode::Single);
        let retiring = if receives {
            self.prepare_slots(id, &sections)
        } else {
            Vec::new()
        };
        let Some(peer) = self.peers.get_mut(&id) else {
            return Err(GONE.to_owned());
        };
        peer.legs[0].sources.clear();
        peer.legs[0].connection.wake(self.now);
        let draft = peer.legs[0].connection.accept_offer(sdp, &mut self.rng);
        let draft = draft.map_err(|refused| refused.to_string())?;
        self.learn_ufrag(id, 0);
        self.match_sections(id, &sections);
        let plans = self.plans(id, &sections);
        let unsent = sections.iter().filter(|section| {
            let plan = plans.get(&section.mid);
            section.is_receive_only() && plan.is_some_and(|plan| plan.sends.is_none())
        });
        let unsent: Vec<Mid> = unsent.map(|section| section.mid).collect();
        let text = finish(
            &draft,
            &Finish {
                plans: &plans,
                opus: self.opus_format(id),
                candidates: &self.config.candidates,
                is_answer: true,
            },
        );
        let Some(peer) = self.peers.get_mut(&id) else {
            return Err(GONE.to_owned());
        };
        let deactivated = peer.legs[0].connection.deactivate(&unsent);
        deactivated.map_err(|broken| broken.to_string())?;
        // Of two connections this one only publishes: its answer says nothing of receiving sections.
        if !receives {
            return Ok((text, Vec::new()));
        }
        peer.slots.seen_inactive(&retiring);
        let taken: Vec<Mid> = peer.slots.taken().map(|(mid, _)| mid).collect();
        peer.slots.seen_taken(&taken);
        Ok((text, self.mids(id)))
    }

    /// Takes the offer's receiving sections, and gives free ones to tracks that wait. The
    /// sections that this answer shows inactive.
    fn prepare_slots(&mut self, id: PeerId, sections: &[Section]) -> Vec<Mid> {
        let Some(peer) = self.peers.get_mut(&id) else {
            return Vec::new();
        };
        let receiving = |mid: Mid| sections.iter().any(|s| s.mid == mid && s.is_receive_only());
        for track in peer.slots.retain(receiving) {
            if let Some(subscription) = peer.subscription(track) {
                subscription.binding = None;
                subscription.forwarder = None;
            }
        }
        for section in sections.iter().filter(|s| s.is_receive_only()) {
            if let Some(kind) = section.kind {
                peer.slots.offer(section.mid, kind);
            }
        }
        peer.negotiation.asked = [0; 2];
        peer.negotiation.has_asked = false;
        let retiring = peer.slots.retiring().collect();
        self.give_slots(id);
        retiring
    }

    /// Gives free sections to tracks that wait for one.
    pub(super) fn give_slots(&mut self, id: PeerId) {
        let waiting = self.waiting_for_section(id);
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        let leg = peer.receiving();
        for (track, kind) in waiting {
            if let Some((mid, was_used)) = peer.slots.take(track, kind)
                && was_used
            {
                // A failure shows when the connection is drained.
                let _ = peer.legs[leg].connection.renew_stream(mid);
            }
        }
    }

    /// Compares what the client sends now with what it sent before.
    fn match_sections(&mut self, id: PeerId, sections: &[Section]) {
        let Some(peer) = self.peers.get_mut(&id) else {
            return;
        };
        peer.unclaimed.clear();
        let sends = |mid: &Mid, track_id: &Option<String>| {
            let section = sections.iter().find(|s| s.mid == *mid);
            section.is_some_and(|s| s.is_sending() && s.track_id == *track_id)
        };
        let stopped: Vec<Mid> = peer
            .published
            .iter()
            .filter(|(mid, published)| !sends(mid, &published.section.track_id))
            .map(|(mid, _)| *mid)
            .collect();
        for mid in stopped {
            self.stop_sending(id, mid);
        }
        for section in sections.iter().filter(|s| s.is_sending()) {
            let Some(peer) = self.peers.get_mut(&id) else {
                return;
            };
            if section.kind.is_none() {
                continue;
            }
            match peer.published.get_mut(&section.mid) {
                Some(published) => published.section = section.clone(),
                None => self.claim(id, section.clone()),
            }
        }
    }

    fn plans(&self, id: PeerId, sections: &[Section]) -> HashMap<Mid, SectionPlan> {
        let mut plans = HashMap::new();
        let Some(peer) = self.peers.get(&id) else {
            return plans;
        };
        for section in sections.iter().filter(|s| s.kind.is_some()) {
            let published = peer.published.get(&section.mid);
            let track = published.and_then(|p| self.tracks.get(&p.track));
            let codec = published
                .zip(track)
                .and_then(|(p, track)| track.spec.codecs.get(usize::from(p.encoding)))
                .and_then(|codec: &TrackCodec| codec.codec);
            let plan = SectionPlan {
                sends: self.sending(id, section.mid),
                receives: section.direction != Direction::Inactive && section.is_sending(),
                preference: section.payload_types.clone(),
                codec,
                plain_audio: track.is_some_and(|t| t.spec.kind == Kind::Audio && !t.spec.red),
            };
            plans.insert(section.mid, plan);
        }
        plans
    }

    /// The names under which a section's track is sent.
    pub(super) fn sending(&self, id: PeerId, mid: Mid) -> Option<Sending> {
        let track = self.peers.get(&id)?.slots.track_in(mid)?;
        let spec = &self.tracks.get(&track)?.spec;
        Some(Sending {
            stream: format!("{}|{}", spec.participant, spec.sid),
            track: spec.sid.to_string(),
        })
    }

    /// `mid_to_track_id`.
    pub(super) fn mids(&self, id: PeerId) -> Vec<(String, TrackSid)> {
        let Some(peer) = self.peers.get(&id) else {
            return Vec::new();
        };
        let named = peer.slots.taken().filter_map(|(mid, track)| {
            let sid = self.tracks.get(&track)?.spec.sid.clone();
            Some((mid.to_string(), sid))
        });
        named.collect()
    }

    /// One format for all of a description: what all audio of the peer can live with.
    pub(super) fn opus_format(&self, id: PeerId) -> OpusFormat {
        let announced = self.peers.get(&id).map(|peer| &peer.announced);
        let audio = || {
            let tracks = announced.into_iter().flatten();
            let specs = tracks.filter_map(|t| self.tracks.get(t)).map(|t| &t.spec);
            specs.filter(|spec| spec.kind == Kind::Audio)
        };
        OpusFormat {
            stereo: audio().any(|spec| spec.stereo),
            dtx: audio().all(|spec| spec.dtx),
        }
    }
}

const GONE: &str = "the participant has left";
