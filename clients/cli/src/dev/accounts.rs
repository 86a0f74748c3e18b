//! The accounts of an invented county, with the passwords that were made up for them.

use std::path::Path;

use llpr_county::Person;
use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::folder::write_private;
use crate::exit::Failure;
use crate::output::{Column, Record};

/// Characters of a password, each a letter or a digit.
const PASSWORD_LENGTH: usize = 20;

/// Somebody who can sign in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Account {
    /// The person's first role, such as `SIM`.
    pub(super) role: String,
    pub(super) email: String,
    pub(super) password: String,
    pub(super) name: String,
}

impl Record for Account {
    const TABLE: &'static [Column<Self>] = &[
        Column {
            heading: "Role",
            cell: |account| account.role.to_lowercase().replace('_', "-"),
        },
        Column {
            heading: "Name",
            cell: |account| account.name.clone(),
        },
        Column {
            heading: "E-mail",
            cell: |account| account.email.clone(),
        },
        Column {
            heading: "Password",
            cell: |account| account.password.clone(),
        },
    ];

    const ALL: &'static [Column<Self>] = Self::TABLE;

    fn json(&self) -> Result<Value, Failure> {
        serde_json::to_value(self).map_err(|error| Failure::Write(error.into()))
    }
}

/// One account a person, in the order of the people.
pub(super) fn invent(people: &[Person]) -> Vec<Account> {
    people
        .iter()
        .map(|person| Account {
            role: person
                .assignments
                .first()
                .map_or_else(String::new, |first| first.role.to_owned()),
            email: person.email.clone(),
            password: Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH),
            name: person.name.clone(),
        })
        .collect()
}

/// The first account with this role.
pub(super) fn with_role<'a>(accounts: &'a [Account], role: &str) -> Result<&'a Account, Failure> {
    accounts
        .iter()
        .find(|account| account.role == role)
        .ok_or_else(|| Failure::Other(format!("The county has nobody with the role {role}.")))
}

/// Writes the accounts to a file that only its owner can read.
pub(super) fn write(path: &Path, accounts: &[Account]) -> Result<(), Failure> {
    let text = serde_json::to_vec_pretty(accounts).map_err(std::io::Error::from)?;
    write_private(path, &text)
}
