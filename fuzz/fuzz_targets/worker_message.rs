//! Messages of agent workers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::worker_message(bytes));
