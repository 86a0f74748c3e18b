//! Inspections of schools, each in the terms of its own era.

use std::collections::BTreeMap;

use llpr_domain::inspection::{
    Area, Concern, Findings, Grade, Inspection, Predecessor, Safeguarding, Standard, Ungraded,
};
use llpr_domain::urn::Urn;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use super::word;
use crate::access::{Access, School, urn_value};
use crate::engine::Store;
use crate::entity::inspection;
use crate::error::StoreError;
use crate::register::{day, optional_day, school_model, urn};
use crate::sql;

/// How many inspections of a school are returned at most.
const MOST: u64 = 200;

/// A school's inspections and the file that told them last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspections {
    /// Newest first.
    pub inspections: Vec<Inspection>,
    /// Name of the latest file of Ofsted's that is applied; empty if there is none.
    pub file_name: String,
    /// When it was applied, in microseconds since 1970.
    pub applied_at: Option<i64>,
}

/// The stored words for the four kinds of findings.
const OVERALL: &str = "overall-grade";
const KEY: &str = "key-judgements";
const CARD: &str = "report-card";
const UNGRADED: &str = "ungraded";

/// `inclusion=strong;achievement=expected`.
fn areas<T>(areas: &[(Area, T)], as_str: impl Fn(&T) -> &'static str) -> String {
    let one = |(area, value): &(Area, T)| format!("{}={}", area.as_str(), as_str(value));
    areas.iter().map(one).collect::<Vec<_>>().join(";")
}

fn read_areas<T>(
    text: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Vec<(Area, T)>, StoreError> {
    let parts = text.split(';').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (area, value) = part.split_once('=').unwrap_or((part, ""));
            Ok((word(Area::parse(area), area)?, word(parse(value), value)?))
        })
        .collect()
}

pub(crate) fn row(school: Urn, inspection: Inspection) -> inspection::Model {
    let Inspection {
        number,
        kind,
        start,
        published,
        predecessor,
        concern,
        findings,
    } = inspection;
    let (kind_of, overall, list, safeguarding, outcome) = match findings {
        Findings::OverallGrade {
            overall,
            areas: list,
            safeguarding,
        } => {
            let list = areas(&list, |grade| grade.as_str());
            (OVERALL, overall, list, safeguarding, None)
        }
        Findings::KeyJudgements {
            areas: list,
            safeguarding,
        } => {
            let list = areas(&list, |grade| grade.as_str());
            (KEY, None, list, safeguarding, None)
        }
        Findings::ReportCard {
            areas: list,
            safeguarding,
        } => {
            let list = areas(&list, |standard| standard.as_str());
            (CARD, None, list, safeguarding, None)
        }
        Findings::Ungraded(outcome) => {
            let words = outcome.label().to_owned();
            (UNGRADED, None, String::new(), None, Some(words))
        }
    };
    let of_predecessor = predecessor.is_some();
    let (then, name) =
        predecessor.map_or((None, String::new()), |before| (before.urn, before.name));
    inspection::Model {
        urn: urn_value(school),
        number,
        inspection_type: kind,
        start_date: start.to_string(),
        publication_date: published.map(|day| day.to_string()),
        of_predecessor,
        predecessor_urn: then.map(urn_value),
        predecessor_name: name,
        concern: concern.map(|concern| concern.as_str().to_owned()),
        findings: kind_of.to_owned(),
        overall: overall.map(|grade| grade.as_str().to_owned()),
        safeguarding: safeguarding.map(|said| said.as_str().to_owned()),
        outcome,
        areas: list,
    }
}

pub(crate) fn read(row: inspection::Model) -> Result<Inspection, StoreError> {
    let inspection::Model {
        urn: _,
        number,
        inspection_type,
        start_date,
        publication_date,
        of_predecessor,
        predecessor_urn,
        predecessor_name,
        concern,
        findings,
        overall,
        safeguarding,
        outcome,
        areas: list,
    } = row;
    let safeguarding = safeguarding
        .map(|said| word(Safeguarding::parse(&said), &said))
        .transpose()?;
    let findings = match findings.as_str() {
        OVERALL => Findings::OverallGrade {
            overall: overall
                .map(|grade| word(Grade::parse(&grade), &grade))
                .transpose()?,
            areas: read_areas(&list, Grade::parse)?,
            safeguarding,
        },
        KEY => Findings::KeyJudgements {
            areas: read_areas(&list, Grade::parse)?,
            safeguarding,
        },
        CARD => Findings::ReportCard {
            areas: read_areas(&list, Standard::parse)?,
            safeguarding,
        },
        UNGRADED => Findings::Ungraded(Ungraded::read(outcome.as_deref().unwrap_or_default())),
        other => return Err(StoreError::Corrupt(format!("findings {other}"))),
    };
    Ok(Inspection {
        number,
        kind: inspection_type,
        start: day(&start_date)?,
        published: optional_day(publication_date.as_deref())?,
        predecessor: if of_predecessor {
            Some(Predecessor {
                urn: predecessor_urn.map(urn).transpose()?,
                name: predecessor_name,
            })
        } else {
            None
        },
        concern: concern
            .map(|found| word(Concern::parse(&found), &found))
            .transpose()?,
        findings,
    })
}

/// A school's inspections after a file: those that it tells, and those that stand. Some layouts
/// tell an inspection in less detail than others; what one leaves out, the other keeps.
pub(crate) fn combine(
    standing: Vec<inspection::Model>,
    told: Vec<inspection::Model>,
) -> Vec<inspection::Model> {
    let mut all: BTreeMap<String, inspection::Model> = BTreeMap::new();
    for one in standing.into_iter().chain(told) {
        let number = one.number.clone();
        let merged = match all.remove(&number) {
            Some(known) => filled(one, known),
            None => one,
        };
        all.insert(number, merged);
    }
    all.into_values().collect()
}

/// An inspection, with what it lacks from what was known of it.
fn filled(mut new: inspection::Model, known: inspection::Model) -> inspection::Model {
    let judged = |one: &inspection::Model| one.areas.matches('=').count();
    if known.findings != UNGRADED && new.findings == UNGRADED {
        // A short inspection that became a full one is told both ways.
        return known;
    }
    if known.findings == new.findings {
        if judged(&known) > judged(&new) {
            new.areas = known.areas;
        }
        new.safeguarding = new.safeguarding.or(known.safeguarding);
        new.overall = new.overall.or(known.overall);
    }
    if new.inspection_type.is_empty() {
        new.inspection_type = known.inspection_type;
    }
    new.publication_date = new.publication_date.or(known.publication_date);
    new
}

#[derive(FromQueryResult)]
struct Source {
    file_name: String,
    applied_at: Option<i64>,
}

impl Store {
    /// A school's inspections, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn school_inspections(
        &self,
        access: &Access<School>,
    ) -> Result<Inspections, StoreError> {
        use inspection::Column as C;
        const SOURCE: &str = "SELECT file_name, applied_at FROM imports
            WHERE dataset = $1 AND state = $2 ORDER BY seq DESC LIMIT 1";
        school_model(self.reads(), access.urn()).await?;
        let rows = inspection::Entity::find()
            .filter(C::Urn.eq(urn_value(access.urn())))
            .order_by_desc(C::StartDate)
            .order_by_desc(C::Number)
            .limit(MOST)
            .all(self.reads())
            .await?;
        let dataset = llpr_domain::import::Dataset::Ofsted.as_str();
        let applied = crate::imports::ImportState::Applied.as_str();
        let values = vec![dataset.into(), applied.into()];
        let source: Option<Source> = sql::one(self.reads(), SOURCE, values).await?;
        let (file_name, applied_at) = source.map_or((String::new(), None), |source| {
            (source.file_name, source.applied_at)
        });
        Ok(Inspections {
            inspections: rows.into_iter().map(read).collect::<Result<_, _>>()?,
            file_name,
            applied_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graded(areas: Vec<(Area, Grade)>, overall: Option<Grade>) -> inspection::Model {
        let inspection = Inspection {
            number: "10200001".into(),
            kind: String::new(),
            start: "2023-05-10".parse().unwrap(),
            published: None,
            predecessor: None,
            concern: None,
            findings: Findings::OverallGrade {
                overall,
                areas,
                safeguarding: None,
            },
        };
        row("900001".parse().unwrap(), inspection)
    }

    #[test]
    fn what_is_stored_reads_back_whole() {
        let all = [
            Findings::OverallGrade {
                overall: Some(Grade::Good),
                areas: vec![(Area::EarlyYears, Grade::Outstanding)],
                safeguarding: Some(Safeguarding::Effective),
            },
            Findings::KeyJudgements {
                areas: vec![(Area::QualityOfEducation, Grade::Inadequate)],
                safeguarding: None,
            },
            Findings::ReportCard {
                areas: vec![
                    (Area::Inclusion, Standard::Strong),
                    (Area::Achievement, Standard::UrgentImprovement),
                ],
                safeguarding: Some(Safeguarding::NotMet),
            },
            Findings::Ungraded(Ungraded::Words("Other words; with = signs".into())),
        ];
        for findings in all {
            let whole = Inspection {
                number: "1".into(),
                kind: "S5 Inspection".into(),
                start: "2026-01-06".parse().unwrap(),
                published: "2026-02-10".parse().ok(),
                predecessor: Some(Predecessor {
                    urn: "900101".parse().ok(),
                    name: "Oakfield Infants".into(),
                }),
                concern: Some(Concern::SpecialMeasures),
                findings,
            };
            let stored = row("900001".parse().unwrap(), whole.clone());
            assert_eq!(read(stored).unwrap(), whole);
        }
    }

    #[test]
    fn a_file_with_less_detail_takes_nothing_away() {
        let full = graded(vec![(Area::EarlyYears, Grade::Good)], Some(Grade::Good));
        let bare = graded(Vec::new(), Some(Grade::Good));
        assert_eq!(
            combine(vec![full.clone()], vec![bare]),
            std::slice::from_ref(&full)
        );
        let corrected = graded(
            vec![(Area::EarlyYears, Grade::Good)],
            Some(Grade::Outstanding),
        );
        assert_eq!(combine(vec![full], vec![corrected.clone()]), [corrected]);
    }
}
