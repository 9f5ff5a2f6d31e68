//! Bodies of the server API in both encodings.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::twirp_body(bytes));
