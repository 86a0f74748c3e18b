//! What Ofsted said of a school, each inspection in the terms of its own time.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::{Error, v1};

use super::standing::Standing;
use super::switch::Switcher;
use super::views::View;
use super::{Heading, school, school_name};
use crate::browser::SignedIn;
use crate::failure::Failure;
use crate::pages::tabs::Tabs;
use crate::pages::{FOOTER, Layout, render};
use crate::words::{circumstances, date};

#[derive(Template)]
#[template(path = "inspections.html")]
struct Page {
    layout: Layout,
    switcher: Option<Switcher>,
    school: Heading,
    tabs: Tabs,
    standing: Standing,
    inspections: Vec<Inspection>,
}

struct Inspection {
    title: String,
    /// Whose it was where it was not this school's.
    predecessor: Option<Predecessor>,
    /// What was said beside the judgements, as keys and values.
    facts: Vec<(&'static str, String)>,
    /// What the era calls a judgement and its outcome.
    columns: (&'static str, &'static str),
    judgements: Vec<v1::InspectionJudgement>,
}

struct Predecessor {
    /// Empty where the file doesn't say.
    name: String,
    /// Empty where the file doesn't say.
    urn: String,
    /// Whether the register has it, so that it has a page.
    in_register: bool,
}

/// Asks for a school's inspections.
pub(super) async fn read(
    signed_in: &SignedIn,
    school: &str,
) -> Result<v1::ListSchoolInspectionsResponse, Error> {
    let request = v1::ListSchoolInspectionsRequest {
        parent: school.to_owned(),
    };
    read!(signed_in, schools().list_school_inspections(request)).await
}

/// Shows them.
pub(crate) async fn show(
    signed_in: SignedIn,
    Path(urn): Path<String>,
) -> Result<Response, Failure> {
    let name = school_name(&urn)?;
    let (school, answer, links) = tokio::join!(
        school(&signed_in, &name),
        read(&signed_in, &name),
        read!(
            signed_in,
            schools().list_school_links(v1::ListSchoolLinksRequest {
                parent: name.clone()
            })
        ),
    );
    let (school, answer, links) = (school?, answer?, links?.links);
    let page = Page {
        layout: Layout::new(&signed_in.browser)
            .below("/schools", "Schools")
            .below(format!("/schools/{urn}"), &*school.display_name),
        switcher: Switcher::of(&signed_in.caller, &urn),
        school: Heading::of(&school),
        tabs: View::Inspections.tabs(&signed_in.caller, &school),
        standing: Standing::of(&answer),
        inspections: answer
            .inspections
            .into_iter()
            .map(|inspection| Inspection::of(inspection, &links))
            .collect(),
    };
    Ok(render(StatusCode::OK, &page))
}

impl Inspection {
    fn of(inspection: v1::Inspection, links: &[v1::SchoolLink]) -> Self {
        let era = inspection.era();
        let predecessor = inspection.of_predecessor.then(|| Predecessor {
            in_register: links.iter().any(|link| {
                link.linked_school == inspection.predecessor
                    && !link.linked_school_display_name.is_empty()
            }),
            urn: inspection
                .predecessor
                .strip_prefix("schools/")
                .unwrap_or_default()
                .to_owned(),
            name: inspection.predecessor_display_name,
        });
        let kind = if inspection.graded {
            "Graded inspection"
        } else {
            "Ungraded inspection"
        };
        let facts = [
            // An ungraded one speaks in words of its own.
            (
                "In the terms of its time",
                if inspection.graded {
                    circumstances::era(era).into()
                } else {
                    String::new()
                },
            ),
            ("Overall grade", inspection.overall_grade),
            ("Outcome", inspection.ungraded_outcome),
            ("Safeguarding", inspection.safeguarding),
            ("Category of concern", inspection.category_of_concern),
            ("Kind of inspection", inspection.r#type),
            ("Report published", date(&inspection.publication_date)),
        ];
        Self {
            title: format!("{}: {}", date(&inspection.start_date), kind),
            predecessor,
            facts: facts
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .collect(),
            columns: circumstances::judgement(era),
            judgements: inspection.judgements,
        }
    }
}

#[cfg(test)]
impl crate::pages::Sample for Page {
    fn samples() -> Vec<Self> {
        let page = |standing, inspections| Self {
            layout: Layout::sample(),
            switcher: None,
            school: Heading::sample(),
            tabs: View::Inspections.sample(),
            standing,
            inspections,
        };
        let links = [v1::SchoolLink {
            linked_school: "schools/900002".into(),
            linked_school_display_name: "Oak <Infant> School".into(),
            ..Default::default()
        }];
        let judgement = v1::InspectionJudgement {
            area: "Inclusion <b>Byron</b>".into(),
            outcome: "Expected standard".into(),
        };
        let graded = |era: v1::InspectionEra, predecessor: &str| v1::Inspection {
            era: era.into(),
            graded: true,
            start_date: "2024-03-05".into(),
            overall_grade: "Good <b>Byron</b>".into(),
            safeguarding: "Effective".into(),
            judgements: vec![judgement.clone()],
            of_predecessor: era == v1::InspectionEra::OverallGrade,
            predecessor: predecessor.into(),
            predecessor_display_name: "Oak <Infant> School".into(),
            ..Default::default()
        };
        let ungraded = v1::Inspection {
            ungraded_outcome: "Standards maintained".into(),
            of_predecessor: true,
            ..Default::default()
        };
        let all = [
            ungraded,
            graded(v1::InspectionEra::ReportCard, ""),
            graded(v1::InspectionEra::KeyJudgements, ""),
            graded(v1::InspectionEra::OverallGrade, "schools/900002"),
            graded(v1::InspectionEra::OverallGrade, "schools/900003"),
        ];
        vec![
            page(Standing::sample_empty(), Vec::new()),
            page(
                Standing::sample(),
                all.map(|one| Inspection::of(one, &links)).into(),
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Sample;

    #[test]
    fn every_sample_renders() {
        crate::tests::html::check_samples::<Page>();
    }

    #[test]
    fn a_predecessors_inspection_is_named_as_such_and_linked_only_if_there() {
        let page = Page::samples().remove(1).render().unwrap();
        assert!(page.contains("href=\"/schools/900002\""));
        assert!(!page.contains("href=\"/schools/900003\""));
        assert_eq!(page.matches("the school before this one").count(), 4);
    }
}
