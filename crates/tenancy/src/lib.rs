//! Tenants, people and their rights.
