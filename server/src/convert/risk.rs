//! Suggestions of the annual risk analysis.

use llpr_domain::figure::{PupilGroup, Release};
use llpr_domain::risk::decision::{Decision, DismissReason};
use llpr_domain::risk::suggestion::Asked;
use llpr_domain::risk::{Outcome, Severity, Span, words};
use llpr_domain::urn::Urn;
use llpr_proto::{names, v1};
use llpr_store::risk::{
    Change, Decided, Earlier, Exhibit, ExhibitIntake, ExhibitKind, ExhibitYear, SchoolSuggestions,
    State, Suggested,
};

use super::performance::to_group;
use super::{release_message, timestamp, whole};

pub(crate) fn school_suggestions(school: SchoolSuggestions) -> v1::SchoolSuggestions {
    let SchoolSuggestions {
        urn,
        name,
        suggestions,
        asked,
        results: _,
        facts,
        earlier,
    } = school;
    v1::SchoolSuggestions {
        school: names::school(urn),
        school_display_name: name,
        suggestions: suggestions.into_iter().map(suggestion).collect(),
        answers: asked.iter().filter_map(answer).collect(),
        facts: facts
            .into_iter()
            .map(|(letter, words)| v1::SuggestionFact {
                criterion: letter.to_string(),
                words,
            })
            .collect(),
        earlier: earlier
            .into_iter()
            .map(|one| earlier_suggestion(urn, one))
            .collect(),
    }
}

fn earlier_suggestion(urn: Urn, earlier: Earlier) -> v1::EarlierSuggestion {
    let Earlier {
        letter,
        title,
        exhibits,
        noted_at,
        ended_at,
        cleared,
    } = earlier;
    v1::EarlierSuggestion {
        criterion: letter.to_string(),
        criterion_title: title,
        evidence: exhibits.into_iter().map(|one| evidence(urn, one)).collect(),
        note_time: Some(timestamp(noted_at)),
        end_time: Some(timestamp(ended_at)),
        cleared,
    }
}

pub(crate) fn suggestion(suggested: Suggested) -> v1::Suggestion {
    let Suggested {
        name,
        school,
        title,
        severity,
        state,
        change,
        exhibits,
        decisions,
        etag,
    } = suggested;
    let change = match change {
        Change::None => v1::SuggestionChange::Unspecified,
        Change::Changed => v1::SuggestionChange::Changed,
        Change::Cleared => v1::SuggestionChange::Cleared,
    };
    let state = match state {
        State::Open => v1::SuggestionState::Open,
        State::Decided(decision) => decision_state(decision),
    };
    v1::Suggestion {
        name: names::suggestion(name.urn, name.year.slug(), name.letter),
        criterion: name.letter.to_string(),
        criterion_title: title,
        severity: to_severity(severity).into(),
        state: state.into(),
        change: change.into(),
        evidence: exhibits
            .into_iter()
            .map(|one| evidence(name.urn, one))
            .collect(),
        decisions: decisions
            .into_iter()
            .map(|one| decision(name.urn, one))
            .collect(),
        etag,
        school_display_name: school,
    }
}

fn decision_state(decision: Decision) -> v1::SuggestionState {
    match decision {
        Decision::Confirmed => v1::SuggestionState::Confirmed,
        Decision::Dismissed => v1::SuggestionState::Dismissed,
    }
}

fn to_severity(severity: Option<Severity>) -> v1::SuggestionSeverity {
    match severity {
        None => v1::SuggestionSeverity::Unspecified,
        Some(Severity::Below) => v1::SuggestionSeverity::Below,
        Some(Severity::WellBelow) => v1::SuggestionSeverity::WellBelow,
    }
}

fn decision(urn: Urn, decided: Decided) -> v1::SuggestionDecision {
    let Decided {
        number,
        decision,
        reason,
        note,
        exhibits,
        by,
        at,
    } = decided;
    v1::SuggestionDecision {
        number,
        state: decision_state(decision).into(),
        reason: reason
            .map_or(v1::DismissReason::Unspecified, to_dismiss_reason)
            .into(),
        note,
        evidence: exhibits.into_iter().map(|one| evidence(urn, one)).collect(),
        decider: names::user(by.user),
        decider_display_name: by.display_name,
        decide_time: Some(timestamp(at)),
    }
}

fn evidence(urn: Urn, exhibit: Exhibit) -> v1::Evidence {
    let Exhibit {
        kind,
        measure,
        group,
        years,
        met,
        of,
        expected,
        probability,
        clears_with,
        far,
        absence,
        inspection,
        words,
        intake,
    } = exhibit;
    let kind = match kind {
        ExhibitKind::CurrentYear => v1::EvidenceKind::CurrentYear,
        ExhibitKind::OverTime => v1::EvidenceKind::OverTime,
        ExhibitKind::Absence => v1::EvidenceKind::Absence,
        ExhibitKind::Cases => v1::EvidenceKind::Cases,
        ExhibitKind::Inspection => v1::EvidenceKind::Inspection,
        ExhibitKind::Support => v1::EvidenceKind::Support,
    };
    let severity = far.map(|far| {
        if far {
            Severity::WellBelow
        } else {
            Severity::Below
        }
    });
    let named = |text: String, name: fn(String) -> String| match text.as_str() {
        "" => String::new(),
        _ => name(text),
    };
    v1::Evidence {
        kind: kind.into(),
        measure: named(measure, names::measure),
        group: PupilGroup::parse(&group)
            .map_or(v1::PupilGroup::Unspecified, to_group)
            .into(),
        years: years.into_iter().map(evidence_year).collect(),
        met: whole(met),
        of: whole(of),
        expected,
        probability,
        clears_with: clears_with.map(whole),
        severity: to_severity(severity).into(),
        absence,
        inspection: match inspection.as_str() {
            "" => String::new(),
            number => names::inspection(urn, number),
        },
        words,
        intake: intake.map(|intake| {
            let ExhibitIntake {
                expected,
                raised_too,
                words,
            } = intake;
            v1::EvidenceIntake {
                expected,
                raised_too,
                words,
            }
        }),
    }
}

fn evidence_year(year: ExhibitYear) -> v1::EvidenceYear {
    let ExhibitYear {
        year,
        release,
        met,
        of,
        england,
        england_release,
        authority,
        earlier,
    } = year;
    v1::EvidenceYear {
        academic_year: year,
        release: release_message(Release::parse(&release)).into(),
        met: whole(met),
        of: whole(of),
        england,
        england_release: release_message(Release::parse(&england_release)).into(),
        authority,
        predecessor: earlier.map_or(String::new(), names::school),
    }
}

fn answer(asked: &Asked) -> Option<v1::SuggestionAnswer> {
    let kind = match asked.span {
        Span::CurrentYear => v1::EvidenceKind::CurrentYear,
        Span::OverTime => v1::EvidenceKind::OverTime,
    };
    let words = words::outcome(&asked.outcome)?;
    Some(v1::SuggestionAnswer {
        measure: names::measure(asked.topic.measure().as_str()),
        group: to_group(asked.group).into(),
        kind: kind.into(),
        too_few: asked.outcome == Outcome::TooFew,
        words: words.to_owned(),
    })
}

fn to_dismiss_reason(reason: DismissReason) -> v1::DismissReason {
    match reason {
        DismissReason::UnusualCohort => v1::DismissReason::UnusualCohort,
        DismissReason::Improving => v1::DismissReason::Improving,
        DismissReason::InHand => v1::DismissReason::InHand,
        DismissReason::FiguresWrong => v1::DismissReason::FiguresWrong,
        DismissReason::NotComparable => v1::DismissReason::NotComparable,
        DismissReason::Other => v1::DismissReason::Other,
    }
}

/// `None` where no reason is given.
pub(crate) fn dismiss_reason(reason: v1::DismissReason) -> Option<DismissReason> {
    match reason {
        v1::DismissReason::Unspecified => None,
        v1::DismissReason::UnusualCohort => Some(DismissReason::UnusualCohort),
        v1::DismissReason::Improving => Some(DismissReason::Improving),
        v1::DismissReason::InHand => Some(DismissReason::InHand),
        v1::DismissReason::FiguresWrong => Some(DismissReason::FiguresWrong),
        v1::DismissReason::NotComparable => Some(DismissReason::NotComparable),
        v1::DismissReason::Other => Some(DismissReason::Other),
    }
}
