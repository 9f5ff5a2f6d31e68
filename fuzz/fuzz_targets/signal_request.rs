//! Messages of a client over its signalling connection.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::signal_request(bytes));
