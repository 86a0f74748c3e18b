//! The annual risk analysis (paragraphs 10 to 13), for districts and the county; a school's own
//! page is [`super::school::risk`].
//!
//! `suggestions` shows the `list` that a school improvement manager works through, each entry of
//! it a `card`, with the form that `decide` reads. `standings` says where the schools of a district
//! stand; `no_concern` marks many as without concern, and `share` passes on what was decided.
//! `view` names the pages of a district. `overview` leads to all of it, and shows partners and the
//! county manager what was shared.

pub(crate) mod card;
pub(crate) mod decide;
mod list;
pub(crate) mod no_concern;
pub(crate) mod overview;
pub(crate) mod share;
pub(crate) mod standings;
pub(crate) mod suggestions;
mod view;

use llpr_client::v1;
use llpr_client::v1::RiskState;
use tonic::Code;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::home::Task;
use crate::words::count;
use view::ANALYSIS;
pub(crate) use view::{Heading, View, below, district};

/// What a programme year says, which is the same for everybody.
pub(crate) async fn programme(
    signed_in: &SignedIn,
    programme_year: &str,
) -> Result<v1::Programme, Failure> {
    let request = v1::GetProgrammeYearRequest {
        name: programme_year.to_owned(),
    };
    let answer = read!(signed_in, programme().get_programme_year(request)).await?;
    let version = answer.programme_year.and_then(|year| year.version);
    Ok(version
        .and_then(|version| version.programme)
        .unwrap_or_default())
}

/// The criteria of a programme year.
pub(crate) async fn criteria(
    signed_in: &SignedIn,
    programme_year: &str,
) -> Result<Vec<v1::ProgrammeCriterion>, Failure> {
    Ok(programme(signed_in, programme_year).await?.criteria)
}

/// `2024/25` of `programmeYears/2024-2025`.
pub(crate) fn spoken(programme_year: &str) -> String {
    crate::pages::programme::spoken(programme_year.rsplit('/').next().unwrap_or_default())
}

/// The URN of `schools/{urn}`.
pub(crate) fn urn(school: &str) -> &str {
    school.strip_prefix("schools/").unwrap_or(school)
}

/// Where the schools of a district stand in the year that is open.
pub(crate) struct Standings {
    /// `programmeYears/2024-2025`.
    pub(crate) programme_year: String,
    /// In the server's order: by urgency and day, then unreviewed, then the others.
    pub(crate) schools: Vec<v1::RiskAssessment>,
}

impl Standings {
    /// All of them, a page of the server's after the other; none before a programme is approved.
    pub(crate) async fn read(signed_in: &SignedIn, slug: &str) -> Result<Option<Self>, Failure> {
        let mut all = Self {
            programme_year: String::new(),
            schools: Vec::new(),
        };
        let mut page_token = String::new();
        loop {
            let request = v1::ListRiskAssessmentsRequest {
                parent: format!("districts/{slug}"),
                page_size: 200,
                page_token,
                ..Default::default()
            };
            let answer = match read!(signed_in, risk().list_risk_assessments(request)).await {
                Ok(answer) => answer,
                Err(error) if error.code() == Code::NotFound => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            all.programme_year = answer.programme_year;
            all.schools.extend(answer.risk_assessments);
            page_token = answer.next_page_token;
            if page_token.is_empty() {
                return Ok(Some(all));
            }
        }
    }

    pub(crate) fn counts(&self) -> Counts {
        let many = |fits: fn(&v1::RiskAssessment) -> bool| {
            self.schools.iter().filter(|school| fits(school)).count()
        };
        Counts {
            schools: self.schools.len(),
            to_decide: self
                .schools
                .iter()
                .map(|school| school.undecided_criteria.len())
                .sum(),
            unreviewed: many(|school| school.state() == RiskState::Unreviewed),
            at_risk: many(|school| school.state() == RiskState::AtRisk),
            outdated: many(|school| school.outdated),
            unshared: many(is_unshared),
        }
    }
}

/// Whether the assessment that holds waits to be shared.
fn is_unshared(school: &v1::RiskAssessment) -> bool {
    school
        .latest
        .as_ref()
        .is_some_and(|latest| latest.share_time.is_none())
}

/// How far a district's analysis is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) schools: usize,
    /// Suggestions and proposals that nobody has decided about.
    pub(crate) to_decide: usize,
    pub(crate) unreviewed: usize,
    pub(crate) at_risk: usize,
    /// Assessed, and the criteria in evidence are others since.
    pub(crate) outdated: usize,
    pub(crate) unshared: usize,
}

impl Counts {
    /// What a school improvement manager does next, as the home page says it.
    pub(crate) fn tasks(self, slug: &str, district: &str) -> [Task; 3] {
        let told = |number: usize, one: &str, rest: &str| match number {
            0 => "Done".to_owned(),
            number => format!("{}{rest}", count(whole(number), one)),
        };
        [
            Task {
                href: format!("/districts/{slug}/suggestions"),
                title: format!("Decide what figures suggest in {district}"),
                hint: "Confirm each suggestion, or dismiss it with a reason (paragraph 12).".into(),
                status: match self.to_decide {
                    0 => "Done".into(),
                    1 => "1 criterion to decide".into(),
                    many => format!("{many} criteria to decide"),
                },
                open: self.to_decide > 0,
            },
            Task {
                href: format!("/districts/{slug}/risk?show=unassessed"),
                title: format!("Assess every school of {district}"),
                hint: "At risk with its urgency, or reviewed without concern, many at once \
                       (paragraphs 12 and 13)."
                    .into(),
                status: told(self.unreviewed + self.outdated, "school", " to assess"),
                open: self.unreviewed + self.outdated > 0,
            },
            Task {
                href: format!("/districts/{slug}/share"),
                title: format!("Share the results of {district}"),
                hint: "With the county manager, and with each school's own partner (paragraph 12)."
                    .into(),
                status: match (self.unshared, self.schools - self.unreviewed) {
                    (_, 0) => "Nothing assessed yet".into(),
                    (unshared, _) => told(unshared, "school", " not shared"),
                },
                open: self.unshared > 0,
            },
        ]
    }
}

pub(crate) fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
impl Standings {
    /// At risk and shared, outdated, unreviewed with something to decide, and without concern.
    pub(crate) fn sample() -> Self {
        let school = |urn: &str, state: RiskState, latest| v1::RiskAssessment {
            name: format!("schools/{urn}/riskAssessments/2024-2025"),
            school: format!("schools/{urn}"),
            school_display_name: "St Mary's <Infant> School".into(),
            state: state.into(),
            latest,
            ..Default::default()
        };
        let version = |state: RiskState, shared: bool| v1::RiskAssessmentVersion {
            number: 1,
            state: state.into(),
            urgency: v1::RiskUrgency::Pupils.into(),
            criteria: vec!["a".into(), "e".into()],
            effective_date: "2024-10-01".into(),
            assessor_display_name: "Ada <b>Byron</b>".into(),
            share_time: shared.then_some(prost_types::Timestamp {
                seconds: 1_751_324_400,
                nanos: 0,
            }),
            ..Default::default()
        };
        let at_risk = |shared| Some(version(RiskState::AtRisk, shared));
        Self {
            programme_year: "programmeYears/2024-2025".into(),
            schools: vec![
                v1::RiskAssessment {
                    confirmed_criteria: vec!["a".into(), "e".into()],
                    ..school("900001", RiskState::AtRisk, at_risk(true))
                },
                v1::RiskAssessment {
                    confirmed_criteria: vec!["a".into()],
                    outdated: true,
                    ..school("900002", RiskState::AtRisk, at_risk(false))
                },
                v1::RiskAssessment {
                    undecided_criteria: vec!["a".into(), "c".into()],
                    ..school("900003", RiskState::Unreviewed, None)
                },
                school("900004", RiskState::Unreviewed, None),
                school(
                    "900005",
                    RiskState::NoConcern,
                    Some(version(RiskState::NoConcern, false)),
                ),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_to_do_is_counted() {
        let counts = Standings::sample().counts();
        assert_eq!(
            counts,
            Counts {
                schools: 5,
                to_decide: 2,
                unreviewed: 2,
                at_risk: 2,
                outdated: 1,
                unshared: 2,
            }
        );
        let told = counts.tasks("north", "North").map(|task| task.status);
        assert_eq!(
            told,
            [
                "2 criteria to decide",
                "3 schools to assess",
                "2 schools not shared"
            ]
        );
        let one = Counts {
            to_decide: 1,
            schools: 1,
            unreviewed: 1,
            ..Counts::default()
        };
        let told = one
            .tasks("north", "North")
            .map(|task| (task.status, task.open));
        assert_eq!(told[0], ("1 criterion to decide".into(), true));
        assert_eq!(told[2], ("Nothing assessed yet".into(), false));
    }
}
