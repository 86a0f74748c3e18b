//! `llpr completions`: what a shell needs to complete commands.

use std::io::Write;

use clap::Args;

use crate::context::Context;
use crate::exit::Failure;

/// Print the completions of a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr completions bash > ~/.local/share/bash-completion/completions/llpr
  llpr completions zsh > ~/.zfunc/_llpr")]
pub(crate) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Completions {
    pub(crate) fn run(self, context: &mut Context) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::command(), "llpr", &mut script);
        Ok(context.io.out.write_all(&script)?)
    }
}
