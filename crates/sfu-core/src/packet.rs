//! One media packet as it travels from its publisher to all subscribers: a value, shared by
//! reference count within a shard and copied once for each further shard.

use std::sync::Arc;
use std::time::Instant;

#[derive(Clone, Debug)]
pub struct MediaPacket {
    /// Extended over wraps.
    pub sequence: u64,
    /// In the codec's clock.
    pub timestamp: u32,
    pub marker: bool,
    pub arrival: Instant,
    /// When it was captured by the publisher's clock, laid on ours: what lip-sync is made from.
    pub captured: Instant,
    /// From the publisher's last sender report: his wall clock, since its epoch, and the
    /// timestamp of the same moment.
    pub report: Option<(std::time::Duration, u32)>,
    /// The payload is redundant audio (RFC 2198), not plain Opus.
    pub redundant: bool,
    pub payload: Arc<[u8]>,
    pub extensions: PacketExtensions,
}

/// The header extensions that a subscriber gets too.
#[derive(Clone, Debug, Default)]
pub struct PacketExtensions {
    /// Level in -dBov (0 loudest, 127 silence), and whether it is a voice (RFC 6464).
    pub audio_level: Option<(u8, bool)>,
    /// Quarter turns, `urn:3gpp:video-orientation`.
    pub video_orientation: Option<u8>,
    /// Least and greatest delay in units of 10 ms.
    pub playout_delay: Option<(u16, u16)>,
    /// The dependency descriptor as it was on the wire.
    pub dependency: Option<Arc<[u8]>>,
}
