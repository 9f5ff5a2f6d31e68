//! Makes a participant receive tracks, or not. Needs `roomAdmin` of the room.

use crate::convert::bounds;
use crate::twirp::TwirpError;
use crate::twirp::caller::{Caller, identity};
use livekit_protocol as wire;

pub(in crate::twirp) async fn run(
    caller: Caller,
    request: wire::UpdateSubscriptionsRequest,
) -> Result<wire::UpdateSubscriptionsResponse, TwirpError> {
    let room = caller.admin_of(&request.room)?;
    let identity = identity(&request.identity)?;
    let by_participant = request
        .participant_tracks
        .into_iter()
        .flat_map(|tracks| tracks.track_sids);
    let sids = request.track_sids.into_iter().chain(by_participant);
    let tracks = bounds::track_sids(sids.collect())?;
    caller
        .services
        .rooms
        .update_subscriptions(&room, &identity, tracks, request.subscribe)
        .await?;
    Ok(wire::UpdateSubscriptionsResponse {})
}
