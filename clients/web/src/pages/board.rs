//! A district's schools on one screen, as its school improvement manager reads them.

use llpr_client::v1;
use llpr_client::v1::{FundingBasis, SchoolStatus};

use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::words;

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
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) urn: i32,
    pub(crate) name: String,
    pub(crate) status: Option<&'static str>,
    pub(crate) phase: &'static str,
    pub(crate) funding: &'static str,
    pub(crate) pupils: Option<i32>,
    pub(crate) partners: String,
}

impl Board {
    /// Reads a district's schools, about sixty, in one call.
    pub(crate) async fn read(
        signed_in: &SignedIn,
        district: &str,
        name: &str,
    ) -> Result<Self, Failure> {
        let answer = read!(
            signed_in,
            schools().list_schools(v1::ListSchoolsRequest {
                page_size: 500,
                district: district.to_owned(),
                ..Default::default()
            })
        )
        .await?;
        let schools = answer.schools;
        let academies = schools
            .iter()
            .filter(|school| school.funding_basis() == FundingBasis::Academy);
        let without_partner = schools
            .iter()
            .filter(|school| school.partner_display_names.is_empty());
        let caller = &signed_in.caller;
        Ok(Self {
            slug: district
                .strip_prefix("districts/")
                .unwrap_or_default()
                .to_owned(),
            name: name.to_owned(),
            schools: schools.len(),
            academies: academies.count(),
            without_partner: without_partner.count(),
            may_give: caller.can("UserService/CreateRoleAssignment"),
            may_see_figures: caller.can("PerformanceService/ListSchoolFigures"),
            rows: schools.into_iter().map(Row::from).collect(),
        })
    }
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
            partners: school.partner_display_names.join(", "),
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
            rows: Vec::new(),
        }
    }

    pub(crate) fn sample() -> Self {
        let row = |urn, partners: &str, status: SchoolStatus| {
            Row::from(v1::School {
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
        Self {
            slug: "south".into(),
            schools: 2,
            without_partner: 1,
            rows: vec![
                row(900_001, "", SchoolStatus::Open),
                row(900_002, "Ada", SchoolStatus::OpenProposedToClose),
            ],
            ..Self::sample_empty()
        }
    }
}
