//! The funnel plot of a measure: a district's mainstream schools against England (¶11).

use llpr_domain::access::{Node, Role};
use llpr_domain::figure::PupilGroup;
use llpr_domain::measure::Measure;
use llpr_domain::programme::Programme;
use llpr_domain::risk::assemble::{Benchmark, Subject};
use llpr_domain::risk::funnel::{self, Funnel, Limit, Point, Zone};
use llpr_domain::risk::suggestion::{Evidence, Topic};
use llpr_domain::risk::{Count, Worse};
use llpr_domain::rule::Fault;
use llpr_domain::school::Phase;
use llpr_domain::urn::Urn;
use llpr_domain::year::AcademicYear;

use crate::access::{Access, District};
use crate::engine::Store;
use crate::error::{Refusal, StoreError};
use crate::page::Page;
use crate::programme;
use crate::register::urn;
use crate::risk::sources::{Picture, pictures};
use crate::risk::suggestions::{asked_year, every_school, subjects};

/// A school in the plot.
#[derive(Clone, Debug, PartialEq)]
pub struct FunnelSchool {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// Its children.
    pub count: Count,
    /// The limits for its size.
    pub limits: FunnelLine,
    /// Where it lies.
    pub zone: Zone,
    /// Whether it is one to learn from.
    pub is_strength: bool,
    /// Letters of the criteria for which data suggests it by this measure and group; empty for who
    /// may not see them.
    pub suggested: Vec<char>,
    /// The predecessor whose figure it is.
    pub earlier: Option<Urn>,
}

/// The limits for one cohort, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunnelLine {
    /// Children.
    pub cohort: u32,
    /// Lower and upper.
    pub p95: (f64, f64),
    /// Lower and upper.
    pub p998: (f64, f64),
    /// Of chance alone.
    pub chance_p95: (f64, f64),
    /// Of chance alone.
    pub chance_p998: (f64, f64),
}

impl FunnelLine {
    fn new(funnel: &Funnel, cohort: u32) -> Self {
        Self {
            cohort,
            p95: funnel.limits(cohort, Limit::P95),
            p998: funnel.limits(cohort, Limit::P998),
            chance_p95: funnel.chance_limits(cohort, Limit::P95),
            chance_p998: funnel.chance_limits(cohort, Limit::P998),
        }
    }
}

/// The plot.
#[derive(Clone, Debug, PartialEq)]
pub struct DistrictFunnel {
    /// The programme year.
    pub year: AcademicYear,
    /// What is counted.
    pub measure: Measure,
    /// Among which pupils.
    pub group: PupilGroup,
    /// Year of the results; `None` where England has none.
    pub results: Option<AcademicYear>,
    /// The years that can be asked for, the latest first.
    pub years: Vec<AcademicYear>,
    /// England's share.
    pub england: Option<Benchmark>,
    /// The spread beyond chance.
    pub tau_squared: f64,
    /// Which end is the worrying one.
    pub worse: Worse,
    /// By name.
    pub schools: Vec<FunnelSchool>,
    /// For drawing lines.
    pub lines: Vec<FunnelLine>,
    /// Other mainstream schools.
    pub left_out: usize,
}

impl Store {
    /// The funnel plot of a district's schools, of the latest year with results or of another that
    /// the programme looks at. Suggestions are for the SIM.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where there is no such district, or the year has no programme;
    /// [`Refusal::Faults`] for a group or year that is not looked at.
    pub async fn district_funnel(
        &self,
        access: &Access<District>,
        asked: Option<AcademicYear>,
        topic: Topic,
        group: PupilGroup,
        results: Option<AcademicYear>,
    ) -> Result<DistrictFunnel, StoreError> {
        let today = access.today();
        let year = asked_year(self.reads(), asked, today).await?;
        let (_, programme) = programme::in_force(self.reads(), year).await?;
        let slug = access.district();
        self.authority_of(slug.as_ref(), today).await?;
        has_group(topic, group, &programme)?;
        let page = Page {
            after: None,
            size: u64::from(u32::MAX),
        };
        let node = Node::District(slug.clone());
        let found = subjects(self.reads(), &node, today, &page, every_school()).await?;
        let found = pictures(self.reads(), found.items, &programme, year, today).await?;
        let measure = topic.measure();
        let years = found
            .benchmarks
            .years(measure, year, programme.settings.pooled_years);
        let results = match results {
            Some(wanted) if !years.contains(&wanted) => return Err(not_looked_at(&years).into()),
            wanted => wanted.or_else(|| years.first().copied()),
        };
        let mut plot = DistrictFunnel {
            year,
            measure,
            group,
            results,
            england: results.and_then(|of| found.benchmarks.england((measure, group, of))),
            years,
            tau_squared: 0.0,
            worse: topic.worse(),
            schools: Vec::new(),
            lines: Vec::new(),
            left_out: 0,
        };
        let sees_suggestions = access.role() == Some(Role::Sim);
        plot.draw(&found.schools, topic, &programme, sees_suggestions)?;
        Ok(plot)
    }
}

impl DistrictFunnel {
    fn draw(
        &mut self,
        pictures: &[Picture],
        topic: Topic,
        programme: &Programme,
        sees_suggestions: bool,
    ) -> Result<(), StoreError> {
        let (Some(results), Some(england)) = (self.results, self.england) else {
            return Ok(());
        };
        let key = (self.measure, self.group, results);
        let mut counted: Vec<(&Picture, Count)> = Vec::new();
        for picture in pictures.iter().filter(|picture| is_mainstream(picture)) {
            let mut series = picture.assembled.data.series.iter();
            let of = series.find(|one| (one.topic, one.group) == (topic, self.group));
            let of_year = of.and_then(|one| one.years.iter().find(|one| one.year == results));
            match of_year.filter(|one| one.count.of() > 0) {
                Some(found) => counted.push((picture, found.count)),
                None => self.left_out += 1,
            }
        }
        let points: Vec<Point> = counted
            .iter()
            .map(|(_, count)| Point {
                cohort: count.of(),
                share: count.share(),
            })
            .collect();
        let Some(funnel) = Funnel::new(england.share, &points) else {
            return Ok(());
        };
        self.tau_squared = funnel.tau_squared;
        self.lines = funnel::line(&points)
            .into_iter()
            .map(|cohort| FunnelLine::new(&funnel, cohort))
            .collect();
        for ((picture, count), point) in counted.into_iter().zip(&points) {
            let zone = funnel.zone(point);
            self.schools.push(FunnelSchool {
                urn: urn(picture.subject.urn)?,
                name: picture.subject.name.clone(),
                count,
                limits: FunnelLine::new(&funnel, count.of()),
                zone,
                is_strength: zone.is_strength(self.worse),
                suggested: if sees_suggestions {
                    suggested(picture, topic, self.group, programme)
                } else {
                    Vec::new()
                },
                earlier: picture.assembled.earlier.get(&key).copied(),
            });
        }
        Ok(())
    }
}

/// Whether the questions are asked of a school at all: special schools are not compared.
fn is_mainstream(picture: &Picture) -> bool {
    Subject::is_compared(Phase::parse(&picture.subject.phase).unwrap_or(Phase::NotApplicable))
}

/// The criteria that results of this kind raise for a school.
fn suggested(
    picture: &Picture,
    topic: Topic,
    group: PupilGroup,
    programme: &Programme,
) -> Vec<char> {
    let raised = picture.review.suggestions.iter().filter(|suggestion| {
        suggestion.evidence.iter().any(|evidence| {
            matches!(evidence, Evidence::Count { topic: of, group: among, .. }
                if (*of, *among) == (topic, group))
        })
    });
    let letters = raised.filter_map(|suggestion| programme.raised_by(suggestion.signal));
    letters.map(|criterion| criterion.letter).collect()
}

/// Refuses a group of which nothing is asked.
fn has_group(topic: Topic, group: PupilGroup, programme: &Programme) -> Result<(), Refusal> {
    let is_asked = match topic {
        Topic::Ks2 | Topic::Phonics => programme
            .groups
            .iter()
            .any(|one| one.figures == Some(group)),
        Topic::PersistentAbsence | Topic::Suspension => false,
    };
    if group == PupilGroup::All || is_asked {
        return Ok(());
    }
    Err(Refusal::Faults(vec![Fault::new(
        "group",
        "11",
        "is not looked at: take all pupils or, for results, a group of the programme year",
    )]))
}

fn not_looked_at(years: &[AcademicYear]) -> Refusal {
    let years: Vec<String> = years.iter().map(AcademicYear::to_string).collect();
    let message = if years.is_empty() {
        "is not looked at: England has no results of this measure yet".to_owned()
    } else {
        format!("is not looked at: take one of {}", years.join(", "))
    };
    Refusal::Faults(vec![Fault::new("academic_year", "11", message)])
}
