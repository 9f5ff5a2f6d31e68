//! The API about itself.

mod docs;
mod document;

use crate::Api;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(document::handle))
        .routes(routes!(docs::handle))
}
