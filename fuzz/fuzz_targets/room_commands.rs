//! What people and servers ask of a room.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signal::fuzz::room_commands(bytes));
