#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sfu_core::forward::fuzzing::forwarder(bytes));
