//! The pages about a school.

use llpr_client::v1;

use crate::caller::Caller;
use crate::pages::tabs::{Tab, Tabs};

/// A page about a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Overview,
    Figures,
    Inspections,
    Support,
}

impl View {
    const ALL: [Self; 4] = [
        Self::Overview,
        Self::Figures,
        Self::Inspections,
        Self::Support,
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
        }
    }

    /// Those that the person's roles open at this school, where this is the page.
    pub(super) fn tabs(self, caller: &Caller, school: &v1::School) -> Tabs {
        let open = Self::ALL.into_iter().filter(|view| {
            let (_, _, method) = view.words();
            caller.can_at(method, school)
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
        self.among(Self::ALL.into_iter(), 900_001)
    }
}
