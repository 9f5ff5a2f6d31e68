//! One peer connection. All of str0m stands behind this folder, so that it can be replaced.
//!
//! str0m is fail-fast: a bug in it, or in our use of it, may panic. Every call is fenced, and a
//! connection that panicked answers [`Broken`] ever after; its neighbours do not notice.

mod config;
mod dependency;
mod early;
mod events;
mod media;
mod negotiation;
mod own;
mod proof;
mod repeats;
mod roaming;
mod sctp_probe;
mod sender;
mod srtp;
mod tap;
mod unsent;

pub(crate) use config::Certificate;
pub(crate) use events::{ChannelEvent, Link, StreamStats, TransportEvent};
pub(crate) use media::{Format, Outgoing, Vp8Rewrite};
pub(crate) use negotiation::Change;
pub(crate) use sender::fuzzing::reports as fuzz_reports;
pub(crate) use str0m::media::{Mid, Rid};

use crate::config::EngineConfig;
use crate::data::Written;
use crate::datagram::{Datagram, Protocol, Received};
use base::media::{DataChannelKind, Open};
use base::rng::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};
use str0m::change::SdpPendingOffer;
use str0m::channel::{ChannelConfig, ChannelId, Reliability};
use str0m::net::Receive;
use str0m::{IceCreds, Input, Output, PacerReason, Reason, Rtc};

/// The connection can no longer be used; the text says why, for the log and the client's developer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Broken(pub(crate) String);

/// Where [`Connection::advance`] stopped.
#[derive(Debug)]
pub(crate) enum Advanced {
    Event(TransportEvent),
    /// Nothing more until then, or until the next input.
    Idle(Instant),
}

/// How far a connection's time may run in one burst.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    turns: u32,
}

impl Pace {
    /// Time stands still.
    pub(crate) fn halted() -> Self {
        Self { turns: 0 }
    }
}

/// Turns of the pacer in one burst. A second of 10 Mbps, far more than is ever due at once; a
/// bound for a connection that would never come to rest.
const MAX_TURNS: u32 = 1_024;

pub(crate) struct Connection {
    /// Built when it is first of use: who only watches has no use for the connection on which he
    /// would publish, and with it would weigh half as much again.
    rtc: Option<Box<Rtc>>,
    plan: config::Plan,
    broken: Option<Broken>,
    pending_offer: Option<PendingOffer>,
    channels: [Option<ChannelId>; 3],
    clock: events::CaptureClock,
    early: early::Early,
    initial_estimate: base::Bitrate,
    /// The keys, once the handshake has ended.
    tap: tap::Tap,
    /// Sections that str0m knows.
    sections: Vec<Mid>,
    /// `None` since the handshake has ended.
    unsent: Option<unsent::Unsent>,
    /// Of what str0m has sent.
    repeats: repeats::Repeats,
    /// Sections for which a key frame has to be asked for.
    torn: Vec<Mid>,
    /// As [`Self::set_bitrate`] was told last.
    wanted: base::Bitrate,
    roaming: roaming::Roaming,
    /// By the client's description.
    remote: Option<proof::Credentials>,
    /// What is to be asked of the client.
    challenges: Vec<Datagram>,
    /// Sends all media, where the handshake chose a cipher that it speaks; else str0m does.
    sender: Option<Box<sender::Sender>>,
    /// str0m was given something since it last came to rest, and when it wants to be given time.
    is_stirred: bool,
    rtc_due: Option<Instant>,
    /// The latest time that it was given. Within a burst it runs ahead by microseconds; going
    /// back, it would do nothing.
    time: Instant,
}

struct PendingOffer {
    token: SdpPendingOffer,
    /// The credentials that the offer announces, when it restarts ICE.
    restart: Option<IceCreds>,
}

impl Connection {
    /// `sends`: media will be sent on it, so its capacity is estimated.
    pub(crate) fn new(
        config: &Arc<EngineConfig>,
        certificate: Option<&Certificate>,
        open: &Open,
        sends: bool,
        rng: &mut Rng,
        now: Instant,
    ) -> Self {
        let credentials = credentials(&config.ufrag_prefix, rng);
        Self {
            rtc: None,
            plan: config::Plan::new(config, certificate, open, credentials, sends),
            broken: None,
            pending_offer: None,
            channels: [None; 3],
            clock: events::CaptureClock::default(),
            early: early::Early::new(),
            initial_estimate: config.initial_estimate,
            tap: tap::Tap::default(),
            sections: Vec::new(),
            unsent: Some(unsent::Unsent::default()),
            repeats: repeats::Repeats::default(),
            torn: Vec::new(),
            wanted: base::Bitrate::ZERO,
            roaming: roaming::Roaming::default(),
            remote: None,
            challenges: Vec::new(),
            sender: None,
            is_stirred: true,
            rtc_due: None,
            time: now,
        }
    }

    /// The username fragment that STUN requests to this connection carry.
    pub(crate) fn local_ufrag(&mut self) -> String {
        let built = self.rtc.as_mut();
        built.map_or_else(
            || self.plan.ufrag().to_owned(),
            |rtc| rtc.direct_api().local_ice_credentials().ufrag,
        )
    }

    /// Whether a datagram from an address not seen before is authentic for this connection.
    pub(crate) fn accepts(&mut self, now: Instant, datagram: Received<'_>) -> bool {
        let fenced = self.fence(|rtc| {
            receive(datagram).is_some_and(|receive| rtc.accepts(&Input::Receive(now, receive)))
        });
        fenced.unwrap_or(false)
    }

    /// Malformed datagrams are ignored, `Ok(false)`.
    pub(crate) fn receive(&mut self, now: Instant, datagram: Received<'_>) -> Result<bool, Broken> {
        if self.early.takes(datagram) {
            return Ok(true);
        }
        let Some(input) = receive(datagram) else {
            return Ok(false);
        };
        self.time = self.time.max(now);
        if self.follow_client(datagram) {
            return Ok(true);
        }
        self.take(datagram, input)
    }

    /// As [`Self::receive`], of media that anybody may have sent: only the next packet from there,
    /// when the cipher has accepted this one, has the client asked whether it is he.
    pub(crate) fn receive_stray(
        &mut self,
        now: Instant,
        datagram: Received<'_>,
    ) -> Result<bool, Broken> {
        let Some(input) = receive(datagram) else {
            return Ok(false);
        };
        self.time = self.time.max(now);
        self.take(datagram, input)
    }

    fn take(&mut self, datagram: Received<'_>, input: Receive<'_>) -> Result<bool, Broken> {
        if let Some(taken) = self.take_report(datagram.bytes) {
            return Ok(taken);
        }
        self.forget_old_repeats();
        let now = self.time;
        self.attempt(|rtc| rtc.handle_input(Input::Receive(now, input)))?;
        Ok(true)
    }

    /// It is going to be used: time has stood still while it was not.
    pub(crate) fn wake(&mut self, now: Instant) {
        if self.is_unused() {
            self.time = self.time.max(now);
        }
    }

    pub(crate) fn timeout(&mut self, now: Instant) -> Result<(), Broken> {
        self.time = self.time.max(now);
        let now = self.time;
        if self.is_unused() {
            return Ok(());
        }
        if self.sender.is_some() && !self.is_rtc_due() {
            return Ok(());
        }
        self.forget_old_repeats();
        self.attempt(|rtc| rtc.handle_input(Input::Timeout(now)))
    }

    /// Gives it its time: everything may go that the pacer holds ready at this moment.
    pub(crate) fn begin_burst(&mut self, now: Instant) -> Result<Pace, Broken> {
        self.timeout(now)?;
        Ok(Pace { turns: MAX_TURNS })
    }

    /// Sends what there is and lets time pass as far as `pace` allows, until the connection has
    /// something to report (call again then) or rests.
    ///
    /// The pacer lets one packet go per timeout. Its time is given right after each packet: to
    /// poll on until nothing is left would walk through the whole connection once more for each.
    pub(crate) fn advance(
        &mut self,
        pace: &mut Pace,
        mut send: impl FnMut(Datagram),
    ) -> Result<Advanced, Broken> {
        if self.is_unused() {
            return Ok(Advanced::Idle(self.time + UNUSED_SLEEP));
        }
        self.follow_path();
        self.challenges.drain(..).for_each(&mut send);
        loop {
            if let Some(mid) = self.torn.pop() {
                return Ok(Advanced::Event(TransportEvent::KeyFrameWanted { mid }));
            }
            if let Some(sender) = &mut self.sender {
                if pace.turns > 0 {
                    sender.flush(self.time, &mut send);
                }
                if let Some(event) = sender.poll_event() {
                    return Ok(Advanced::Event(event));
                }
                if !self.is_rtc_due() {
                    return Ok(Advanced::Idle(self.next_deadline()));
                }
            }
            let is_own = self.sender.is_some();
            let mut time = self.time;
            let mut roaming = std::mem::take(&mut self.roaming);
            let event = self.attempt(|rtc| {
                loop {
                    let due = match rtc.poll_output()? {
                        Output::Event(event) => return Ok(Ok(event)),
                        Output::Transmit(transmit) => {
                            let datagram = own::redirected(&mut roaming, sent(transmit));
                            if !is_own || own::may_leave(&datagram) {
                                send(datagram);
                            }
                            time + PACER_STEP
                        }
                        Output::Timeout(next) if next > time + DUE_WITHIN || pace.turns == 0 => {
                            return Ok(Err(next));
                        }
                        Output::Timeout(next) => next.max(time),
                    };
                    if pace.turns > 0 {
                        pace.turns -= 1;
                        time = due;
                        rtc.handle_input(Input::Timeout(time))?;
                    }
                }
            });
            self.roaming = roaming;
            let event = event?;
            self.time = time;
            self.follow_path();
            match event {
                Err(next) => {
                    let reason = self.rtc.as_ref().map(|rtc| rtc.last_timeout_reason());
                    self.rtc_due = Some(next + reason.map_or(Duration::ZERO, patience));
                    self.is_stirred = false;
                    return Ok(Advanced::Idle(self.next_deadline()));
                }
                Ok(event) => {
                    if let Some(event) = self.convert(event) {
                        return Ok(Advanced::Event(event));
                    }
                }
            }
        }
    }

    /// Says goodbye; what there is to send comes out of [`Self::poll`].
    pub(crate) fn close(&mut self) -> Result<(), Broken> {
        if self.is_unused() {
            return Ok(());
        }
        self.attempt(Rtc::close)
    }

    /// A candidate that the client trickled; a malformed one is ignored.
    pub(crate) fn add_remote_candidate(&mut self, candidate: &str) -> Result<(), Broken> {
        let text = candidate.strip_prefix("a=").unwrap_or(candidate);
        let Ok(candidate) = str0m::Candidate::from_sdp_string(text) else {
            return Ok(());
        };
        self.fence(|rtc| rtc.add_remote_candidate(candidate))
    }

    /// Channels that both sides know by number, so that none has to be opened (protocol 18).
    pub(crate) fn create_negotiated_channels(&mut self) -> Result<(), Broken> {
        for (kind, number) in DataChannelKind::ALL.into_iter().zip(100..) {
            let config = ChannelConfig {
                negotiated: Some(number),
                ..channel_config(kind)
            };
            let id = self.fence(|rtc| rtc.direct_api().create_data_channel(config))?;
            self.channels[channel_index(kind)] = Some(id);
        }
        Ok(())
    }

    /// Where it is not written try again after [`ChannelEvent::Writable`] or [`ChannelEvent::Open`].
    pub(crate) fn write_data(
        &mut self,
        kind: DataChannelKind,
        bytes: &[u8],
    ) -> Result<Written, Broken> {
        let Some(id) = self.channels[channel_index(kind)] else {
            return Ok(Written::NotYet);
        };
        self.fence(|rtc| {
            let Some(mut channel) = rtc.channel(id) else {
                return Written::NotYet;
            };
            channel.set_buffered_amount_low_threshold(WRITABLE_BELOW_BYTES);
            // An error here is a message larger than the client takes: never deliverable.
            if channel.write(true, bytes).unwrap_or(true) {
                Written::Yes
            } else {
                Written::NotNow
            }
        })
    }

    /// `least` is held up with padding, `wanted` is probed for.
    pub(crate) fn set_bitrate(
        &mut self,
        least: base::Bitrate,
        wanted: base::Bitrate,
    ) -> Result<(), Broken> {
        self.wanted = wanted;
        if let Some(sender) = &mut self.sender {
            sender.want(wanted);
            return Ok(());
        }
        let rate = |rate: base::Bitrate| str0m::bwe::Bitrate::bps(rate.as_bps());
        self.fence(|rtc| rtc.bwe().set_bitrate(rate(least), rate(wanted)))
    }

    /// Nobody has done anything with it yet.
    fn is_unused(&self) -> bool {
        self.rtc.is_none() && self.broken.is_none()
    }

    fn fence<T>(&mut self, f: impl FnOnce(&mut Rtc) -> T) -> Result<T, Broken> {
        if let Some(broken) = &self.broken {
            return Err(broken.clone());
        }
        self.is_stirred = true;
        let (rtc, plan, tap, now) = (&mut self.rtc, &self.plan, &mut self.tap, self.time);
        let build = || {
            let built = Box::new(plan.build(now));
            *tap = tap::newest();
            built
        };
        catch_unwind(AssertUnwindSafe(|| f(rtc.get_or_insert_with(build)))).map_err(|_| {
            let broken = panicked();
            self.broken = Some(broken.clone());
            broken
        })
    }

    fn attempt<T>(
        &mut self,
        f: impl FnOnce(&mut Rtc) -> Result<T, str0m::RtcError>,
    ) -> Result<T, Broken> {
        self.fence(f)?.map_err(|error| {
            let broken = Broken(error.to_string());
            self.broken = Some(broken.clone());
            broken
        })
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("broken", &self.broken)
            .finish_non_exhaustive()
    }
}

/// The pacer lets one packet go per timeout and asks to be called again a microsecond later;
/// a timeout this close counts as due, so that a burst leaves in one go and can be sent as one.
pub(crate) const DUE_WITHIN: Duration = Duration::from_micros(2);

/// What a connection that is not built has to do comes from outside.
const UNUSED_SLEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// When the pacer lets the next packet of a burst go.
const PACER_STEP: Duration = Duration::from_micros(1);

/// How much later than it asks a connection may be woken. Bandwidth estimation, the pacer's
/// book-keeping and statistics ask for 25 to 100 times a second, and are done with every packet that
/// comes or goes anyway: waking for them alone is for connections that are quiet.
fn patience(reason: Reason) -> Duration {
    match reason {
        Reason::Pacer(PacerReason::Handle)
        | Reason::BweDelayControl
        | Reason::Stats
        | Reason::Feedback
        | Reason::PauseCheck => Duration::from_millis(50),
        _ => Duration::ZERO,
    }
}

/// Refill when half of what SCTP may hold has gone out: late enough to write several messages at
/// once, early enough that it never runs dry.
const WRITABLE_BELOW_BYTES: usize = 256 * 1024;

fn channel_index(kind: DataChannelKind) -> usize {
    match kind {
        DataChannelKind::Reliable => 0,
        DataChannelKind::Lossy => 1,
        DataChannelKind::DataTrack => 2,
    }
}

fn channel_config(kind: DataChannelKind) -> ChannelConfig {
    let reliable = kind == DataChannelKind::Reliable;
    ChannelConfig {
        label: kind.label().to_owned(),
        ordered: reliable,
        reliability: if reliable {
            Reliability::Reliable
        } else {
            Reliability::MaxRetransmits { retransmits: 0 }
        },
        ..ChannelConfig::default()
    }
}

/// Password from the cryptography library; the fragment names the shard, so that a datagram's
/// way can be told from its first STUN request.
fn credentials(ufrag_prefix: &str, rng: &mut Rng) -> IceCreds {
    IceCreds {
        ufrag: rng.id(ufrag_prefix, 14),
        ..IceCreds::new()
    }
}

fn panicked() -> Broken {
    Broken("the connection's state machine failed".to_owned())
}

fn receive(datagram: Received<'_>) -> Option<str0m::net::Receive<'_>> {
    let protocol = match datagram.protocol {
        Protocol::Udp => str0m::net::Protocol::Udp,
        Protocol::Tcp => str0m::net::Protocol::Tcp,
    };
    str0m::net::Receive::new(
        protocol,
        datagram.source,
        datagram.destination,
        datagram.bytes,
    )
    .ok()
}

fn protocol(protocol: str0m::net::Protocol) -> Protocol {
    match protocol {
        str0m::net::Protocol::Udp => Protocol::Udp,
        _ => Protocol::Tcp,
    }
}

fn sent(transmit: str0m::net::Transmit) -> Datagram {
    Datagram {
        protocol: protocol(transmit.proto),
        source: transmit.source,
        destination: transmit.destination,
        bytes: transmit.contents.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ShardId;
    use base::clock::OsClock;
    use base::media::PcMode;
    use base::{ParticipantSid, PeerId, RoomKey};

    #[test]
    fn a_connection_that_panicked_is_broken_and_harms_nobody() {
        let config = EngineConfig::new(ShardId(0), 1, Vec::new(), "aa".to_owned());
        let config = Arc::new(config);
        let open = Open {
            peer: PeerId(1),
            room: RoomKey(1),
            participant: ParticipantSid::from("PA_x"),
            mode: PcMode::Single,
            subscriber_primary: false,
            allow_pause: true,
            negotiated_channels: false,
            disable_ice_lite: false,
        };
        let now = OsClock.now();
        let mut rng = Rng::from_seed(1);
        let mut connection = Connection::new(&config, None, &open, true, &mut rng, now);
        assert!(connection.timeout(now).is_ok());
        let outcome = connection.fence(|_| panic!("as str0m might"));
        assert!(outcome.is_err());
        assert!(connection.timeout(now).is_err());
        assert!(connection.advance(&mut Pace::halted(), |_| ()).is_err());
    }
}
