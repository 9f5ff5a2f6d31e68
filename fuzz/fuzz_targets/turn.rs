//! Messages of a client of the TURN relay.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| net::fuzz::turn(bytes));
