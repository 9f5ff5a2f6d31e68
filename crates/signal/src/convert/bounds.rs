//! How long and how many: what a client may put into one message. The frame limit bounds the whole;
//! these bound what one field can make the room hold or search.

use base::TrackSid;

/// An SDP with some hundreds of media sections is about this long; a first offer has 20 kB.
pub(crate) const SDP_BYTES: usize = 1024 * 1024;
pub(crate) const CANDIDATE_BYTES: usize = 4 * 1024;
/// Sids are 16 letters, client ids are UUIDs; some clients put braces and stream ids around them.
pub(crate) const ID_BYTES: usize = 256;
/// Names of tracks, streams, devices: shown to people.
pub(crate) const NAME_BYTES: usize = 1024;
/// Above the room's own limit for metadata, so that it is the room that answers the request.
pub(crate) const METADATA_BYTES: usize = 512 * 1024;
/// Clients write three, and one for each backup codec.
pub(crate) const LAYERS: usize = 16;
pub(crate) const CODECS: usize = 8;
/// The enums they hold have fewer values.
pub(crate) const FEATURES: usize = 32;
/// As many wishes as a room keeps for one receiver.
pub(crate) const SIDS: usize = 4_096;
pub(crate) const ATTRIBUTES: usize = 1_024;
/// Announced together with a join: as many as a participant may have.
pub(crate) const TRACKS: usize = 64;

/// A message that asks for more than any client has reason to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} exceeds the limit of {limit}")]
pub(crate) struct OutOfBounds {
    pub(crate) what: &'static str,
    pub(crate) limit: usize,
}

pub(crate) fn text(what: &'static str, text: String, limit: usize) -> Result<String, OutOfBounds> {
    if text.len() > limit {
        return Err(OutOfBounds { what, limit });
    }
    Ok(text)
}

pub(crate) fn list<T>(
    what: &'static str,
    list: Vec<T>,
    limit: usize,
) -> Result<Vec<T>, OutOfBounds> {
    if list.len() > limit {
        return Err(OutOfBounds { what, limit });
    }
    Ok(list)
}

pub(crate) fn track_sid(sid: String) -> Result<TrackSid, OutOfBounds> {
    text("track sid", sid, ID_BYTES).map(TrackSid::from)
}

pub(crate) fn track_sids(sids: Vec<String>) -> Result<Vec<TrackSid>, OutOfBounds> {
    list("track sids", sids, SIDS)?
        .into_iter()
        .map(track_sid)
        .collect()
}
