#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|forged: llpr_fuzz::page_tokens::Forged| forged.present());
