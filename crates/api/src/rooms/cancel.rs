use crate::answer::Answer;
use crate::extract::{Path, Write};
use crate::problem::Problem;
use base::RoomId;
use tenancy::rooms;

/// Cancel a room
///
/// It stays in lists of the past. Who is in it is sent out.
#[utoipa::path(
    delete, path = "/v1/rooms/{id}", operation_id = "cancel_room", tag = "rooms",
    params(("id" = String, Path, description = "room_…")),
    responses((status = 204, description = "It will not take place"))
)]
pub(crate) async fn handle(mut write: Write, Path(id): Path<RoomId>) -> Result<Answer, Problem> {
    let mut tx = write.begin().await?;
    rooms::cancel(&mut tx, &mut write.context, &id).await?;
    let answer = write.commit(tx, Answer::no_content()).await?;
    super::end::close(&write.api, &id).await;
    Ok(answer)
}
