#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| llpr_fuzz::names::read(text));
