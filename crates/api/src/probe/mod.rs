//! Bytes down and up, by which a browser measures its network before it joins.

mod down;
mod up;

use crate::Api;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Half a second at 64 Mbit/s: whoever is faster has no need to know how much.
pub(crate) const MAX_BYTES: usize = 4 << 20;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(down::handle))
        .routes(routes!(up::handle))
}
