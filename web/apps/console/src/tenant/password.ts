/** What the server asks of a password (crates/tenancy/src/password.rs). */
export const MIN_PASSWORD = 8;
