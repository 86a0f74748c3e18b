//! The pages about a school.

use llpr_client::v1;

use crate::caller::Caller;
use crate::pages::follow_up::ACTIONS;
use crate::pages::tabs::{Tab, Tabs};

/// The method that opens a school's page of the analysis, which has what the school was told.
const ANALYSIS: &str = "RiskService/GetRiskAssessment";

/// A page about a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Overview,
    Figures,
    Inspections,
    Support,
    Risk,
    /// What the school was told, for who sees nothing else of the analysis.
    Told,
    Context,
    Contacts,
    Actions,
    /// What was agreed with the school, for who sees no other action.
    Agreed,
    PastVisits,
}

impl View {
    const ALL: [Self; 11] = [
        Self::Overview,
        Self::Figures,
        Self::Inspections,
        Self::Support,
        Self::Risk,
        Self::Told,
        Self::Context,
        Self::Contacts,
        Self::Actions,
        Self::Agreed,
        Self::PastVisits,
    ];

    /// The end of its address, its name, and the method that opens it.
    fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Overview => ("", "Overview", "SchoolService/GetSchool"),
            Self::Figures => (
                "/figures",
                "Figures",
                "PerformanceService/ListSchoolFigures",
            ),
            Self::Inspections => (
                "/inspections",
                "Inspections",
                "SchoolService/ListSchoolInspections",
            ),
            Self::Support => ("/support", "Support", "SchoolService/ListSchoolSupport"),
            Self::Risk => ("/risk", "Risk analysis", ANALYSIS),
            Self::Told => (
                "/told",
                "Told to the school",
                "RiskService/ListRiskWordings",
            ),
            Self::Context => ("/context", "Context", "ContextService/GetProgrammeContext"),
            Self::Contacts => ("/contacts", "Contacts", "FollowUpService/ListContacts"),
            Self::Actions => ("/actions", "Actions", ACTIONS),
            Self::Agreed => (
                "/agreed",
                "Agreed actions",
                "FollowUpService/ListAgreedActions",
            ),
            Self::PastVisits => (
                "/past-visits",
                "Past visits",
                "SchoolService/ListSchoolPastVisits",
            ),
        }
    }

    /// Those that the person's roles open at this school, where this is the page.
    pub(super) fn tabs(self, caller: &Caller, school: &v1::School) -> Tabs {
        let open = Self::ALL.into_iter().filter(|view| {
            let (_, _, method) = view.words();
            let is_elsewhere = match *view {
                Self::Told => caller.can_at(ANALYSIS, school),
                Self::Agreed => *view != self && caller.can_at(ACTIONS, school),
                Self::Overview
                | Self::Figures
                | Self::Inspections
                | Self::Support
                | Self::Risk
                | Self::Context
                | Self::Contacts
                | Self::Actions
                | Self::PastVisits => false,
            };
            caller.can_at(method, school) && !is_elsewhere
        });
        self.among(open, school.urn)
    }

    fn among(self, views: impl Iterator<Item = Self>, urn: i32) -> Tabs {
        let entries = views.map(|view| {
            let (end, text, _) = view.words();
            Tab {
                href: format!("/schools/{urn}{end}"),
                text,
                here: view == self,
            }
        });
        Tabs {
            label: "Pages about this school",
            entries: entries.collect(),
        }
    }

    #[cfg(test)]
    pub(super) fn sample(self) -> Tabs {
        let is_elsewhere = |view: Self| match view {
            Self::Risk => matches!(self, Self::Told | Self::Agreed),
            Self::Actions | Self::Contacts => self == Self::Agreed,
            Self::Told | Self::Agreed => self != view,
            Self::Overview
            | Self::Figures
            | Self::Inspections
            | Self::Support
            | Self::Context
            | Self::PastVisits => false,
        };
        let views = Self::ALL.into_iter();
        self.among(views.filter(|view| !is_elsewhere(*view)), 900_001)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use llpr_client::Role;

    #[test]
    fn p12_a_headteacher_is_led_to_what_was_told_and_not_to_the_analysis() {
        let school = v1::School {
            name: "schools/900001".into(),
            urn: 900_001,
            ..Default::default()
        };
        let texts = |role: Role| {
            let caller = Caller::holding(role, &school.name);
            let tabs = View::Overview.tabs(&caller, &school);
            tabs.entries
                .into_iter()
                .map(|tab| tab.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            texts(Role::Headteacher)[4..],
            [
                "Told to the school",
                "Context",
                "Agreed actions",
                "Past visits"
            ]
        );
        assert_eq!(
            texts(Role::Llp)[4..],
            [
                "Risk analysis",
                "Context",
                "Contacts",
                "Actions",
                "Past visits"
            ]
        );
        for never in ["Told to the school", "Agreed actions", "Context"] {
            assert!(!texts(Role::Governor).contains(&never), "{never}");
        }
    }
}
