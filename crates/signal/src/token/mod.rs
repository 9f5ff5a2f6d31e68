//! Access tokens: who somebody is and what he may do, signed by whoever holds an API secret.
//!
//! A token is a JSON Web Token (RFC 7519) signed with HMAC-SHA-256. The API key that signed it is
//! named in `iss`; the claims are those that LiveKit server SDKs write.

mod claims;
mod error;
mod keys;

pub use claims::{AgentGrant, Claims, SipGrant, StoaClaim, VideoGrant};
pub use error::{Right, TokenError};
pub use keys::{ApiKeys, MAX_TOKEN_BYTES};
