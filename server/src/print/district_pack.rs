//! The words of a district's pack.

use std::collections::BTreeSet;

use llpr_domain::past_visit::PastVisit;
use llpr_domain::risk::decision::Decision;
use llpr_domain::risk::district_review::PointKind;
use llpr_domain::risk::words;
use llpr_paper::{ActionLine, DistrictPack, Point, Printing, SchoolPage, SuggestionLine};
use llpr_store::contexts::SchoolContext;
use llpr_store::follow_up::Action;
use llpr_store::risk::{
    About, Assessment, PackSchool, Review, ReviewFigures, ReviewPoint, ReviewState, State,
    Suggested,
};

use super::figures;

/// The pack of a district.
pub(crate) fn district_pack(
    printing: Printing,
    review: Review,
    together: &ReviewFigures,
    schools: Vec<PackSchool>,
) -> DistrictPack {
    let state = state(&review, schools.len());
    let points = review
        .latest
        .map(|version| version.points)
        .unwrap_or_default();
    let (strengths, priorities): (Vec<_>, Vec<_>) = points
        .into_iter()
        .partition(|point| point.kind == PointKind::Strength);
    let (figures, sources) = figures::of_district(together);
    DistrictPack {
        printing,
        district: review.district_name,
        year: review.year.to_string(),
        state,
        strengths: strengths.into_iter().map(point).collect(),
        priorities: priorities.into_iter().map(point).collect(),
        figures,
        sources,
        schools: schools.into_iter().map(school).collect(),
    }
}

fn state(review: &Review, schools: usize) -> String {
    let number = review.latest.as_ref().map_or(0, |version| version.number);
    let written = match review.state {
        ReviewState::NotBegun => "The district's review is not begun.".to_owned(),
        ReviewState::Draft => {
            format!(
                "Version {number} of the district's review, not shared with the county manager."
            )
        }
        ReviewState::Shared => {
            format!("Version {number} of the district's review, shared with the county manager.")
        }
        ReviewState::Acknowledged => format!(
            "Version {number} of the district's review, which the county manager has acknowledged."
        ),
    };
    format!("{written} Schools that are open: {schools}.")
}

fn point(point: ReviewPoint) -> Point {
    Point {
        about: point.title,
        text: point.text,
    }
}

fn school(school: PackSchool) -> SchoolPage {
    let PackSchool {
        about,
        assessment,
        suggestions,
        inspections,
        context,
        actions,
        past_visits,
    } = school;
    let (figures, sources) = figures::of_school(&suggestions.results);
    let mut seen = BTreeSet::new();
    SchoolPage {
        name: suggestions.name,
        urn: suggestions.urn.to_string(),
        about: register(&about),
        standing: standing(&assessment),
        context: settled(&context),
        suggestions: suggestions.suggestions.iter().map(suggestion).collect(),
        facts: suggestions
            .facts
            .into_iter()
            .map(|(_, words)| words)
            // One fact may stand beside several criteria.
            .filter(|words| seen.insert(words.clone()))
            .collect(),
        figures,
        inspections: inspections
            .iter()
            .map(|one| words::inspection(one.start, &words::found(one)))
            .collect(),
        last_year: past_visits.first().map(past_visit).unwrap_or_default(),
        actions: actions.iter().map(action).collect(),
        sources,
    }
}

fn register(about: &About) -> String {
    let mut parts = vec![about.type_name.clone()];
    if let (Some(low), Some(high)) = (about.low_age, about.high_age) {
        parts.push(format!("ages {low} to {high}"));
    }
    parts.push(match about.pupils {
        Some(pupils) => format!("{pupils} pupils on roll"),
        None => "the roll is not known".to_owned(),
    });
    parts.extend(about.trust.clone());
    format!("{}.", parts.join(", "))
}

fn standing(assessment: &Assessment) -> String {
    let listed = |letters: &[char]| {
        let letters: Vec<_> = letters.iter().map(char::to_string).collect();
        letters.join(", ")
    };
    let latest = match &assessment.latest {
        None => "Unreviewed.".to_owned(),
        Some(version) => {
            let urgency = version
                .urgency
                .map(|urgency| format!(" {}.", urgency.label()));
            format!(
                "{} from {}.{}",
                version.state.label(),
                words::day(version.effective),
                urgency.unwrap_or_default()
            )
        }
    };
    let mut told = vec![latest];
    if !assessment.confirmed.is_empty() {
        told.push(format!(
            "Criteria in evidence: {}.",
            listed(&assessment.confirmed)
        ));
    }
    if !assessment.undecided.is_empty() {
        told.push(format!("To be decided: {}.", listed(&assessment.undecided)));
    }
    told.join(" ")
}

fn suggestion(one: &Suggested) -> SuggestionLine {
    let told = |part: fn(&llpr_store::risk::Exhibit) -> Option<&str>| {
        let parts: Vec<_> = one.exhibits.iter().filter_map(part).collect();
        parts.join(" ")
    };
    let words = if one.exhibits.is_empty() {
        "Data no longer suggests it.".to_owned()
    } else {
        told(|exhibit| Some(&exhibit.words))
    };
    SuggestionLine {
        criterion: format!("{}: {}", one.name.letter, one.title),
        words,
        intake: told(|exhibit| exhibit.intake.as_ref().map(|intake| intake.words.as_str())),
        decision: decision(one),
    }
}

fn decision(one: &Suggested) -> String {
    let State::Decided(decision) = one.state else {
        return "Not decided.".to_owned();
    };
    let last = one.decisions.first();
    let reason = last.and_then(|last| last.reason);
    match decision {
        Decision::Confirmed => "Confirmed.".to_owned(),
        Decision::Dismissed => format!(
            "Dismissed{}.",
            reason.map_or(String::new(), |reason| format!(": {}", reason.label()))
        ),
    }
}

fn settled(context: &SchoolContext) -> String {
    let visits = |count: u32| match count {
        1 => "one visit".to_owned(),
        count => format!("{count} visits"),
    };
    match (&context.latest, &context.proposal) {
        (Some(latest), _) => format!(
            "{}, {}. {}",
            latest.context.label(),
            visits(context.visits),
            latest.reason
        ),
        (None, Some((proposal, count))) => format!(
            "not settled. Proposed: {}, {}. {}",
            proposal.context.label(),
            visits(*count),
            proposal.words()
        ),
        (None, None) => "not settled.".to_owned(),
    }
}

fn action(action: &Action) -> ActionLine {
    let overdue = if action.is_overdue { ", overdue" } else { "" };
    ActionLine {
        what: format!("{}: {}", action.kind.label(), action.title),
        owner: action.owner.display_name.clone(),
        due: format!("{}{overdue}", words::day(action.due)),
    }
}

fn past_visit(visit: &PastVisit) -> Vec<String> {
    let priority = match visit.priority {
        Some(true) => "The school became a priority for support.",
        Some(false) => "The school did not become a priority for support.",
        None => "Whether the school became a priority for support is not known.",
    };
    let mut lines = vec![format!(
        "Visited on {}. {priority}",
        words::day(visit.visited)
    )];
    lines.extend(
        visit
            .actions
            .iter()
            .map(|action| format!("Agreed: {action}")),
    );
    lines
}
