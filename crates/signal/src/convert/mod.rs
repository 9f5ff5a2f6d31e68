//! Wire words to domain words and back. Every function is total: what a client sent is bounded or
//! refused with [`OutOfBounds`], unknown enum numbers become the domain's default.

pub(crate) mod bounds;
pub(crate) mod client;
pub(crate) mod data_track;
pub(crate) mod enums;
pub(crate) mod grants;
pub(crate) mod participant;
pub(crate) mod request;
pub(crate) mod request_response;
pub(crate) mod response;
pub(crate) mod room;
pub(crate) mod subscription;
pub(crate) mod track;

pub(crate) use bounds::OutOfBounds;
