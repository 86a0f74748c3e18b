//! The requests of the contract for the model's acts.

use chrono::NaiveDate;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::upload_import_request::Content;
use llpr_proto::v1::{
    CreateProgrammeDraftRequest, CreateRoleAssignmentRequest, CreateServiceAccountRequest,
    CreateUserRequest, ListSchoolFiguresRequest, ListSchoolsRequest, PupilGroup, Release,
    RoleAssignment, SchoolStatus, ServiceAccount, UpdateProgrammeDraftRequest, UpdateUserRequest,
    UploadImportHeader, UploadImportRequest, User,
};
use sha2::{Digest as _, Sha256};

use super::county::{self, PERCENTAGES, PROGRAMMES, YEARS};
use super::people::{named, period};
use super::programme;
use super::step::Act;
use crate::ROLES;
use crate::storm;

/// The request id of a number.
pub(super) fn uuid(number: usize) -> String {
    format!("00000000-0000-7000-8000-{number:012}")
}

fn role(number: usize) -> i32 {
    let name = format!("ROLE_{}", ROLES[number]);
    Role::from_str_name(&name).expect("a role").into()
}

pub(super) fn create_user(email: &str, request: usize) -> CreateUserRequest {
    let user = User {
        email: email.to_owned(),
        display_name: named(request),
        ..User::default()
    };
    CreateUserRequest {
        user: Some(user),
        password: crate::PASSWORD.to_owned(),
        request_id: uuid(request),
    }
}

/// The change of a user that an act makes.
pub(super) fn update_user(
    act: &Act,
    (name, etag): (String, String),
    request: usize,
) -> UpdateUserRequest {
    let user = User {
        name,
        etag,
        ..User::default()
    };
    let (user, path) = match act {
        Act::Readdress { email, .. } => (
            User {
                email: county::address(*email).to_owned(),
                ..user
            },
            "email",
        ),
        Act::Disable { disabled, .. } => (
            User {
                disabled: *disabled,
                ..user
            },
            "disabled",
        ),
        _ => (
            User {
                display_name: named(request),
                ..user
            },
            "display_name",
        ),
    };
    UpdateUserRequest {
        user: Some(user),
        update_mask: Some(prost_types::FieldMask {
            paths: vec![path.to_owned()],
        }),
        request_id: uuid(request),
    }
}

pub(super) fn give(
    parent: String,
    number: usize,
    node: &str,
    (day, from, days): (NaiveDate, usize, usize),
    request_id: String,
) -> CreateRoleAssignmentRequest {
    let (from, until) = period(day, (from, days));
    CreateRoleAssignmentRequest {
        parent,
        role_assignment: Some(RoleAssignment {
            role: role(number),
            node: node.to_owned(),
            from_date: from.to_string(),
            until_date: until.map_or(String::new(), |day| day.to_string()),
            ..RoleAssignment::default()
        }),
        request_id,
    }
}

/// A moment a month after a day, in seconds since 1970.
pub(super) fn month_after(day: NaiveDate) -> i64 {
    let end = day + chrono::Duration::days(30);
    end.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
}

pub(super) fn create_account(
    number: usize,
    node: &str,
    end: i64,
    request_id: String,
) -> CreateServiceAccountRequest {
    CreateServiceAccountRequest {
        service_account: Some(ServiceAccount {
            display_name: "Nightly import".to_owned(),
            role: role(number),
            node: node.to_owned(),
            expire_time: Some(prost_types::Timestamp {
                seconds: end,
                nanos: 0,
            }),
            ..ServiceAccount::default()
        }),
        request_id,
    }
}

/// A file as a stream: its header, then its bytes.
pub(super) fn upload(act: &Act, day: NaiveDate, request_id: String) -> Vec<UploadImportRequest> {
    let (dataset, year, content) = match act {
        Act::UploadFigures { year, percentage } => (
            "ks2",
            YEARS[*year],
            storm::results(YEARS[*year], PERCENTAGES[*percentage]),
        ),
        Act::UploadMove { school, district } => {
            let urn = county::school(*school).replace("schools/", "");
            let (name, kind) = county::district_words(*district);
            (
                "districts",
                "",
                format!("URN,School,District,From,Until,Kind\n{urn},,{name},{day},,{kind}\n"),
            )
        }
        _ => ("ks2", YEARS[0], "This,is\nno,file\n".to_owned()),
    };
    let release = if year.is_empty() {
        Release::Unspecified
    } else {
        Release::Final
    };
    let header = UploadImportHeader {
        dataset: format!("datasets/{dataset}"),
        academic_year: year.to_owned(),
        release: release.into(),
        file_name: "model.csv".to_owned(),
        size_bytes: i64::try_from(content.len()).expect("a small file"),
        sha256: hex::encode(Sha256::digest(&content)),
        accept_missing: true,
        request_id,
    };
    let parts = [
        Content::Header(header),
        Content::Chunk(content.into_bytes()),
    ];
    parts
        .map(|content| UploadImportRequest {
            content: Some(content),
        })
        .into()
}

pub(super) fn year(number: usize) -> String {
    let begins = PROGRAMMES[number];
    format!("programmeYears/{begins}-{}", begins + 1)
}

pub(super) fn draft(number: usize) -> String {
    format!("{}/draft", year(number))
}

/// The shipped programme of another year under another title.
fn document(number: usize, title: usize) -> String {
    let begins = PROGRAMMES[number];
    let shipped = llpr_domain::programme::SHIPPED;
    let told = shipped.replace("2024/25", &format!("{begins}/{}", begins % 100 + 1));
    let old = told
        .lines()
        .find(|line| line.starts_with("title = "))
        .expect("a title");
    let new = format!("title = \"{}\"", programme::words(title));
    told.replacen(old, &new, 1)
}

pub(super) fn create_draft(
    number: usize,
    title: usize,
    request_id: String,
) -> CreateProgrammeDraftRequest {
    CreateProgrammeDraftRequest {
        parent: year(number),
        document: document(number, title),
        request_id,
        validate_only: false,
    }
}

pub(super) fn update_draft(
    number: usize,
    title: usize,
    etag: String,
    request_id: String,
) -> UpdateProgrammeDraftRequest {
    UpdateProgrammeDraftRequest {
        name: draft(number),
        document: document(number, title),
        etag,
        request_id,
        validate_only: false,
    }
}

/// Schools of every status.
pub(super) fn all_schools() -> ListSchoolsRequest {
    let statuses = [
        SchoolStatus::Open,
        SchoolStatus::OpenProposedToClose,
        SchoolStatus::Closed,
        SchoolStatus::ProposedToOpen,
    ];
    ListSchoolsRequest {
        page_size: 500,
        statuses: statuses.map(Into::into).into(),
        ..ListSchoolsRequest::default()
    }
}

pub(super) fn figures(school: &str, year: usize) -> ListSchoolFiguresRequest {
    ListSchoolFiguresRequest {
        parent: school.to_owned(),
        measures: vec!["measures/ks2-rwm-expected".to_owned()],
        groups: vec![PupilGroup::All.into()],
        academic_year: YEARS[year].to_owned(),
        ..ListSchoolFiguresRequest::default()
    }
}
