//! Frames of RFC 4571 in a TCP stream.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| net::fuzz::framing(bytes));
