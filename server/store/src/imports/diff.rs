//! The difference between an import and what stood when it was compared.

use llpr_domain::figure::{AuthorityScope, Period, Place, PupilGroup, Release, Value};
use llpr_domain::measure::{Measure, Unit};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::{Deserialize, Serialize};

use super::changes::parse;
use super::{of_figures, row};
use crate::access::{Access, County};
use crate::engine::Store;
use crate::entity::import_change;
use crate::error::StoreError;
use crate::page::Page;
use crate::sql;

/// What an import does to one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It differs.
    Changed,
    /// It stands and is not in the file.
    Missing,
}

impl ChangeKind {
    pub(super) const fn code(self) -> i16 {
        match self {
            Self::Added => 1,
            Self::Changed => 2,
            Self::Missing => 3,
        }
    }

    fn from_code(code: i16) -> Result<Self, StoreError> {
        [Self::Added, Self::Changed, Self::Missing]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or_else(|| StoreError::Corrupt(format!("change kind {code}")))
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happens.
    pub kind: ChangeKind,
    /// To what: `schools/{urn}`, `districts/{slug}` or the place of a comparator.
    pub subject: String,
    /// Its name where it is known.
    pub subject_name: String,
    /// Which field or figure; empty where the whole subject is added or missing.
    pub field: String,
    /// What stands.
    pub before: String,
    /// What the file has.
    pub after: String,
}

/// Place kind, place, first year of the academic year, measure, group, period.
pub type FigureAt = (i16, i32, i32, i16, i16, i16);

/// After which change a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DiffKey {
    /// After the change at this position (registers).
    Position(i64),
    /// After this figure: whether missing ones are listed already, and which one.
    Figure(bool, FigureAt),
}

/// How many things differ.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Differences {
    pub(super) added: i64,
    pub(super) changed: i64,
    pub(super) unchanged: i64,
    pub(super) missing: i64,
}

/// The new figures, each beside the one that it would replace.
const NEW_BESIDE_OLD: &str = "
    FROM figures n
    JOIN import_places p ON p.import_seq = n.import_seq AND p.authority = n.authority
        AND p.year = n.year
    LEFT JOIN figures o ON o.import_seq = p.replaced_seq AND o.place_kind = n.place_kind
        AND o.place_code = n.place_code AND o.year = n.year AND o.measure = n.measure
        AND o.pupil_group = n.pupil_group AND o.period = n.period
    WHERE n.import_seq = $1";

/// The figures that would be replaced by nothing.
const OLD_WITHOUT_NEW: &str = "
    FROM import_places p
    JOIN figures o ON o.import_seq = p.replaced_seq AND o.authority = p.authority
        AND o.year = p.year
    LEFT JOIN figures n ON n.import_seq = p.import_seq AND n.place_kind = o.place_kind
        AND n.place_code = o.place_code AND n.year = o.year AND n.measure = o.measure
        AND n.pupil_group = o.pupil_group AND n.period = o.period
    WHERE p.import_seq = $1 AND n.import_seq IS NULL";

const SAME: &str = "o.value IS NOT DISTINCT FROM n.value AND o.marker IS NOT DISTINCT FROM n.marker
    AND o.cohort IS NOT DISTINCT FROM n.cohort
    AND o.numerator IS NOT DISTINCT FROM n.numerator
    AND o.denominator IS NOT DISTINCT FROM n.denominator
    AND o.release IS NOT DISTINCT FROM n.release AND o.embargo IS NOT DISTINCT FROM n.embargo";

/// Counts what a figures import would change.
pub(super) async fn count_figures(
    connection: &impl ConnectionTrait,
    seq: i64,
) -> Result<Differences, StoreError> {
    #[derive(FromQueryResult)]
    struct Counted {
        total: i64,
        added: i64,
        unchanged: i64,
        met: i64,
    }
    const STANDING: &str = "SELECT COUNT(*) FROM import_places p
        JOIN figures o ON o.import_seq = p.replaced_seq AND o.authority = p.authority
            AND o.year = p.year
        WHERE p.import_seq = $1";
    let count = format!(
        "SELECT COUNT(*) AS total, COUNT(CASE WHEN o.import_seq IS NULL THEN 1 END) AS added,
            COUNT(CASE WHEN o.import_seq IS NOT NULL AND {SAME} THEN 1 END) AS unchanged,
            COUNT(CASE WHEN o.authority = p.authority THEN 1 END) AS met {NEW_BESIDE_OLD}"
    );
    let counted: Option<Counted> = sql::one(connection, &count, vec![seq.into()]).await?;
    let counted = counted.ok_or_else(|| StoreError::Corrupt("no count".into()))?;
    // No two new figures meet the same old one: where as many were met as stand, none is missing,
    // which spares the dearer question.
    let standing = sql::number(connection, STANDING, vec![seq.into()]).await?;
    let missing = if standing == counted.met {
        0
    } else {
        let missing = format!("SELECT COUNT(*) {OLD_WITHOUT_NEW}");
        sql::number(connection, &missing, vec![seq.into()]).await?
    };
    Ok(Differences {
        added: counted.added,
        unchanged: counted.unchanged,
        changed: counted.total - counted.added - counted.unchanged,
        missing,
    })
}

#[derive(FromQueryResult)]
struct FigureChange {
    place_kind: i16,
    place_code: i32,
    year: i32,
    measure: i16,
    pupil_group: i16,
    period: i16,
    subject_name: Option<String>,
    old_value: Option<i64>,
    old_marker: Option<i16>,
    old_cohort: Option<i32>,
    old_numerator: Option<i64>,
    old_denominator: Option<i64>,
    old_release: Option<i16>,
    old_embargo: Option<i32>,
    new_value: Option<i64>,
    new_marker: Option<i16>,
    new_cohort: Option<i32>,
    new_numerator: Option<i64>,
    new_denominator: Option<i64>,
    new_release: Option<i16>,
    new_embargo: Option<i32>,
}

/// What one side of a difference says.
struct Side {
    value: Option<i64>,
    marker: Option<i16>,
    cohort: Option<i32>,
    counts: (Option<i64>, Option<i64>),
    release: Option<i16>,
    embargo: Option<i32>,
}

/// Before all figures.
const START: FigureAt = (0, 0, 0, 0, 0, 0);

impl Store {
    /// A page of an import's changes: of a register, the subjects of `size` changed rows with all
    /// their fields; of figures, `size` figures, missing ones last.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn import_diff(
        &self,
        _access: &Access<County>,
        id: &str,
        page: Page<DiffKey>,
    ) -> Result<(Vec<Change>, Option<DiffKey>), StoreError> {
        let found = row(self.reads(), id).await?;
        if of_figures(&found) {
            self.figure_changes(found.seq, found.year.is_none(), page)
                .await
        } else {
            self.register_changes(found.seq, page).await
        }
    }

    async fn register_changes(
        &self,
        seq: i64,
        page: Page<DiffKey>,
    ) -> Result<(Vec<Change>, Option<DiffKey>), StoreError> {
        use import_change::Column as C;
        let after = match page.after {
            Some(DiffKey::Position(position)) => position,
            Some(DiffKey::Figure(..)) | None => 0,
        };
        let mut rows = import_change::Entity::find()
            .filter(C::ImportSeq.eq(seq))
            .filter(C::Position.gt(after))
            .order_by_asc(C::Position)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows
            .last()
            .filter(|_| more)
            .map(|row| DiffKey::Position(row.position));
        let mut changes = Vec::new();
        for row in rows {
            expand(&row, &mut changes)?;
        }
        Ok((changes, next))
    }

    async fn figure_changes(
        &self,
        seq: i64,
        year_told: bool,
        page: Page<DiffKey>,
    ) -> Result<(Vec<Change>, Option<DiffKey>), StoreError> {
        let (mut missing, mut after) = match page.after {
            Some(DiffKey::Figure(missing, after)) => (missing, after),
            Some(DiffKey::Position(_)) | None => (false, START),
        };
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let mut changes = Vec::new();
        loop {
            let wanted = size - changes.len();
            let mut rows = self.figure_rows(seq, missing, after, wanted + 1).await?;
            let more = rows.len() > wanted;
            rows.truncate(wanted);
            if let Some(last) = rows.last() {
                after = (
                    last.place_kind,
                    last.place_code,
                    last.year,
                    last.measure,
                    last.pupil_group,
                    last.period,
                );
            }
            for row in rows {
                changes.push(figure_change(&row, missing, year_told)?);
            }
            if more {
                return Ok((changes, Some(DiffKey::Figure(missing, after))));
            }
            if missing {
                return Ok((changes, None));
            }
            (missing, after) = (true, START);
        }
    }

    async fn figure_rows(
        &self,
        seq: i64,
        missing: bool,
        after: FigureAt,
        limit: usize,
    ) -> Result<Vec<FigureChange>, StoreError> {
        let (key, from, fits) = if missing {
            ("o", OLD_WITHOUT_NEW, String::new())
        } else {
            (
                "n",
                NEW_BESIDE_OLD,
                format!(" AND (o.import_seq IS NULL OR NOT ({SAME}))"),
            )
        };
        let query = format!(
            "SELECT {key}.place_kind AS place_kind, {key}.place_code AS place_code, {key}.year AS year,
                {key}.measure AS measure, {key}.pupil_group AS pupil_group, {key}.period AS period,
                (SELECT s.name FROM schools s WHERE s.urn = {key}.place_code AND {key}.place_kind = 1) AS subject_name,
                o.value AS old_value, o.marker AS old_marker, o.cohort AS old_cohort,
                o.numerator AS old_numerator, o.denominator AS old_denominator,
                o.release AS old_release, o.embargo AS old_embargo,
                n.value AS new_value, n.marker AS new_marker, n.cohort AS new_cohort,
                n.numerator AS new_numerator, n.denominator AS new_denominator,
                n.release AS new_release, n.embargo AS new_embargo
            {from}{fits} AND ({key}.place_kind, {key}.place_code, {key}.year, {key}.measure,
                {key}.pupil_group, {key}.period) > ($2, $3, $4, $5, $6, $7)
            ORDER BY {key}.place_kind, {key}.place_code, {key}.year, {key}.measure, {key}.pupil_group,
                {key}.period LIMIT $8"
        );
        let (kind, code, year, measure, group, period) = after;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let values = vec![
            seq.into(),
            kind.into(),
            code.into(),
            year.into(),
            measure.into(),
            group.into(),
            period.into(),
            limit.into(),
        ];
        Ok(sql::all(self.reads(), &query, values).await?)
    }
}

/// The fields that differ between two JSON objects; a new subject is one change.
fn expand(row: &import_change::Model, changes: &mut Vec<Change>) -> Result<(), StoreError> {
    let kind = ChangeKind::from_code(row.kind)?;
    let whole = |field: String, before: String, after: String| Change {
        kind,
        subject: row.subject.clone(),
        subject_name: row.subject_name.clone(),
        field,
        before,
        after,
    };
    let (Some(before), Some(after), ChangeKind::Changed) =
        (&row.before_json, &row.after_json, kind)
    else {
        changes.push(whole(String::new(), String::new(), String::new()));
        return Ok(());
    };
    let (mut before, mut after) = (parse(before)?, parse(after)?);
    drop_same(&mut before, &mut after);
    let (before, after) = (fields(&before), fields(&after));
    for (field, new) in &after {
        let old = before
            .iter()
            .find(|(name, _)| name == field)
            .map_or("", |(_, value)| value);
        if old != new {
            changes.push(whole(field.clone(), old.to_owned(), new.clone()));
        }
    }
    Ok(())
}

/// The fields of a kept row, but for those that are computed from others.
fn fields(value: &serde_json::Value) -> Vec<(String, String)> {
    const COMPUTED: [&str; 4] = ["sort_key", "search_key", "type_key", "urn"];
    let mut found = Vec::new();
    match value {
        serde_json::Value::Object(object) => {
            for (name, value) in object {
                match value {
                    _ if COMPUTED.contains(&name.as_str()) => {}
                    serde_json::Value::Object(_) => found.extend(fields(value)),
                    serde_json::Value::Array(items) => found.push((name.clone(), list(items))),
                    _ => found.push((name.clone(), text(value))),
                }
            }
        }
        serde_json::Value::Array(items) => found.push((listed(items).into(), list(items))),
        _ => {}
    }
    found
}

/// Leaves of two lists of inspections, groups or support only what differs. Districts stay whole:
/// they only make sense as a sequence.
fn drop_same(before: &mut serde_json::Value, after: &mut serde_json::Value) {
    if let (serde_json::Value::Array(old), serde_json::Value::Array(new)) = (before, after) {
        if listed(new) == "districts" {
            return;
        }
        let stood = old.clone();
        old.retain(|item| !new.contains(item));
        new.retain(|item| !stood.contains(item));
    }
}

/// What a list of kept rows is of, told from a column that only its table has.
fn listed(items: &[serde_json::Value]) -> &'static str {
    let has = |name: &str| items.iter().any(|item| item.get(name).is_some());
    if has("district") {
        "districts"
    } else if has("linked_urn") {
        "links"
    } else if has("number") {
        "inspections"
    } else if has("group_id") {
        "group"
    } else if has("uid") {
        "groups"
    } else if has("visit_date") {
        "visits"
    } else {
        "support"
    }
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A list of kept rows in one line: `north-marl from 2018-09-01 until 2024-09-01; …`.
fn list(items: &[serde_json::Value]) -> String {
    const PLAIN: [&str; 8] = [
        "district",
        "name",
        "number",
        "linked_urn",
        "kind",
        "inspection_type",
        "outcome",
        "overall",
    ];
    // The words of a report are not among them: a difference is read by more people.
    const NAMED: [(&str, &str); 11] = [
        ("visit_date", "visited"),
        ("report_date", "reported"),
        ("from_date", "from"),
        ("until_date", "until"),
        ("start_date", "on"),
        ("established", "on"),
        ("opened", "opened"),
        ("closed", "closed"),
        ("concern", "category"),
        ("safeguarding", "safeguarding"),
        ("areas", "with"),
    ];
    let line = |item: &serde_json::Value| {
        let field = |name: &str| item.get(name).map(text).filter(|text| !text.is_empty());
        let mut words: Vec<String> = PLAIN.into_iter().filter_map(field).collect();
        words.extend(
            NAMED
                .into_iter()
                .filter_map(|(name, word)| Some(format!("{word} {}", field(name)?))),
        );
        words.join(" ")
    };
    items.iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Names the figure; with its year, unless all of the import is of one year.
fn figure_change(row: &FigureChange, missing: bool, year_told: bool) -> Result<Change, StoreError> {
    let corrupt = || StoreError::Corrupt("a figure of a difference".into());
    let place = Place::from_parts(row.place_kind, row.place_code).ok_or_else(corrupt)?;
    let measure = Measure::from_code(row.measure).ok_or_else(corrupt)?;
    let group = PupilGroup::from_code(row.pupil_group).ok_or_else(corrupt)?;
    let period = Period::from_code(row.period).ok_or_else(corrupt)?;
    let before = Side {
        value: row.old_value,
        marker: row.old_marker,
        cohort: row.old_cohort,
        counts: (row.old_numerator, row.old_denominator),
        release: row.old_release,
        embargo: row.old_embargo,
    };
    let after = Side {
        value: row.new_value,
        marker: row.new_marker,
        cohort: row.new_cohort,
        counts: (row.new_numerator, row.new_denominator),
        release: row.new_release,
        embargo: row.new_embargo,
    };
    let (before, after) = (before.told(measure.unit()), after.told(measure.unit()));
    let kind = match (missing, before.is_empty()) {
        (true, _) => ChangeKind::Missing,
        (false, true) => ChangeKind::Added,
        (false, false) => ChangeKind::Changed,
    };
    let subject = match place {
        Place::School(urn) => format!("schools/{urn}"),
        Place::Authority(code, AuthorityScope::All) => format!("authorities/{code}"),
        Place::Authority(code, scope) => format!("authorities/{code}/{}", scope.as_str()),
        Place::England(scope) => format!("england/{}", scope.as_str()),
    };
    let mut field = format!("{} {}", measure.as_str(), group.as_str());
    if period != Period::Year {
        field = format!("{field} {}", period.as_str());
    }
    if year_told {
        field = format!("{field} {}", crate::figures::year(row.year)?);
    }
    Ok(Change {
        kind,
        subject,
        subject_name: row.subject_name.clone().unwrap_or_default(),
        field,
        before,
        after,
    })
}

impl Side {
    /// In a line, such as `63 % of 41`; empty where there is no figure.
    fn told(&self, unit: Unit) -> String {
        let Some(value) = crate::figures::value(self.value, self.marker) else {
            return String::new();
        };
        let mut told = told(value, unit, self.cohort);
        if let (Some(numerator), Some(denominator)) = self.counts {
            told = format!("{told} ({numerator}/{denominator})");
        }
        if let Some(release) = self.release.and_then(Release::from_code) {
            told = format!("{told}, {}", release.as_str());
        }
        if let Some(day) = self.embargo.and_then(crate::figures::day) {
            told = format!("{told}, embargo until {day}");
        }
        told
    }
}

/// A figure in a few characters: `63 % of 41`, `suppressed`.
fn told(value: Value, unit: Unit, cohort: Option<i32>) -> String {
    let number = match value {
        Value::Marker(marker) => return marker.label().to_lowercase(),
        Value::Number(hundredths) => {
            let sign = if hundredths < 0 { "-" } else { "" };
            let (whole, part) = (
                hundredths.unsigned_abs() / 100,
                hundredths.unsigned_abs() % 100,
            );
            if part == 0 {
                format!("{sign}{whole}")
            } else {
                format!("{sign}{whole}.{part:02}")
                    .trim_end_matches('0')
                    .to_owned()
            }
        }
    };
    let percent = matches!(unit, Unit::PercentOfPupils | Unit::PercentOfSessions);
    let number = if percent {
        format!("{number} %")
    } else {
        number
    };
    cohort.map_or(number.clone(), |cohort| format!("{number} of {cohort}"))
}
