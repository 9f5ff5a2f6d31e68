//! Data packets, opened and stamped.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::data_packet(bytes));
