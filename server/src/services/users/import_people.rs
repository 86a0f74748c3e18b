//! Loads a list of people and roles.

use llpr_domain::access::Node;
use llpr_domain::import::{Batch, Class, Dataset, PersonLine, Reader, Request, RoleLine, Row};
use llpr_proto::access::Guarded as _;
use llpr_proto::v1::{ImportPeopleRequest, ImportPeopleResponse, ImportedPerson};
use llpr_store::access::County;
use llpr_store::{Outcome, PeoplePlan, PlannedPerson};

use crate::context::Cx;
use crate::convert;
use crate::enter::Authorised;
use crate::problem::Problem;

pub(in crate::services) async fn handle(
    cx: Cx,
    call: Authorised<ImportPeopleRequest, County>,
) -> Result<ImportPeopleResponse, Problem> {
    let (mut request, access) = call.into_parts();
    let request_id = std::mem::take(&mut request.request_id);
    let intent = cx.intent(ImportPeopleRequest::METHOD.path, &request_id, &request);
    let Batch { rows, mut issues } = read(&request.content);
    if issues
        .iter()
        .any(|issue| issue.code.class() == Class::Fatal)
    {
        return Ok(ImportPeopleResponse {
            people: Vec::new(),
            issues: issues.into_iter().map(convert::file_issue).collect(),
            done: false,
        });
    }
    let lines = rows.into_iter().filter_map(|row| match row {
        Row::Person { line, person } => Some((line, *person)),
        Row::School { .. } | Row::District { .. } | Row::Figures { .. } | Row::Statement { .. } => {
            None
        }
    });
    let lines: Vec<(u64, PersonLine)> = lines.collect();
    let check = || {
        cx.store
            .check_people(&access, cx.clock.micros(), lines.clone())
    };
    let (plan, done) = if request.validate_only {
        (check().await?, false)
    } else {
        match cx
            .store
            .import_people(&access, intent, lines.clone())
            .await?
        {
            Outcome::Done(plan) => {
                let done = plan.issues.is_empty();
                (plan, done)
            }
            // What was done then stands now.
            Outcome::Repeated(_) => (check().await?, true),
        }
    };
    let PeoplePlan {
        people,
        issues: refused,
    } = plan;
    issues.extend(refused);
    Ok(ImportPeopleResponse {
        people: people.into_iter().map(person).collect(),
        issues: issues.into_iter().map(convert::file_issue).collect(),
        done,
    })
}

fn read(content: &[u8]) -> Batch {
    let mut reader = Reader::new(Request {
        dataset: Dataset::People,
        year: None,
        file_name: String::new(),
    });
    let mut batch = Batch::default();
    reader.push(content, &mut batch);
    reader.finish(&mut batch);
    batch
}

fn person(planned: PlannedPerson) -> ImportedPerson {
    let PlannedPerson {
        line,
        person: PersonLine { name, email, role },
        new_account,
        new_role,
    } = planned;
    let given = role.as_ref();
    let date =
        |date: fn(&RoleLine) -> Option<chrono::NaiveDate>| convert::date(given.and_then(date));
    ImportedPerson {
        line: i64::try_from(line).unwrap_or(i64::MAX),
        display_name: name,
        email,
        new_account,
        role: given.map_or(0, |given| given.role.code().into()),
        node: given.map_or(String::new(), |given| Node::to_string(&given.node)),
        from_date: date(|given| given.from),
        until_date: date(|given| given.until),
        new_role,
    }
}
