//! `llpr follow-up`: contacts and actions that follow from the risk analysis.

mod actions;
mod change;
mod contacts;

use clap::Subcommand;

use crate::context::Context;
use crate::exit::Failure;

/// What follows from the risk analysis: contacts and actions (paragraph 13)
#[derive(Subcommand)]
pub(crate) enum Command {
    Contact(contacts::NewContact),
    Contacts(contacts::Contacts),
    Withdraw(contacts::Withdraw),
    Due(contacts::Due),
    Add(actions::Add),
    Actions(actions::Actions),
    Mine(actions::Mine),
    Show(actions::Show),
    Change(change::Change),
    Done(change::Done),
    Drop(change::Drop),
    Share(change::Share),
    Agreed(actions::Agreed),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::Contact(contact) => contact.run(context).await,
            Self::Contacts(contacts) => contacts.run(context).await,
            Self::Withdraw(withdraw) => withdraw.run(context).await,
            Self::Due(due) => due.run(context).await,
            Self::Add(add) => add.run(context).await,
            Self::Actions(actions) => actions.run(context).await,
            Self::Mine(mine) => mine.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Change(change) => change.run(context).await,
            Self::Done(done) => done.run(context).await,
            Self::Drop(drop) => drop.run(context).await,
            Self::Share(share) => share.run(context).await,
            Self::Agreed(agreed) => agreed.run(context).await,
        }
    }
}
