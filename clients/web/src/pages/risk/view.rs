//! The pages about a district, and what stands above each.

use llpr_client::v1;

use crate::browser::SignedIn;
use crate::caller::Caller;
use crate::failure::Failure;
use crate::pages::Layout;
use crate::pages::tabs::{Tab, Tabs};

/// A page about a district.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    Schools,
    Suggestions,
    Standings,
    NoConcern,
    Share,
    Review,
    Figures,
    Funnel,
    Contexts,
    Contacts,
    Actions,
}

impl View {
    const ALL: [Self; 11] = [
        Self::Schools,
        Self::Suggestions,
        Self::Standings,
        Self::NoConcern,
        Self::Share,
        Self::Review,
        Self::Figures,
        Self::Funnel,
        Self::Contexts,
        Self::Contacts,
        Self::Actions,
    ];

    /// The end of its address, its name, and the method that opens it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Schools => ("", "Schools", "SchoolService/GetDistrict"),
            Self::Suggestions => (
                "/suggestions",
                "Suggestions",
                "RiskService/ConfirmSuggestion",
            ),
            Self::Standings => (
                "/risk",
                "Where schools stand",
                "RiskService/ListRiskAssessments",
            ),
            Self::NoConcern => ("/no-concern", "No concern", "RiskService/ReviewSchools"),
            Self::Share => ("/share", "Share", "RiskService/ShareRiskAssessments"),
            Self::Review => (
                "/review",
                "District review",
                "DistrictReviewService/GetDistrictReview",
            ),
            Self::Figures => (
                "/figures",
                "Figures",
                "DistrictReviewService/GetDistrictReviewFigures",
            ),
            Self::Funnel => (
                "/funnel",
                "Funnel plot",
                "DistrictReviewService/GetDistrictFunnel",
            ),
            Self::Contexts => (
                "/contexts",
                "Contexts",
                "ContextService/ListProgrammeContexts",
            ),
            Self::Contacts => ("/contacts", "Contacts", "FollowUpService/ListContactsDue"),
            Self::Actions => ("/actions", "Actions", "FollowUpService/ListFollowUpActions"),
        }
    }

    /// Those that the person's roles open at this district, where this is the page.
    pub(crate) fn tabs(self, caller: &Caller, slug: &str) -> Tabs {
        let district = format!("districts/{slug}");
        let open = Self::ALL.into_iter().filter(|view| {
            let (_, _, method) = view.words();
            *view == self || caller.can_in(method, &district)
        });
        self.among(open, slug)
    }

    fn among(self, views: impl Iterator<Item = Self>, slug: &str) -> Tabs {
        let entries = views.map(|view| {
            let (end, text, _) = view.words();
            Tab {
                href: format!("/districts/{slug}{end}"),
                text,
                here: view == self,
            }
        });
        Tabs {
            label: "Pages about this district",
            entries: entries.collect(),
        }
    }

    #[cfg(test)]
    pub(crate) fn sample(self) -> Tabs {
        self.among(Self::ALL.into_iter(), "north")
    }
}

/// What stands above each page of a district's analysis.
pub(crate) struct Heading {
    pub(crate) slug: String,
    pub(crate) name: String,
    /// `2024/25`.
    pub(crate) year: String,
}

impl Heading {
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        Self {
            slug: "north".into(),
            name: "North <b>Byron</b>".into(),
            year: "2024/25".into(),
        }
    }
}

/// The method that opens the pages of whoever does the analysis.
pub(super) const ANALYSIS: &str = "RiskService/ListRiskAssessments";

/// The district's name, for whom this method is open there. One that does not exist and one of
/// somebody else's are the same page.
pub(crate) async fn district(
    signed_in: &SignedIn,
    slug: &str,
    method: &str,
) -> Result<String, Failure> {
    let name = format!("districts/{slug}");
    if !signed_in.caller.can_in(method, &name) {
        return Err(Failure::NoSuchPage);
    }
    let request = v1::GetDistrictRequest { name };
    let answer = read!(signed_in, schools().get_district(request)).await;
    let district = answer.map_err(Failure::hidden)?.district;
    Ok(district.unwrap_or_default().display_name)
}

/// Below the district.
pub(crate) fn below(signed_in: &SignedIn, slug: &str, district: &str) -> Layout {
    Layout::new(&signed_in.browser)
        .below("/schools", "Schools")
        .below(format!("/districts/{slug}"), district)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p12_only_who_does_the_analysis_is_led_to_it() {
        use llpr_client::Role;
        let manager = Caller::holding(Role::Sim, "districts/north");
        assert_eq!(View::Schools.tabs(&manager, "north").entries.len(), 11);
        assert_eq!(View::Schools.tabs(&manager, "south").entries.len(), 1);
        let partner = Caller::holding(Role::Llp, "schools/900001");
        assert_eq!(View::Schools.tabs(&partner, "north").entries.len(), 1);
        // Who reads the county's reviews reads no working of the analysis.
        let chief = Caller::holding(Role::CountyManager, "county");
        let tabs = View::Review.tabs(&chief, "north").entries;
        let texts: Vec<&str> = tabs.iter().map(|tab| tab.text).collect();
        assert_eq!(
            texts,
            [
                "Schools",
                "District review",
                "Figures",
                "Funnel plot",
                "Contexts",
                "Actions"
            ]
        );
    }
}
