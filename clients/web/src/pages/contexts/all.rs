//! The contexts of all schools of a district, as the server has them.

use llpr_client::v1;
use llpr_client::v1::ProgrammeContextKind;
use tonic::Code;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::home::Task;
use crate::pages::risk::whole;
use crate::words::{context, count};

/// The contexts of a district's schools in the year that is open.
pub(crate) struct Contexts {
    /// `programmeYears/2024-2025`.
    pub(super) programme_year: String,
    /// By name.
    pub(crate) schools: Vec<v1::ProgrammeContext>,
}

/// Whether somebody has to look at it.
pub(super) fn is_open(school: &v1::ProgrammeContext) -> bool {
    school.latest.is_none() || school.outdated
}

impl Contexts {
    /// All of them, a page of the server's after the other; none before a programme is approved.
    pub(crate) async fn read(signed_in: &SignedIn, slug: &str) -> Result<Option<Self>, Failure> {
        let mut all = Self {
            programme_year: String::new(),
            schools: Vec::new(),
        };
        let mut page_token = String::new();
        loop {
            let request = v1::ListProgrammeContextsRequest {
                parent: format!("districts/{slug}"),
                programme_year: String::new(),
                page_size: 200,
                page_token,
            };
            let answer = match read!(signed_in, contexts().list_programme_contexts(request)).await {
                Ok(answer) => answer,
                Err(error) if error.code() == Code::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            all.programme_year = answer.programme_year;
            all.schools.extend(answer.programme_contexts);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(Some(all));
            }
        }
    }

    /// What a school improvement manager does next, as the home page says it.
    pub(crate) fn task(&self, slug: &str, district: &str) -> Task {
        let open = self.schools.iter().filter(|school| is_open(school)).count();
        Task {
            href: format!("/districts/{slug}/contexts"),
            title: format!("Decide the programme context of each school of {district}"),
            hint:
                "It is proposed from support and inspections, and shapes the visit (paragraph 7)."
                    .into(),
            status: match open {
                0 => "Done".into(),
                open => format!("{} to decide", count(whole(open), "school")),
            },
            open: open > 0,
        }
    }

    /// How many schools of each context.
    pub(super) fn numbers(&self) -> Vec<(usize, &'static str)> {
        std::iter::once(ProgrammeContextKind::Unspecified)
            .chain(crate::words::all::<ProgrammeContextKind>())
            .map(|kind| {
                let schools = self.schools.iter();
                let many = schools.filter(|school| school.kind() == kind).count();
                (many, context::kind(kind))
            })
            .collect()
    }
}

#[cfg(test)]
impl Contexts {
    /// Undecided with a clear proposal and with one to be judged, decided, and outdated.
    pub(crate) fn sample() -> Self {
        use ProgrammeContextKind::{Other, RecentSupport, SignificantSupport};
        let school = |urn: &str, proposed: ProgrammeContextKind, clear| v1::ProgrammeContext {
            name: format!("schools/{urn}/programmeContexts/2024-2025"),
            school: format!("schools/{urn}"),
            school_display_name: "St Mary's <Infant> School".into(),
            proposal: Some(v1::ProgrammeContextProposal {
                kind: proposed.into(),
                reasons: vec!["Support went well <b>Byron</b>.".into(), "It ended.".into()],
                clear,
                visit_count: 2,
            }),
            etag: format!("{urn}-1"),
            ..Default::default()
        };
        let decided = |urn: &str, kind: ProgrammeContextKind, outdated| {
            let version = v1::ProgrammeContextVersion {
                number: 1,
                kind: kind.into(),
                reason: "As we see it <b>Byron</b>".into(),
                proposed_kind: Other.into(),
                proposed_reason: "No support <b>Byron</b>".into(),
                in_bulk: true,
                decider_display_name: "Ada <b>Byron</b>".into(),
                decide_time: Some(prost_types::Timestamp::default()),
                ..Default::default()
            };
            v1::ProgrammeContext {
                kind: kind.into(),
                visit_count: 1,
                review_count: 1,
                versions: vec![version.clone()],
                latest: Some(version),
                outdated,
                ..school(urn, RecentSupport, true)
            }
        };
        Self {
            programme_year: "programmeYears/2024-2025".into(),
            schools: vec![
                school("900001", RecentSupport, true),
                school("900002", Other, false),
                decided("900003", SignificantSupport, false),
                decided("900004", Other, true),
            ],
        }
    }
}
