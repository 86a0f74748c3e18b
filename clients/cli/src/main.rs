//! `llpr`: the review from the command line. The library does the work.

use std::process::ExitCode;

fn main() -> ExitCode {
    llpr_cli::main()
}
