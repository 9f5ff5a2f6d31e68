//! Frames of clients' WebSockets.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::websocket(bytes));
