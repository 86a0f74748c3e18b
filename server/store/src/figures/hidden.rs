//! What is hidden of a school's figures from those who may not learn of single children.

use std::collections::{BTreeMap, BTreeSet};

use llpr_domain::disclosure::{self, Shown};
use llpr_domain::figure::{Marker, Period, PupilGroup, Value};
use llpr_domain::measure::Measure;
use llpr_domain::year::AcademicYear;

use super::{Figure, FigureRow, Said, numbers, said, standing, year};
use crate::access::{Access, School};
use crate::engine::Store;
use crate::error::StoreError;
use crate::programme::in_force;
use crate::sql;

/// What is hidden of each of the schools on a page: the school and its predecessors.
#[derive(Debug, Default)]
pub(super) struct Covers(BTreeMap<u32, disclosure::Hidden>);

impl Covers {
    /// The figure, without what it says where that is hidden.
    pub(super) fn cover(&self, figure: Figure) -> Figure {
        let hidden = self.0.get(&figure.urn.get());
        if !hidden.is_some_and(|hidden| hidden.hides(figure.year, figure.measure, figure.group)) {
            return figure;
        }
        Figure {
            hidden: true,
            said: Said {
                value: Value::Marker(Marker::Suppressed),
                numerator: None,
                denominator: None,
                cohort: None,
            },
            ..figure
        }
    }
}

impl Store {
    /// Decides over all figures that the caller may reach of some years, whatever the filter and
    /// the page; nothing is hidden from roles to which the rule doesn't apply.
    pub(super) async fn hidden(
        &self,
        access: &Access<School>,
        reached: &str,
        years: BTreeSet<i32>,
    ) -> Result<Covers, StoreError> {
        if !access.role().is_none_or(disclosure::applies_to) || years.is_empty() {
            return Ok(Covers::default());
        }
        let this_year = AcademicYear::of_date(access.today())
            .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let (_, programme) = in_force(self.reads(), this_year).await?;
        let years = numbers(years.iter());
        let all = standing(&format!("{reached} AND f.year IN ({years})"));
        let rows: Vec<FigureRow> = sql::all(self.reads(), &all, vec![]).await?;
        let mut of_schools = BTreeMap::<u32, Vec<Shown>>::new();
        for row in &rows {
            let urn = u32::try_from(row.place_code).unwrap_or_default();
            of_schools.entry(urn).or_default().push(shown(row)?);
        }
        let minimum = programme.settings.disclosure_minimum;
        let decided = of_schools
            .into_iter()
            .map(|(urn, shown)| (urn, disclosure::Hidden::decide(&shown, minimum)));
        Ok(Covers(decided.collect()))
    }
}

fn shown(row: &FigureRow) -> Result<Shown, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("figure of {}: {what}", row.place_code));
    let said = said(row)?;
    Ok(Shown {
        year: year(row.year)?,
        period: Period::from_code(row.period).ok_or_else(|| corrupt("period"))?,
        measure: Measure::from_code(row.measure).ok_or_else(|| corrupt("measure"))?,
        group: PupilGroup::from_code(row.pupil_group).ok_or_else(|| corrupt("group"))?,
        value: said.value,
        numerator: said.numerator,
        denominator: said.denominator,
        cohort: said.cohort,
    })
}
