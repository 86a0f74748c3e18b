//! Programme contexts.

use llpr_domain::context::{ProgrammeContext, Proposal, REVIEWS};
use llpr_proto::{names, v1};
use llpr_store::contexts::{ContextVersion, SchoolContext};

use super::{timestamp, whole};

pub(crate) fn programme_context(context: SchoolContext) -> v1::ProgrammeContext {
    let SchoolContext {
        name,
        school,
        latest,
        visits,
        proposal,
        versions,
        etag,
    } = context;
    let then = latest.as_ref().and_then(|latest| latest.proposed.as_ref());
    let now = proposal.as_ref().map(|(proposal, _)| proposal.context);
    let outdated = then.zip(now).is_some_and(|(then, now)| then.context != now);
    let kind = latest.as_ref().map(|latest| latest.context);
    v1::ProgrammeContext {
        name: names::programme_context(name.urn, name.year.slug()),
        school: names::school(name.urn),
        school_display_name: school,
        kind: kind
            .map_or(v1::ProgrammeContextKind::Unspecified, to_kind)
            .into(),
        visit_count: whole(visits),
        review_count: if kind.is_some() { whole(REVIEWS) } else { 0 },
        latest: latest.map(version),
        proposal: proposal.map(proposed),
        outdated,
        versions: versions.into_iter().map(version).collect(),
        etag,
    }
}

fn proposed((proposal, visits): (Proposal, u32)) -> v1::ProgrammeContextProposal {
    let Proposal {
        context,
        reasons,
        is_clear,
    } = proposal;
    v1::ProgrammeContextProposal {
        kind: to_kind(context).into(),
        reasons,
        clear: is_clear,
        visit_count: whole(visits),
    }
}

fn version(version: ContextVersion) -> v1::ProgrammeContextVersion {
    let ContextVersion {
        number,
        context,
        reason,
        proposed,
        in_bulk,
        by,
        at,
    } = version;
    let (proposed_kind, proposed_reason) = proposed.map_or_else(
        || (v1::ProgrammeContextKind::Unspecified, String::new()),
        |then| (to_kind(then.context), then.words),
    );
    v1::ProgrammeContextVersion {
        number,
        kind: to_kind(context).into(),
        reason,
        proposed_kind: proposed_kind.into(),
        proposed_reason,
        in_bulk,
        decider: names::user(by.user),
        decider_display_name: by.display_name,
        decide_time: Some(timestamp(at)),
    }
}

fn to_kind(context: ProgrammeContext) -> v1::ProgrammeContextKind {
    match context {
        ProgrammeContext::SignificantSupport => v1::ProgrammeContextKind::SignificantSupport,
        ProgrammeContext::RecentSupport => v1::ProgrammeContextKind::RecentSupport,
        ProgrammeContext::Other => v1::ProgrammeContextKind::Other,
    }
}

/// `None` where none is given.
pub(crate) fn read_context(kind: v1::ProgrammeContextKind) -> Option<ProgrammeContext> {
    match kind {
        v1::ProgrammeContextKind::Unspecified => None,
        v1::ProgrammeContextKind::SignificantSupport => Some(ProgrammeContext::SignificantSupport),
        v1::ProgrammeContextKind::RecentSupport => Some(ProgrammeContext::RecentSupport),
        v1::ProgrammeContextKind::Other => Some(ProgrammeContext::Other),
    }
}
