#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sfu_core::fuzzing::forwarder(bytes));
