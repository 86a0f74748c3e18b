//! Districts and schools.

use llpr_domain::district::{DistrictKind, DistrictSlug};
use llpr_domain::school::{AgeBand, FundingBasis, LinkKind, Phase, SchoolRecord, SchoolStatus};
use llpr_proto::{names, v1};
use llpr_store::register::{DistrictView, LinkView, Partner, Proposal, SchoolLinkKind, SchoolView};

use super::{date, whole};

pub(crate) fn district(district: DistrictView) -> v1::District {
    let DistrictView {
        slug,
        name,
        kind,
        schools,
    } = district;
    let kind = match kind {
        DistrictKind::Improvement => v1::DistrictKind::Improvement,
        DistrictKind::Traded => v1::DistrictKind::Traded,
    };
    v1::District {
        name: names::district(slug),
        display_name: name,
        kind: kind.into(),
        school_count: whole(schools),
    }
}

pub(crate) fn proposal(proposal: Proposal) -> v1::DistrictProposal {
    let Proposal {
        urn,
        name,
        district,
    } = proposal;
    v1::DistrictProposal {
        school: names::school(urn),
        school_display_name: name,
        district_slug: DistrictSlug::from_name(&district)
            .map_or(String::new(), |slug| slug.to_string()),
        district_display_name: district,
    }
}

pub(crate) fn school(view: SchoolView) -> v1::School {
    let SchoolView {
        record,
        district,
        partners,
        groups,
    } = view;
    let age_band = match record.age_band() {
        AgeBand::Infant => v1::AgeBand::Infant,
        AgeBand::Junior => v1::AgeBand::Junior,
        AgeBand::Primary => v1::AgeBand::Primary,
        AgeBand::Other => v1::AgeBand::Other,
    };
    let funding_basis = match record.funding_basis() {
        FundingBasis::Maintained => v1::FundingBasis::Maintained,
        FundingBasis::Academy => v1::FundingBasis::Academy,
        FundingBasis::Independent => v1::FundingBasis::Independent,
        FundingBasis::Other => v1::FundingBasis::Other,
    };
    let SchoolRecord {
        urn,
        laestab,
        authority,
        authority_name,
        name,
        type_name,
        phase,
        status,
        open_date,
        close_date,
        low_age,
        high_age,
        pupils,
        capacity,
        religious_character,
        diocese,
        trust,
        federation,
        nursery_provision,
        resourced_provision,
        town,
        postcode,
        website,
        administrative_district,
        urban_rural: _,
    } = record;
    let (district, district_display_name) = district.unwrap_or_default();
    v1::School {
        name: names::school(urn),
        urn: whole(urn.get()),
        laestab: laestab.map_or(String::new(), |laestab| laestab.to_string()),
        display_name: name,
        authority: i32::from(authority.get()),
        authority_display_name: authority_name,
        district: if district.is_empty() {
            district
        } else {
            names::district(district)
        },
        district_display_name,
        r#type: type_name,
        phase: to_phase(phase).into(),
        age_band: age_band.into(),
        status: to_status(status).into(),
        funding_basis: funding_basis.into(),
        low_age: low_age.map(i32::from),
        high_age: high_age.map(i32::from),
        pupils: pupils.map(whole),
        capacity: capacity.map(whole),
        open_date: date(open_date),
        close_date: date(close_date),
        religious_character: religious_character.unwrap_or_default(),
        diocese: diocese.unwrap_or_default(),
        trust: trust.unwrap_or_default(),
        federation: federation.unwrap_or_default(),
        nursery_provision: nursery_provision.unwrap_or_default(),
        resourced_provision: resourced_provision.unwrap_or_default(),
        town: town.unwrap_or_default(),
        postcode: postcode.unwrap_or_default(),
        website: website.unwrap_or_default(),
        administrative_district: administrative_district.unwrap_or_default(),
        partner_display_names: partners,
        groups: groups.into_iter().map(super::school_group).collect(),
    }
}

pub(crate) fn link(urn: impl std::fmt::Display, link: LinkView) -> v1::SchoolLink {
    let LinkView {
        linked,
        linked_name,
        kind,
        established,
    } = link;
    let (kind, description) = match kind {
        SchoolLinkKind::Pair => (
            v1::SchoolLinkKind::InfantJuniorPair,
            "Infant and junior pair",
        ),
        SchoolLinkKind::Register(kind) => (register_link(kind), kind.label()),
    };
    v1::SchoolLink {
        name: names::school_link(urn, linked),
        linked_school: names::school(linked),
        linked_school_display_name: linked_name,
        kind: kind.into(),
        description: description.to_owned(),
        established_date: date(established),
    }
}

fn register_link(kind: LinkKind) -> v1::SchoolLinkKind {
    if kind.is_predecessor() {
        v1::SchoolLinkKind::Predecessor
    } else if kind.is_successor() {
        v1::SchoolLinkKind::Successor
    } else {
        v1::SchoolLinkKind::Other
    }
}

pub(crate) fn partner(partner: Partner) -> v1::SchoolPartner {
    let Partner {
        user,
        name,
        from,
        until,
    } = partner;
    v1::SchoolPartner {
        user: names::user(user),
        display_name: name,
        from_date: from.to_string(),
        until_date: date(until),
    }
}

fn to_phase(phase: Phase) -> v1::Phase {
    match phase {
        Phase::Nursery => v1::Phase::Nursery,
        Phase::Primary => v1::Phase::Primary,
        Phase::MiddleDeemedPrimary => v1::Phase::MiddleDeemedPrimary,
        Phase::MiddleDeemedSecondary => v1::Phase::MiddleDeemedSecondary,
        Phase::Secondary => v1::Phase::Secondary,
        Phase::AllThrough => v1::Phase::AllThrough,
        Phase::SixteenPlus => v1::Phase::SixteenPlus,
        Phase::NotApplicable => v1::Phase::NotApplicable,
    }
}

/// The phase that a request names.
pub(crate) fn phase(phase: v1::Phase) -> Option<Phase> {
    Phase::ALL
        .iter()
        .copied()
        .find(|&ours| to_phase(ours) == phase)
}

fn to_status(status: SchoolStatus) -> v1::SchoolStatus {
    match status {
        SchoolStatus::Open => v1::SchoolStatus::Open,
        SchoolStatus::OpenProposedToClose => v1::SchoolStatus::OpenProposedToClose,
        SchoolStatus::Closed => v1::SchoolStatus::Closed,
        SchoolStatus::ProposedToOpen => v1::SchoolStatus::ProposedToOpen,
    }
}

/// The status that a request names.
pub(crate) fn status(status: v1::SchoolStatus) -> Option<SchoolStatus> {
    SchoolStatus::ALL
        .iter()
        .copied()
        .find(|&ours| to_status(ours) == status)
}
