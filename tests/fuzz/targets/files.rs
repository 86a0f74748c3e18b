#![no_main]

use libfuzzer_sys::fuzz_target;
use llpr_domain::import::Dataset;

// The first byte says which dataset's reader takes the rest.
fuzz_target!(|data: &[u8]| {
    let Some((first, file)) = data.split_first() else {
        return;
    };
    llpr_fuzz::files::read(Dataset::ALL[usize::from(*first) % Dataset::ALL.len()], file);
});
