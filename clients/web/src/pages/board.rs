//! A district's schools on one screen, as its school improvement manager reads them.

use llpr_client::v1;
use llpr_client::v1::{FundingBasis, SchoolStatus};
use serde::Deserialize;

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::contexts::{CONTEXTS, Contexts};
use crate::pages::risk::{Counts, Standings};
use crate::words::{self, Choice, context, risk};

/// Which of the schools are shown. It stands in the address, so that it can be kept and sent; the
/// numbers above the table are always those of all schools.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Filter {
    /// `infant`, `junior` or `primary`.
    #[serde(default)]
    pub(crate) phase: String,
    /// `maintained`, `academy` or `other`.
    #[serde(default)]
    pub(crate) kind: String,
    /// `none`, or how a partner's name is written.
    #[serde(default)]
    pub(crate) partner: String,
}

pub(crate) const PHASE: &str = "phase";
pub(crate) const KIND: &str = "kind";
pub(crate) const PARTNER: &str = "partner";

/// The value of [`Filter::partner`] for schools without one.
const NOBODY: &str = "none";

impl Filter {
    pub(crate) fn is_set(&self) -> bool {
        *self != Self::default()
    }

    fn lets(&self, row: &Row) -> bool {
        let fits = |wanted: &str, word: &str| wanted.is_empty() || wanted == word;
        let partner = match self.partner.as_str() {
            "" => true,
            NOBODY => row.partners.is_empty(),
            name => row.partners.iter().any(|partner| partner == name),
        };
        partner
            && fits(&self.phase, &row.phase.to_lowercase())
            && fits(&self.kind, &row.funding.to_lowercase())
    }
}

/// The filters to choose from: only what some school is.
pub(crate) struct Choices {
    pub(crate) phases: Vec<Choice>,
    pub(crate) kinds: Vec<Choice>,
    pub(crate) partners: Vec<Choice>,
}

impl Choices {
    /// Those of all these districts.
    pub(crate) fn of(boards: &[Board]) -> Self {
        let rows = || boards.iter().flat_map(|board| &board.all);
        let listed = |first: &str, mut texts: Vec<&str>| {
            texts.sort_unstable();
            texts.dedup();
            let others = texts
                .into_iter()
                .map(|text| Choice::new(text.to_lowercase(), text));
            std::iter::once(Choice::new("", first))
                .chain(others)
                .collect()
        };
        let mut partners: Vec<_> = rows().flat_map(|row| &row.partners).collect();
        partners.sort_unstable();
        partners.dedup();
        Self {
            phases: listed("All phases", rows().map(|row| row.phase).collect()),
            kinds: listed("All kinds", rows().map(|row| row.funding).collect()),
            partners: [
                Choice::new("", "Anybody or nobody"),
                Choice::new(NOBODY, "Nobody yet"),
            ]
            .into_iter()
            .chain(
                partners
                    .into_iter()
                    .map(|partner| Choice::new(partner, partner)),
            )
            .collect(),
        }
    }
}

/// All schools of a district, and how they stand together.
pub(crate) struct Board {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) schools: usize,
    pub(crate) academies: usize,
    pub(crate) without_partner: usize,
    /// Whether the person may give roles, and so choose a partner.
    pub(crate) may_give: bool,
    pub(crate) may_see_figures: bool,
    pub(crate) may_see_support: bool,
    /// How far the annual risk analysis is; none for who does not do it here.
    pub(crate) analysis: Option<Counts>,
    /// The programme contexts; none for who may not see them here.
    pub(crate) contexts: Option<Contexts>,
    /// All schools; the filter's choices are made of them.
    all: Vec<Row>,
    /// Those that the filter lets through.
    pub(crate) rows: Vec<Row>,
}

#[derive(Clone)]
pub(crate) struct Row {
    pub(crate) urn: i32,
    pub(crate) name: String,
    pub(crate) status: Option<&'static str>,
    pub(crate) phase: &'static str,
    pub(crate) funding: &'static str,
    pub(crate) pupils: Option<i32>,
    pub(crate) partners: Vec<String>,
    /// Where it stands in the annual risk analysis; none for who does not do it here, and for
    /// schools that are not open.
    pub(crate) risk: Option<Risk>,
    /// Its programme context; none for who may not see it here, and for schools that are not open.
    pub(crate) context: Option<&'static str>,
}

/// Where a school stands.
#[derive(Clone)]
pub(crate) struct Risk {
    pub(crate) state: &'static str,
    /// Letters that wait for a decision.
    pub(crate) waiting: String,
}

impl Row {
    pub(crate) fn partner_names(&self) -> String {
        self.partners.join(", ")
    }
}

impl Board {
    /// Reads a district's schools, about sixty, in one call.
    pub(crate) async fn read(
        signed_in: &SignedIn,
        district: &str,
        name: &str,
        filter: &Filter,
    ) -> Result<Self, Failure> {
        let slug = district.strip_prefix("districts/").unwrap_or_default();
        let caller = &signed_in.caller;
        let analysis = async {
            if caller.can_in("RiskService/ListRiskAssessments", district) {
                Standings::read(signed_in, slug).await
            } else {
                Ok(None)
            }
        };
        let contexts = async {
            if caller.can_in(CONTEXTS, district) {
                Contexts::read(signed_in, slug).await
            } else {
                Ok(None)
            }
        };
        let (answer, analysis, contexts) = tokio::join!(
            read!(
                signed_in,
                schools().list_schools(v1::ListSchoolsRequest {
                    page_size: 500,
                    district: district.to_owned(),
                    ..Default::default()
                })
            ),
            analysis,
            contexts,
        );
        let (schools, analysis, contexts) = (answer?.schools, analysis?, contexts?);
        let academies = schools
            .iter()
            .filter(|school| school.funding_basis() == FundingBasis::Academy);
        let without_partner = schools
            .iter()
            .filter(|school| school.partner_display_names.is_empty());
        let board = Self {
            slug: slug.to_owned(),
            name: name.to_owned(),
            schools: schools.len(),
            academies: academies.count(),
            without_partner: without_partner.count(),
            may_give: caller.can("UserService/CreateRoleAssignment"),
            may_see_figures: caller.can("PerformanceService/ListSchoolFigures"),
            may_see_support: caller.can("SchoolService/ListSchoolSupport"),
            analysis: analysis.as_ref().map(Standings::counts),
            all: schools
                .into_iter()
                .map(|school| {
                    let risk = analysis.as_ref().and_then(|all| Risk::of(all, &school));
                    let context = contexts.as_ref().and_then(|all| of_school(all, &school));
                    Row {
                        risk,
                        context,
                        ..Row::from(school)
                    }
                })
                .collect(),
            contexts,
            rows: Vec::new(),
        };
        Ok(board.filtered(filter))
    }

    fn filtered(self, filter: &Filter) -> Self {
        let rows = self.all.iter().filter(|row| filter.lets(row));
        Self {
            rows: rows.cloned().collect(),
            ..self
        }
    }

    /// Whether some schools are not shown.
    pub(crate) fn is_filtered(&self) -> bool {
        self.rows.len() < self.all.len()
    }

    /// `3 of 34 schools`.
    pub(crate) fn shown(&self) -> String {
        format!(
            "{} of {}",
            self.rows.len(),
            words::count(i64::try_from(self.schools).unwrap_or(i64::MAX), "school")
        )
    }
}

impl Risk {
    fn of(all: &Standings, school: &v1::School) -> Option<Self> {
        let mut standings = all.schools.iter();
        let standing = standings.find(|standing| standing.school == school.name)?;
        Some(Self {
            state: risk::state(standing.state()),
            waiting: standing.undecided_criteria.join(", "),
        })
    }
}

/// The context of a school in a few words.
fn of_school(all: &Contexts, school: &v1::School) -> Option<&'static str> {
    let mut contexts = all.schools.iter();
    let found = contexts.find(|context| context.school == school.name)?;
    Some(context::short(found.kind()))
}

impl From<v1::School> for Row {
    fn from(school: v1::School) -> Self {
        Self {
            urn: school.urn,
            status: (school.status() != SchoolStatus::Open).then(|| words::status(school.status())),
            phase: words::phase(school.phase(), school.age_band()),
            funding: match school.funding_basis() {
                FundingBasis::Maintained => "Maintained",
                FundingBasis::Academy => "Academy",
                FundingBasis::Independent => "Independent",
                FundingBasis::Other | FundingBasis::Unspecified => "Other",
            },
            pupils: school.pupils,
            partners: school.partner_display_names,
            risk: None,
            context: None,
            name: school.display_name,
        }
    }
}

#[cfg(test)]
impl Board {
    pub(crate) fn sample_empty() -> Self {
        Self {
            slug: "north".into(),
            name: "North".into(),
            schools: 0,
            academies: 0,
            without_partner: 0,
            may_give: true,
            may_see_figures: true,
            may_see_support: true,
            analysis: None,
            contexts: None,
            all: Vec::new(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn sample() -> Self {
        let row = |urn, partners: &str, status: SchoolStatus| {
            Row::from(v1::School {
                name: format!("schools/{urn}"),
                urn,
                display_name: "St Mary's <Infant> School".into(),
                status: status.into(),
                pupils: (urn > 900_001).then_some(12),
                partner_display_names: if partners.is_empty() {
                    Vec::new()
                } else {
                    vec![partners.into()]
                },
                ..Default::default()
            })
        };
        let board = Self {
            slug: "south".into(),
            schools: 2,
            without_partner: 1,
            all: vec![
                row(900_001, "", SchoolStatus::Open),
                row(
                    900_002,
                    "Ada <b>Byron</b>",
                    SchoolStatus::OpenProposedToClose,
                ),
            ],
            ..Self::sample_empty()
        };
        board.filtered(&Filter::default())
    }

    /// As whoever does the annual risk analysis sees it.
    pub(crate) fn sample_analysed() -> Self {
        let (standings, contexts) = (Standings::sample(), Contexts::sample());
        let mut board = Self::sample();
        for row in &mut board.all {
            let school = v1::School {
                name: format!("schools/{}", row.urn + 2),
                ..Default::default()
            };
            row.risk = Risk::of(&standings, &school);
            row.context = of_school(&contexts, &school);
        }
        board.contexts = Some(contexts);
        board.analysis = Some(standings.counts());
        board.filtered(&Filter::default())
    }

    /// With a filter that lets some schools through, or none.
    pub(crate) fn sample_filtered(partner: &str) -> Self {
        Self::sample().filtered(&Filter {
            partner: partner.into(),
            ..Filter::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_shows_some_and_counts_all() {
        let none = Board::sample_filtered(NOBODY);
        assert_eq!(none.rows.len(), 1);
        assert_eq!((none.rows[0].urn, none.schools), (900_001, 2));
        assert_eq!(none.shown(), "1 of 2 schools");
        let hers = Board::sample_filtered("Ada <b>Byron</b>");
        assert_eq!(hers.rows[0].urn, 900_002);
        assert!(
            Board::sample_filtered("Nobody of this name")
                .rows
                .is_empty()
        );
        assert!(!Board::sample().is_filtered());
    }

    #[test]
    fn only_what_some_school_is_can_be_chosen() {
        let choices = Choices::of(&[Board::sample()]);
        let values = |choices: &[Choice]| {
            choices
                .iter()
                .map(|choice| choice.value.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(values(&choices.phases), ["", "not given"]);
        assert_eq!(values(&choices.kinds), ["", "other"]);
        assert_eq!(values(&choices.partners), ["", "none", "Ada <b>Byron</b>"]);
    }
}
