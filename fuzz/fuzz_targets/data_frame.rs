//! Frames of data tracks.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::data_frame(bytes));
