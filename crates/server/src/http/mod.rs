//! HTTP: the listeners and the pages that the server itself answers. What the protocol answers is
//! `signal`'s.

pub(crate) mod assets;
pub(crate) mod dev_token;
pub(crate) mod health;
mod http2;
pub(crate) mod listener;
pub(crate) mod metrics;
pub(crate) mod tls;
