//! The join request of `/rtc/v1`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::join_request(bytes));
