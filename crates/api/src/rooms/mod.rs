//! Rooms as they are planned, and entry into them.

mod calendar;
mod cancel;
mod create;
mod end;
mod list;
mod occurrences;
mod read;
mod shape;
mod token;
mod update;

pub(crate) use calendar::calendar_of as calendar_file;
pub(crate) use shape::{AgendaItem, people_in};
pub(crate) use token::{Entry, Holder, entry};

use crate::Api;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn endpoints() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list::handle, create::handle))
        .routes(routes!(read::handle, update::handle, cancel::handle))
        .routes(routes!(calendar::handle))
        .routes(routes!(occurrences::handle))
        .routes(routes!(end::handle))
        .routes(routes!(token::handle))
}
