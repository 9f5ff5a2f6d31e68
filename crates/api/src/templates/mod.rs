//! What a room can be called for, ready made.

mod list;

use crate::Api;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list::handle))
}
