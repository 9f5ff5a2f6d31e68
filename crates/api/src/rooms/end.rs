use crate::Api;
use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::RoomId;
use room_core::Caller as LiveCaller;
use tenancy::rooms;
use tenancy::{Right, audit};

/// End what is going on in a room
///
/// Everybody is sent out. A room that is not scheduled is over with it; a scheduled one takes place
/// again at its next time.
#[utoipa::path(
    post, path = "/v1/rooms/{id}/end", operation_id = "end_room", tag = "rooms",
    params(("id" = String, Path, description = "room_…")),
    responses((status = 204, description = "Nobody is in it any more"))
)]
pub(crate) async fn handle(mut write: Write, Path(id): Path<RoomId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    let context = &mut write.context;
    context.actor.need(Right::RoomsWrite)?;
    let room = rooms::find(&mut tx, context, &id).await?;
    if room.next(context.now_ms).is_none() && room.state == rooms::RoomState::Active {
        rooms::end(&mut tx, context, &id).await?;
    } else {
        let detail = serde_json::json!({});
        let tenant = room.tenant.clone();
        audit::enter(
            &mut tx,
            context,
            &tenant,
            "room.closed",
            id.as_str(),
            detail,
        )
        .await?;
    }
    let answer = write.commit(tx, Answer::no_content()).await?;
    close(&write.api, &id).await;
    Ok(answer)
}

/// Sends everybody out of the live room, if there is one.
pub(super) async fn close(api: &Api, id: &RoomId) {
    let caller = LiveCaller::Server {
        name: String::new(),
    };
    let live = &api.ports().live;
    if live.look(id.as_str()).await.is_some() {
        // It may have ended by itself meanwhile, which is as good.
        live.command(id.as_str(), caller, "room.end", "{}")
            .await
            .ok();
    }
}
