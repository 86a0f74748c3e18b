#![no_main]

use libfuzzer_sys::fuzz_target;
use llpr_domain::import::Dataset;

fuzz_target!(|data: &[u8]| llpr_fuzz::files::read(Dataset::Ks2, data));
