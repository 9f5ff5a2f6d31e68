use crate::answer::Answer;

/// This document
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "read_openapi", tag = "about",
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(crate) async fn handle() -> Answer {
    Answer::ok(&crate::openapi::document())
}
