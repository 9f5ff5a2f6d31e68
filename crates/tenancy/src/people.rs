//! People of a tenant.

/// Looks after the whole platform.
pub const OPERATOR: &str = "operator";
