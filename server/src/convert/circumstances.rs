//! Groups, inspections and support.

use llpr_domain::group::GroupKind;
use llpr_domain::inspection::standing::{Reading, standing};
use llpr_domain::inspection::{Era, Findings, Inspection};
use llpr_domain::past_visit::{PastDocument, PastVisit};
use llpr_domain::support::{Support, SupportKind, SupportOutcome};
use llpr_domain::urn::Urn;
use llpr_proto::{names, v1};
use llpr_store::circumstances::groups::SchoolGroup;
use llpr_store::circumstances::inspections::Inspections;
use llpr_store::circumstances::past_reports::{NamedDocument, PastReport};
use llpr_store::circumstances::past_visits::ListedVisit;

use super::{date, timestamp};

pub(crate) fn school_group(group: SchoolGroup) -> v1::SchoolGroup {
    let SchoolGroup {
        uid,
        name,
        kind,
        from,
        companies_house,
        is_closed,
    } = group;
    let kind = match kind {
        GroupKind::Federation => v1::GroupKind::Federation,
        GroupKind::FoundationTrust => v1::GroupKind::FoundationTrust,
        GroupKind::Sponsor => v1::GroupKind::Sponsor,
        GroupKind::MultiAcademyTrust => v1::GroupKind::MultiAcademyTrust,
        GroupKind::UmbrellaTrust => v1::GroupKind::UmbrellaTrust,
        GroupKind::ChildrensCentres => v1::GroupKind::ChildrensCentres,
        GroupKind::SingleAcademyTrust => v1::GroupKind::SingleAcademyTrust,
        GroupKind::SecureTrust => v1::GroupKind::SecureTrust,
        GroupKind::Other => v1::GroupKind::Other,
    };
    v1::SchoolGroup {
        name: names::group(uid),
        display_name: name,
        kind: kind.into(),
        since_date: date(from),
        companies_house_number: companies_house,
        closed: is_closed,
    }
}

pub(crate) fn inspections(urn: Urn, found: Inspections) -> v1::ListSchoolInspectionsResponse {
    let Inspections {
        inspections,
        file_name,
        applied_at,
    } = found;
    let standing = standing(&inspections).map(|standing| {
        let reading = match standing.reading {
            Reading::GoodOrBetter => v1::InspectionReading::GoodOrBetter,
            Reading::BelowGood => v1::InspectionReading::BelowGood,
            Reading::AsLastGraded | Reading::Open => v1::InspectionReading::Open,
        };
        v1::InspectionStanding {
            reading: reading.into(),
            inspection: names::inspection(urn, &standing.basis.number),
            of_predecessor: standing.of_predecessor,
        }
    });
    v1::ListSchoolInspectionsResponse {
        standing,
        inspections: inspections
            .into_iter()
            .map(|one| inspection(urn, one))
            .collect(),
        source_file_name: file_name,
        source_load_time: applied_at.map(timestamp),
    }
}

fn inspection(urn: Urn, inspection: Inspection) -> v1::Inspection {
    let (era, graded) = (inspection.era(), inspection.is_graded());
    let safeguarding = inspection.safeguarding();
    let Inspection {
        number,
        kind,
        start,
        published,
        predecessor,
        concern,
        findings,
    } = inspection;
    let era = match era {
        Era::OverallGrade => v1::InspectionEra::OverallGrade,
        Era::KeyJudgements => v1::InspectionEra::KeyJudgements,
        Era::ReportCard => v1::InspectionEra::ReportCard,
    };
    let judgement = |area: &str, outcome: &str| v1::InspectionJudgement {
        area: area.to_owned(),
        outcome: outcome.to_owned(),
    };
    let (overall, judgements, outcome) = match findings {
        Findings::OverallGrade { overall, areas, .. } => {
            let areas = areas.iter();
            let list = areas.map(|(area, grade)| judgement(area.label(), grade.label()));
            (overall, list.collect(), String::new())
        }
        Findings::KeyJudgements { areas, .. } => {
            let areas = areas.iter();
            let list = areas.map(|(area, grade)| judgement(area.label(), grade.label()));
            (None, list.collect(), String::new())
        }
        Findings::ReportCard { areas, .. } => {
            let areas = areas.iter();
            let list = areas.map(|(area, standard)| judgement(area.label(), standard.label()));
            (None, list.collect(), String::new())
        }
        Findings::Ungraded(outcome) => (None, Vec::new(), outcome.label().to_owned()),
    };
    let of_predecessor = predecessor.is_some();
    let (then, name) = predecessor.map_or((None, String::new()), |old| (old.urn, old.name));
    v1::Inspection {
        name: names::inspection(urn, &number),
        r#type: kind,
        era: era.into(),
        graded,
        start_date: start.to_string(),
        publication_date: date(published),
        overall_grade: overall.map_or(String::new(), |grade| grade.label().to_owned()),
        judgements,
        safeguarding: safeguarding.map_or(String::new(), |said| said.label().to_owned()),
        category_of_concern: concern.map_or(String::new(), |concern| concern.label().to_owned()),
        ungraded_outcome: outcome,
        of_predecessor,
        predecessor: then.map_or(String::new(), names::school),
        predecessor_display_name: name,
    }
}

pub(crate) fn past_visit(listed: ListedVisit) -> v1::PastVisit {
    let ListedVisit { visit, report } = listed;
    let PastVisit {
        urn: _,
        visited,
        reported,
        priority,
        actions,
        document,
    } = visit;
    let (name, sha256) = document.map_or_else(Default::default, |document| {
        let PastDocument { name, sha256 } = document;
        (name, sha256.unwrap_or_default())
    });
    let report = report.map(past_report).unwrap_or_default();
    v1::PastVisit {
        visit_date: visited.to_string(),
        report_date: date(reported),
        priority,
        actions,
        document_name: name,
        document_sha256: sha256,
        report: report.name,
        report_size_bytes: report.size_bytes,
        report_media_type: report.media_type,
    }
}

pub(crate) fn past_report(report: PastReport) -> v1::PastVisitReport {
    v1::PastVisitReport {
        name: names::past_visit_report(report.urn, &report.sha256),
        school: names::school(report.urn),
        sha256: report.sha256,
        media_type: report.kind.media_type().to_owned(),
        size_bytes: report.size_bytes,
        upload_time: Some(timestamp(report.uploaded_at)),
    }
}

pub(crate) fn past_document(document: NamedDocument) -> v1::PastVisitDocument {
    let NamedDocument {
        urn,
        school_name,
        visited,
        file_name,
        sha256,
        report,
    } = document;
    v1::PastVisitDocument {
        school: names::school(urn),
        school_display_name: school_name,
        visit_date: visited.to_string(),
        file_name,
        sha256: sha256.unwrap_or_default(),
        report: report.map(past_report),
    }
}

pub(crate) fn support(support: &Support) -> v1::SchoolSupport {
    let Support {
        urn: _,
        kind,
        from,
        until,
        outcome,
    } = support;
    let kind = match kind {
        SupportKind::Significant => v1::SupportKind::Significant,
        SupportKind::Targeted => v1::SupportKind::Targeted,
        SupportKind::Commissioned => v1::SupportKind::Commissioned,
    };
    let outcome = match outcome {
        SupportOutcome::Open => v1::SupportOutcome::Open,
        SupportOutcome::Successful => v1::SupportOutcome::Successful,
        SupportOutcome::Some => v1::SupportOutcome::Some,
        SupportOutcome::Little => v1::SupportOutcome::Little,
    };
    v1::SchoolSupport {
        kind: kind.into(),
        from_date: from.to_string(),
        until_date: date(*until),
        outcome: outcome.into(),
    }
}
