//! One participant's media session: his peer connections, what he publishes, what he receives.

mod claim;
mod leg;
mod slots;

pub(crate) use claim::{Claim, stream_of};
pub(crate) use leg::{Leg, MAX_ROUTES, MAX_STREAMS, Route, Source};
pub(crate) use slots::Slots;

use crate::allocate::{Allocation, Estimate, Prober};
use crate::data::{Hold, Outbox};
use crate::forward::Forwarder;
use crate::keyframes::Need;
use crate::quality::LinkQuality;
use crate::sdp::Section;
use crate::transport::Mid;
use base::media::{CreditLine, Kind, Open, SubscriptionSettings};
use base::{Bitrate, PeerId, TrackId};
use std::collections::HashMap;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) open: Open,
    /// The publishing connection; in dual mode, the subscribing one second.
    pub(crate) legs: Vec<Leg>,
    /// His sending sections, by what they carry.
    pub(crate) published: HashMap<Mid, Published>,
    /// What he has announced, in order.
    pub(crate) announced: Vec<TrackId>,
    /// Sending sections whose track has not been announced yet.
    pub(crate) unclaimed: Vec<Section>,
    pub(crate) slots: Slots,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) negotiation: Negotiation,
    pub(crate) outbox: Outbox,
    pub(crate) credit: CreditLine,
    pub(crate) hold: Hold,
    pub(crate) means: Means,
    pub(crate) measured: Measured,
    pub(crate) quality: LinkQuality,
}

/// What his transports have reported.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) round_trip: Option<Duration>,
    pub(crate) jitter: Option<Duration>,
    pub(crate) loss_up: f32,
    pub(crate) loss_down: f32,
    /// Totals of each connection.
    pub(crate) bytes_in: [u64; 2],
    pub(crate) bytes_out: [u64; 2],
    /// When the room was last told, and the totals at that time.
    pub(crate) told: Option<Instant>,
    pub(crate) told_in: u64,
    pub(crate) told_out: u64,
    /// The last packet of any kind from him.
    pub(crate) heard: Option<Instant>,
}

/// What can be sent to him, and how it is divided.
#[derive(Debug, Default)]
pub(crate) struct Means {
    /// `None`: he gives no feedback to estimate by.
    pub(crate) estimate: Option<Bitrate>,
    /// What it is made from.
    pub(crate) heard: Estimate,
    pub(crate) allocation: Allocation,
    pub(crate) prober: Prober,
    pub(crate) allocated: Option<Instant>,
    /// His link has fallen: no video leaves for him until then, and where to begin estimating anew, if
    /// not where the estimator is.
    pub(crate) held: Option<(Instant, Option<Bitrate>)>,
    /// No probing until then.
    pub(crate) unprobed_until: Option<Instant>,
}

/// A section in which he sends an encoding of a track.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) track: TrackId,
    pub(crate) encoding: u8,
    pub(crate) section: Section,
}

/// What he wants of one track.
#[derive(Debug)]
pub(crate) struct Subscription {
    pub(crate) track: TrackId,
    pub(crate) settings: SubscriptionSettings,
    pub(crate) since: Instant,
    /// Set once a section carries it and a codec is chosen.
    pub(crate) binding: Option<Binding>,
    pub(crate) forwarder: Option<Forwarder>,
    pub(crate) has_forwarded: bool,
    /// The room has been told that there is no codec in common.
    pub(crate) has_failed: bool,
    /// The encoding that would suit, should its publisher begin to send it.
    pub(crate) hoped: Option<u8>,
}

impl Subscription {
    /// What a key frame would be for.
    pub(crate) fn key_frame_need(&self) -> Need {
        if self.has_forwarded {
            Need::Change
        } else {
            Need::Start
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) mid: Mid,
    pub(crate) encoding: u8,
    pub(crate) payload_type: u8,
    /// The payload type of redundant audio, where the client takes it.
    pub(crate) redundant: Option<u8>,
}

/// Where the exchange of descriptions about receiving stands.
#[derive(Debug, Default)]
pub(crate) struct Negotiation {
    /// Single: sections asked for since the client's last offer, audio and video.
    pub(crate) asked: [usize; 2],
    /// Single: an offer was asked for, with or without further sections.
    pub(crate) has_asked: bool,
    /// Dual: the offer that the client has not answered yet.
    pub(crate) open_offer: Option<OpenOffer>,
    pub(crate) last_offer_id: u32,
    pub(crate) last_offered: Option<Instant>,
    /// Dual: when to offer.
    pub(crate) due: Option<Instant>,
    pub(crate) restart_ice: bool,
    pub(crate) has_channels: bool,
}

/// What becomes true when the client answers.
#[derive(Debug)]
pub(crate) struct OpenOffer {
    pub(crate) id: u32,
    pub(crate) sdp: String,
    pub(crate) inactive: Vec<Mid>,
    pub(crate) taken: Vec<Mid>,
}

impl Peer {
    pub(crate) fn id(&self) -> PeerId {
        self.open.peer
    }

    /// Index of the connection on which he receives media and data.
    pub(crate) fn receiving(&self) -> usize {
        self.legs.len() - 1
    }

    pub(crate) fn subscription(&mut self, track: TrackId) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|s| s.track == track)
    }

    /// The section in which he sends an encoding.
    pub(crate) fn section_of(&self, track: TrackId, encoding: u8) -> Option<(Mid, &Published)> {
        let mut all = self.published.iter();
        all.find(|(_, p)| p.track == track && p.encoding == encoding)
            .map(|(mid, published)| (*mid, published))
    }

    pub(crate) fn publishes(&self, track: TrackId) -> bool {
        self.published.values().any(|p| p.track == track)
    }
}

pub(crate) const fn kind_index(kind: Kind) -> usize {
    match kind {
        Kind::Audio => 0,
        Kind::Video => 1,
    }
}
