//! RTCP of a receiver, which steers what is sent to him.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sfu_core::fuzzing::rtcp(bytes));
