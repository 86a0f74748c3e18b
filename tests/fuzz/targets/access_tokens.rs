#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|forged: llpr_fuzz::access_tokens::Forged| forged.present());
