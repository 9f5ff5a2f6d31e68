#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| rtp::fuzzing::rtp_codecs(bytes));
