//! The relay's rules, on a clock of the test's own.
