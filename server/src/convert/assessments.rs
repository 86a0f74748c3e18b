//! Assessments, criteria by judgement and wordings of the annual risk analysis.

use llpr_domain::access::Role;
use llpr_domain::risk::assessment::{CriterionState, Direction, RiskState, Urgency};
use llpr_domain::urn::Urn;
use llpr_proto::{names, v1};
use llpr_store::risk::{Assessment, Judgement, Version, Wording};

use super::timestamp;

fn letters(letters: &[char]) -> Vec<String> {
    letters.iter().map(char::to_string).collect()
}

pub(crate) fn risk_assessment(assessment: Assessment) -> v1::RiskAssessment {
    let Assessment {
        name,
        school,
        latest,
        confirmed,
        undecided,
        versions,
        judgements,
        etag,
    } = assessment;
    let state = latest
        .as_ref()
        .map_or(v1::RiskState::Unreviewed, |latest| risk_state(latest.state));
    // Only who sees the criteria in evidence can be told that they are others.
    let outdated = !etag.is_empty()
        && latest
            .as_ref()
            .is_some_and(|latest| latest.letters != confirmed);
    v1::RiskAssessment {
        name: names::risk_assessment(name.urn, name.year.slug()),
        school: names::school(name.urn),
        school_display_name: school,
        state: state.into(),
        latest: latest.map(version),
        confirmed_criteria: letters(&confirmed),
        undecided_criteria: letters(&undecided),
        outdated,
        versions: versions.into_iter().map(version).collect(),
        criteria: judgements.into_iter().map(risk_criterion).collect(),
        etag,
    }
}

fn version(version: Version) -> v1::RiskAssessmentVersion {
    let Version {
        number,
        state,
        urgency,
        reason,
        direction,
        letters: criteria,
        effective,
        in_bulk,
        by,
        at,
        shared_at,
    } = version;
    v1::RiskAssessmentVersion {
        number,
        state: risk_state(state).into(),
        urgency: urgency
            .map_or(v1::RiskUrgency::Unspecified, to_urgency)
            .into(),
        reason,
        criteria: letters(&criteria),
        effective_date: effective.to_string(),
        in_bulk,
        assessor: names::user(by.user),
        assessor_display_name: by.display_name,
        assess_time: Some(timestamp(at)),
        share_time: shared_at.map(timestamp),
        direction: direction
            .map_or(v1::RiskDirection::Unspecified, to_direction)
            .into(),
    }
}

pub(crate) fn risk_criterion(judgement: Judgement) -> v1::RiskCriterion {
    let Judgement {
        id,
        urn,
        year,
        letter,
        state,
        note,
        by,
        role,
        at,
        answer,
        decided_by,
        decided_at,
        version,
    } = judgement;
    let state = match state {
        CriterionState::Proposed => v1::RiskCriterionState::Proposed,
        CriterionState::Confirmed => v1::RiskCriterionState::Confirmed,
        CriterionState::Dismissed => v1::RiskCriterionState::Dismissed,
    };
    let (decider, decider_display_name) = decided_by
        .map(|by| (names::user(by.user), by.display_name))
        .unwrap_or_default();
    v1::RiskCriterion {
        name: names::risk_criterion(urn, id),
        programme_year: names::programme_year(year.slug()),
        criterion: letter.to_string(),
        state: state.into(),
        note,
        author: names::user(by.user),
        author_display_name: by.display_name,
        proposed_by_partner: role == Some(Role::Llp),
        create_time: Some(timestamp(at)),
        answer,
        decider,
        decider_display_name,
        decide_time: decided_at.map(timestamp),
        etag: version.to_string(),
    }
}

pub(crate) fn risk_wording(urn: Urn, wording: Wording) -> v1::RiskWording {
    let Wording {
        id,
        year,
        text,
        told_to,
        told_on,
        by,
        at,
    } = wording;
    v1::RiskWording {
        name: names::risk_wording(urn, id),
        programme_year: names::programme_year(year.slug()),
        wording: text,
        told_to,
        told_date: told_on.to_string(),
        teller_display_name: by.display_name,
        release_time: Some(timestamp(at)),
    }
}

fn risk_state(state: RiskState) -> v1::RiskState {
    match state {
        RiskState::NoConcern => v1::RiskState::NoConcern,
        RiskState::AtRisk => v1::RiskState::AtRisk,
    }
}

pub(super) fn to_urgency(urgency: Urgency) -> v1::RiskUrgency {
    match urgency {
        Urgency::ArrestDecline => v1::RiskUrgency::ArrestDecline,
        Urgency::Pupils => v1::RiskUrgency::Pupils,
        Urgency::AdverseInspection => v1::RiskUrgency::AdverseInspection,
    }
}

fn to_direction(direction: Direction) -> v1::RiskDirection {
    match direction {
        Direction::Improving => v1::RiskDirection::Improving,
        Direction::Steady => v1::RiskDirection::Steady,
        Direction::Declining => v1::RiskDirection::Declining,
    }
}

/// `None` where none is given.
pub(crate) fn read_direction(direction: v1::RiskDirection) -> Option<Direction> {
    match direction {
        v1::RiskDirection::Unspecified => None,
        v1::RiskDirection::Improving => Some(Direction::Improving),
        v1::RiskDirection::Steady => Some(Direction::Steady),
        v1::RiskDirection::Declining => Some(Direction::Declining),
    }
}

/// `None` where none is given that can be asked for.
pub(crate) fn read_risk_state(state: v1::RiskState) -> Option<RiskState> {
    match state {
        v1::RiskState::Unspecified | v1::RiskState::Unreviewed => None,
        v1::RiskState::NoConcern => Some(RiskState::NoConcern),
        v1::RiskState::AtRisk => Some(RiskState::AtRisk),
    }
}

/// `None` where none is given.
pub(crate) fn read_urgency(urgency: v1::RiskUrgency) -> Option<Urgency> {
    match urgency {
        v1::RiskUrgency::Unspecified => None,
        v1::RiskUrgency::ArrestDecline => Some(Urgency::ArrestDecline),
        v1::RiskUrgency::Pupils => Some(Urgency::Pupils),
        v1::RiskUrgency::AdverseInspection => Some(Urgency::AdverseInspection),
    }
}

/// `None` where none is given.
pub(crate) fn read_criterion_state(state: v1::RiskCriterionState) -> Option<CriterionState> {
    match state {
        v1::RiskCriterionState::Unspecified => None,
        v1::RiskCriterionState::Proposed => Some(CriterionState::Proposed),
        v1::RiskCriterionState::Confirmed => Some(CriterionState::Confirmed),
        v1::RiskCriterionState::Dismissed => Some(CriterionState::Dismissed),
    }
}
