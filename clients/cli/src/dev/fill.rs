//! Makes the invented county through the public calls: people, roles and files.

use std::io::Cursor;
use std::sync::Arc;

use chrono::NaiveDate;
use futures::TryStreamExt;
use llpr_client::v1::{
    ApplyImportRequest, CreateRoleAssignmentRequest, CreateUserRequest, ImportState, IssueClass,
    ListImportIssuesRequest, Release, RoleAssignment, User,
};
use llpr_client::{Client, MemoryTokens, Role, Session, Upload, items, request_id, upload_import};
use llpr_county::{Assignment, County, CountyFile, Person};

use super::accounts::{Account, with_role};
use crate::context::Context;
use crate::exit::Failure;
use crate::import::LONG;

const COUNTY: &str = "county";

/// Makes people, county roles, data, and then the roles at districts and schools, which must be
/// there first.
pub(super) async fn fill(
    context: &mut Context,
    server: &str,
    accounts: &[Account],
    county: County,
) -> Result<(), Failure> {
    let County { files, people } = county;
    let client = Client::connect(server)?;
    let administrator = with_role(accounts, "ADMINISTRATOR")?;
    let admin = sign_in(&client, administrator).await?;
    context.note(&format!("Creating {} people…", people.len()))?;
    for (person, account) in people.iter().zip(accounts) {
        // Made before the server started, with the role, which nobody gives to themselves.
        if person.email != administrator.email {
            create(&admin, person, &account.password).await?;
        }
    }
    let others = || {
        people
            .iter()
            .filter(|person| person.email != administrator.email)
            .flat_map(|person| person.assignments.iter().map(move |given| (person, given)))
    };
    for (person, given) in others().filter(|(_, given)| given.node == COUNTY) {
        grant(&admin, person, given).await?;
    }
    if !files.is_empty() {
        let officer = sign_in(&client, with_role(accounts, "DATA_OFFICER")?).await?;
        for file in files {
            context.note(&format!("Loading {}…", file.file_name))?;
            load(&officer, file).await?;
        }
    }
    context.note("Giving roles…")?;
    for (person, given) in others().filter(|(_, given)| given.node != COUNTY) {
        grant(&admin, person, given).await?;
    }
    Ok(())
}

async fn sign_in(client: &Client, account: &Account) -> Result<Session, Failure> {
    let tokens = client.sign_in(&account.email, &account.password).await?;
    let store = Arc::new(MemoryTokens::new(tokens));
    Ok(Session::new(client.clone(), store))
}

async fn create(admin: &Session, person: &Person, password: &str) -> Result<(), Failure> {
    let request = CreateUserRequest {
        user: Some(User {
            email: person.email.clone(),
            display_name: person.name.clone(),
            ..User::default()
        }),
        password: password.to_owned(),
        request_id: request_id(),
    };
    admin.users().create_user(request).await?;
    Ok(())
}

async fn grant(admin: &Session, person: &Person, given: &Assignment) -> Result<(), Failure> {
    let role = Role::from_str_name(&format!("ROLE_{}", given.role))
        .ok_or_else(|| Failure::Other(format!("There is no role {}.", given.role)))?;
    let request = CreateRoleAssignmentRequest {
        parent: llpr_proto::names::user(&person.email),
        role_assignment: Some(RoleAssignment {
            role: role.into(),
            node: given.node.clone(),
            from_date: given.from.to_owned(),
            until_date: given.until.map(day_after).unwrap_or_default(),
            ..RoleAssignment::default()
        }),
        request_id: request_id(),
    };
    admin.users().create_role_assignment(request).await?;
    Ok(())
}

/// The county gives the last day of a role, the contract the first day without it.
fn day_after(date: &str) -> String {
    date.parse::<NaiveDate>()
        .ok()
        .and_then(|date| date.succ_opt())
        .map_or_else(|| date.to_owned(), |next| next.to_string())
}

async fn load(officer: &Session, file: CountyFile) -> Result<(), Failure> {
    let CountyFile {
        dataset,
        year,
        release,
        file_name,
        content,
    } = file;
    let release = release
        .and_then(|word| Release::from_str_name(&format!("RELEASE_{}", word.to_ascii_uppercase())));
    let header = Upload {
        dataset: llpr_proto::names::dataset(dataset),
        academic_year: year.unwrap_or_default().to_owned(),
        release: release.unwrap_or_default(),
        file_name,
        accept_missing: false,
        request_id: request_id(),
    };
    let import = upload_import(officer, header, Cursor::new(content), |_| ()).await?;
    if import.state() == ImportState::Rejected {
        return Err(rejected(officer, &import.name, &import.file_name).await);
    }
    let mut request = tonic::Request::new(ApplyImportRequest {
        name: import.name,
        etag: import.etag,
        request_id: request_id(),
        validate_only: false,
    });
    request.set_timeout(LONG);
    officer.imports().apply_import(request).await?;
    Ok(())
}

async fn rejected(officer: &Session, import: &str, file_name: &str) -> Failure {
    let issues = items(|page_token| {
        let mut client = officer.imports();
        let request = ListImportIssuesRequest {
            parent: import.to_owned(),
            page_size: 1,
            page_token,
            class: IssueClass::Fatal.into(),
        };
        async move { client.list_import_issues(request).await }
    });
    futures::pin_mut!(issues);
    let first = issues.try_next().await.ok().flatten().unwrap_or_default();
    Failure::Rejected(format!("{file_name} was rejected: {}", first.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_last_day_becomes_the_first_day_without() {
        assert_eq!(day_after("2025-08-31"), "2025-09-01");
    }

    #[test]
    fn every_role_and_release_of_the_county_is_one_of_the_contract() {
        let county = llpr_county::generate();
        for given in county.people.iter().flat_map(|person| &person.assignments) {
            let name = format!("ROLE_{}", given.role);
            assert!(Role::from_str_name(&name).is_some(), "{name}");
        }
        for release in county.files.iter().filter_map(|file| file.release) {
            let name = format!("RELEASE_{}", release.to_ascii_uppercase());
            assert!(Release::from_str_name(&name).is_some(), "{name}");
        }
    }
}
