//! What an action is told of the world around it.

use crate::Actor;
use base::rng::Rng;

#[derive(Clone, Debug)]
pub struct Context {
    pub actor: Actor,
    pub now_ms: u64,
    /// For ids; secrets come from [`crate::secret`].
    pub rng: Rng,
}
