//! Offers and answers, before our own text work (`crate::sdp`) is done on them.

use super::{Broken, Connection, Mid, PendingOffer, credentials};
use base::media::{DataChannelKind, Kind};
use base::rng::Rng;
use str0m::change::{SdpAnswer, SdpOffer};
use str0m::media::{Direction, MediaKind};

/// A change that the server wants to make to a connection that it offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    AddSection(Kind),
    Activate(Mid),
    Deactivate(Mid),
    AddChannels,
    RestartIce,
}

/// The client's SDP was not acceptable.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Refused(pub(crate) String);

impl Connection {
    /// Applies the client's offer and drafts the answer.
    pub(crate) fn accept_offer(&mut self, sdp: &str, rng: &mut Rng) -> Result<String, Refused> {
        let offer = SdpOffer::from_sdp_string(sdp).map_err(|e| Refused(e.to_string()))?;
        self.pending_offer = None;
        self.lend_streams().map_err(|broken| Refused(broken.0))?;
        let (before, answer, after) = self
            .fence(|rtc| {
                let before = rtc.direct_api().local_ice_credentials();
                let answer = rtc.sdp_api().accept_offer(offer);
                (before, answer, rtc.direct_api().local_ice_credentials())
            })
            .map_err(|broken| Refused(broken.0))?;
        self.reclaim_streams().map_err(|broken| Refused(broken.0))?;
        let mut answer = answer.map_err(|e| Refused(e.to_string()))?.to_sdp_string();
        if before != after {
            // The offer restarted ICE and str0m made credentials that do not name our shard.
            let fresh = credentials(self.plan.ufrag_prefix(), rng);
            answer = answer
                .replace(&after.ufrag, &fresh.ufrag)
                .replace(&after.pass, &fresh.pass);
            self.fence(|rtc| rtc.direct_api().set_local_ice_credentials(fresh))
                .map_err(|broken| Refused(broken.0))?;
        }
        self.learn_credentials(sdp);
        self.release_early();
        Ok(answer)
    }

    /// Tells str0m which sections nothing is sent in, whatever the client would take there:
    /// otherwise it probes for bandwidth in sections that the client was told are inactive, takes
    /// the silence for loss, and believes the link to be bad.
    pub(crate) fn deactivate(&mut self, mids: &[Mid]) -> Result<(), Broken> {
        self.fence(|rtc| {
            let mut api = rtc.sdp_api();
            for mid in mids {
                api.set_direction(*mid, Direction::Inactive);
            }
            // Not applied: the directions count at once, and nothing is to be offered.
        })?;
        self.reclaim_streams()
    }

    /// Drafts an offer; `None` if `changes` need none. The mids are those of added sections, in
    /// order. At most one offer may be open.
    pub(crate) fn create_offer(
        &mut self,
        changes: &[Change],
        rng: &mut Rng,
    ) -> Result<Option<(String, Vec<Mid>)>, Broken> {
        let fresh = credentials(self.plan.ufrag_prefix(), rng);
        let mut channels = Vec::new();
        self.lend_streams()?;
        let outcome = self.fence(|rtc| {
            let mut api = rtc.sdp_api();
            let mut mids = Vec::new();
            let mut replaced = None;
            for change in changes {
                match *change {
                    Change::AddSection(kind) => {
                        let mid =
                            api.add_media(media_kind(kind), Direction::SendOnly, None, None, None);
                        mids.push(mid);
                    }
                    Change::Activate(mid) => api.set_direction(mid, Direction::SendOnly),
                    Change::Deactivate(mid) => api.set_direction(mid, Direction::Inactive),
                    Change::AddChannels => {
                        for kind in DataChannelKind::ALL {
                            let config = Self::channel_template(kind);
                            channels.push((kind, api.add_channel_with_config(config)));
                        }
                    }
                    Change::RestartIce => replaced = Some(api.ice_restart(true)),
                }
            }
            (api.apply(), mids, replaced)
        })?;
        // They become known to str0m with the answer.
        self.sections.extend(&outcome.1);
        self.reclaim_streams()?;
        for (kind, id) in channels {
            self.set_channel(kind, id);
        }
        let (Some((offer, token)), mids, replaced) = outcome else {
            return Ok(None);
        };
        let mut text = offer.to_sdp_string();
        let restart = replaced.map(|replaced| {
            text = text
                .replace(&replaced.ufrag, &fresh.ufrag)
                .replace(&replaced.pass, &fresh.pass);
            fresh
        });
        self.pending_offer = Some(PendingOffer { token, restart });
        Ok(Some((text, mids)))
    }

    /// Applies the client's answer to the open offer.
    pub(crate) fn accept_answer(&mut self, sdp: &str) -> Result<(), Refused> {
        let answer = SdpAnswer::from_sdp_string(sdp).map_err(|e| Refused(e.to_string()))?;
        let Some(pending) = self.pending_offer.take() else {
            return Err(Refused("there is no open offer".to_owned()));
        };
        self.lend_streams().map_err(|broken| Refused(broken.0))?;
        let outcome = self.fence(|rtc| {
            rtc.sdp_api().accept_answer(pending.token, answer)?;
            if let Some(credentials) = pending.restart {
                rtc.direct_api().set_local_ice_credentials(credentials);
            }
            Ok::<(), str0m::RtcError>(())
        });
        self.reclaim_streams().map_err(|broken| Refused(broken.0))?;
        outcome
            .map_err(|broken| Refused(broken.0))?
            .map_err(|e| Refused(e.to_string()))?;
        self.learn_credentials(sdp);
        self.release_early();
        Ok(())
    }

    /// The username fragment that an open offer announces, when it restarts ICE.
    pub(crate) fn offered_ufrag(&self) -> Option<&str> {
        let restart = self.pending_offer.as_ref()?.restart.as_ref()?;
        Some(&restart.ufrag)
    }
}

fn media_kind(kind: Kind) -> MediaKind {
    match kind {
        Kind::Audio => MediaKind::Audio,
        Kind::Video => MediaKind::Video,
    }
}
