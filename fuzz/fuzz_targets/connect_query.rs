//! The query of a connection request.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::connect_query(bytes));
