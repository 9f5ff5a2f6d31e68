//! STUN messages, and telling packets apart.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| net::fuzz::stun(bytes));
