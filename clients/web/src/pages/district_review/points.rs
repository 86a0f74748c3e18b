//! The form that writes a district's review: strengths and priorities, each with what it belongs
//! to, filled in with the version before, and with room for more.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::response::Response;
use http::StatusCode;
use llpr_client::{Error, ErrorReason, v1};

use super::{page, to};
use crate::browser::SignedIn;
use crate::csrf::CsrfForm;
use crate::failure::Failure;
use crate::pages::Problem;
use crate::pages::form::{self, Hidden};
use crate::words::Choice;

/// Empty places after those that are filled in.
const ROOM: usize = 2;

/// The two lists of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Strengths,
    Priorities,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Strengths, Self::Priorities];

    /// Its name in the contract and in the form.
    fn word(self) -> &'static str {
        match self {
            Self::Strengths => "strengths",
            Self::Priorities => "priorities",
        }
    }
}

/// A point as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Point {
    tag: String,
    text: String,
}

/// What the form sends: its points by list and place, those left empty too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Typed {
    name: String,
    etag: String,
    request_id: String,
    points: BTreeMap<(Kind, usize), Point>,
    /// Whether somebody else wrote meanwhile.
    is_stale: bool,
}

impl From<Vec<(String, String)>> for Typed {
    fn from(pairs: Vec<(String, String)>) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "name" => typed.name = value,
                "etag" => typed.etag = value,
                "request_id" => typed.request_id = value,
                other => {
                    if let Some((key, is_text)) = place(other) {
                        let point = typed.points.entry(key).or_default();
                        let value = value.trim().replace("\r\n", "\n");
                        if is_text {
                            point.text = value;
                        } else {
                            point.tag = value;
                        }
                    }
                }
            }
        }
        typed
    }
}

/// The list and place of `priorities-text-0`, and whether it is the text.
fn place(field: &str) -> Option<((Kind, usize), bool)> {
    let mut parts = field.split('-');
    let (list, what, place) = (parts.next()?, parts.next()?, parts.next()?);
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == list)?;
    let place = place.parse().ok().filter(|place: &usize| *place < 100)?;
    match what {
        "text" => Some(((kind, place), true)),
        "tag" => Some(((kind, place), false)),
        _ => None,
    }
}

impl Typed {
    /// Those of a list with something in them, with their places.
    fn filled(&self, kind: Kind) -> impl Iterator<Item = (usize, &Point)> {
        let here = self.points.iter().filter(move |((list, _), point)| {
            *list == kind && !(point.text.is_empty() && point.tag.is_empty())
        });
        here.map(|((_, place), point)| (*place, point))
    }

    fn request(&self) -> v1::WriteDistrictReviewRequest {
        let points = |kind| {
            self.filled(kind)
                .map(|(_, point)| v1::DistrictReviewPoint {
                    tag: point.tag.clone(),
                    text: point.text.clone(),
                    tag_title: String::new(),
                })
                .collect()
        };
        v1::WriteDistrictReviewRequest {
            name: self.name.clone(),
            etag: self.etag.clone(),
            strengths: points(Kind::Strengths),
            priorities: points(Kind::Priorities),
            request_id: self.request_id.clone(),
        }
    }

    /// The server counts the points that were sent; the form has places that were left empty too.
    fn problems(&self, error: Error) -> Result<Vec<Problem>, Failure> {
        let mut found = Vec::new();
        for violation in error.violations() {
            let at = self.input(&violation.field);
            let text = form::sentence(&violation.description);
            found.push(Problem::new(at.unwrap_or_default(), text));
        }
        if found.is_empty() {
            form::problems(error, &[])
        } else {
            Ok(found)
        }
    }

    /// The input that `priorities[0].text` is about.
    fn input(&self, field: &str) -> Option<String> {
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| field.starts_with(kind.word()))?;
        let word = kind.word();
        let Some(rest) = field.strip_prefix(&format!("{word}[")) else {
            return Some(word.to_owned());
        };
        let (index, what) = rest.split_once("].")?;
        let index: usize = index.parse().ok()?;
        let (place, _) = self.filled(kind).nth(index)?;
        Some(format!("{word}-{what}-{place}"))
    }
}

/// The form as the page shows it.
pub(super) struct Write {
    pub(super) hidden: Hidden,
    pub(super) name: String,
    pub(super) etag: String,
    pub(super) is_stale: bool,
    /// Whether there is a version before it.
    pub(super) is_next: bool,
    pub(super) lists: [List; 2],
    pub(super) tags: Vec<Choice>,
}

/// Strengths or priorities.
pub(super) struct List {
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    pub(super) hint: &'static str,
    pub(super) problem: Option<String>,
    pub(super) rows: Vec<Row>,
}

/// A place for a point.
pub(super) struct Row {
    pub(super) tag_id: String,
    pub(super) text_id: String,
    /// `Priority 1`.
    pub(super) label: String,
    pub(super) tag: String,
    pub(super) text: String,
    pub(super) tag_problem: Option<String>,
    pub(super) text_problem: Option<String>,
}

impl Write {
    /// With what was typed, or what the last version says, so that nobody types it twice.
    pub(super) fn new(
        hidden: Hidden,
        review: &v1::DistrictReview,
        programme: &v1::Programme,
        typed: Option<Typed>,
        problems: &[Problem],
    ) -> Self {
        let is_stale = typed.as_ref().is_some_and(|typed| typed.is_stale);
        let typed = typed.unwrap_or_else(|| before(review));
        Self {
            hidden,
            name: review.name.clone(),
            etag: review.etag.clone(),
            is_stale,
            is_next: review.latest.is_some(),
            lists: [
                List::new(Kind::Strengths, &typed, problems),
                List::new(Kind::Priorities, &typed, problems),
            ],
            tags: tags(programme),
        }
    }
}

impl List {
    fn new(kind: Kind, typed: &Typed, problems: &[Problem]) -> Self {
        let (title, hint, one) = match kind {
            Kind::Strengths => (
                "Strengths",
                "What goes well in the district. What it belongs to may be left open",
                "Strength",
            ),
            Kind::Priorities => (
                "Priorities",
                "What has to become better. Each belongs to something, so that the county's can be counted",
                "Priority",
            ),
        };
        let problem = |id: &str| Problem::at(problems, id).map(str::to_owned);
        let word = kind.word();
        let last = typed.filled(kind).last().map_or(0, |(place, _)| place + 1);
        let rows = (0..last + ROOM).map(|place| {
            let point = typed
                .points
                .get(&(kind, place))
                .cloned()
                .unwrap_or_default();
            let (tag_id, text_id) = (
                format!("{word}-tag-{place}"),
                format!("{word}-text-{place}"),
            );
            Row {
                label: format!("{one} {}", place + 1),
                tag: point.tag,
                text: point.text,
                tag_problem: problem(&tag_id),
                text_problem: problem(&text_id),
                tag_id,
                text_id,
            }
        });
        Self {
            id: word,
            title,
            hint,
            problem: problem(word),
            rows: rows.collect(),
        }
    }
}

/// The form as the last version fills it in.
fn before(review: &v1::DistrictReview) -> Typed {
    let latest = review.latest.clone().unwrap_or_default();
    let mut points = BTreeMap::new();
    for (kind, list) in [
        (Kind::Strengths, latest.strengths),
        (Kind::Priorities, latest.priorities),
    ] {
        for (place, point) in list.into_iter().enumerate() {
            let v1::DistrictReviewPoint { tag, text, .. } = point;
            points.insert((kind, place), Point { tag, text });
        }
    }
    Typed {
        points,
        ..Typed::default()
    }
}

/// What a point can belong to: the areas of enquiry and the criteria of the year.
fn tags(programme: &v1::Programme) -> Vec<Choice> {
    let areas = programme
        .enquiry_areas
        .iter()
        .map(|area| Choice::new(format!("areas/{}", area.id), area.title.clone()));
    let criteria = programme.criteria.iter().map(|criterion| {
        Choice::new(
            format!("criteria/{}", criterion.letter),
            format!("{}. {}", criterion.letter, criterion.title),
        )
    });
    std::iter::once(Choice::new("", "Choose what it belongs to"))
        .chain(areas)
        .chain(criteria)
        .collect()
}

/// Writes the next version.
pub(crate) async fn submit(
    signed_in: SignedIn,
    Path(slug): Path<String>,
    form: CsrfForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let mut typed = Typed::from(form.into_inner());
    if !typed.name.starts_with(&format!("districts/{slug}/")) {
        return Err(Failure::NoSuchPage);
    }
    let request = typed.request();
    let (problems, status) = match read!(
        signed_in,
        district_reviews().write_district_review(request)
    )
    .await
    {
        Ok(_) => {
            signed_in
                .browser
                .say_done("The review is kept. Nobody else sees it until you share it.");
            return Ok(to(&slug));
        }
        Err(error) if error.reason() == Some(ErrorReason::EtagMismatch) => {
            typed.is_stale = true;
            let text = "Nothing was kept: somebody else has written a version since you opened the page. \
                            It is shown above what you typed, which is kept";
            (vec![Problem::new("write", text)], StatusCode::CONFLICT)
        }
        Err(error) => (typed.problems(error)?, StatusCode::UNPROCESSABLE_ENTITY),
    };
    let page = page(&signed_in, slug, Some(typed), problems).await?;
    Ok(crate::pages::render(status, &page))
}

#[cfg(test)]
pub(super) fn sample_programme() -> v1::Programme {
    v1::Programme {
        enquiry_areas: vec![v1::ProgrammeEnquiryArea {
            id: "inclusion".into(),
            title: "Inclusion <b>Byron</b>".into(),
            ..Default::default()
        }],
        criteria: vec![v1::ProgrammeCriterion {
            letter: "c".into(),
            title: "Inclusion".into(),
            ..Default::default()
        }],
        ..Default::default()
    }
}

#[cfg(test)]
impl Typed {
    pub(super) fn sample() -> Self {
        let pairs = [
            ("strengths-tag-0", "areas/inclusion"),
            ("strengths-text-0", "Reading <b>Byron</b>"),
            ("priorities-tag-1", "criteria/c"),
            ("priorities-text-1", "Attendance <b>Byron</b>"),
        ];
        let pairs: Vec<(String, String)> = pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        Self {
            is_stale: true,
            ..Self::from(pairs)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_left_empty_are_not_sent_and_problems_find_theirs() {
        let typed = Typed::sample();
        let request = typed.request();
        assert_eq!((request.strengths.len(), request.priorities.len()), (1, 1));
        assert_eq!(request.priorities[0].tag, "criteria/c");
        // The first place of the priorities was left empty, so the server's first is the second.
        assert_eq!(
            typed.input("priorities[0].text").as_deref(),
            Some("priorities-text-1")
        );
        assert_eq!(typed.input("strengths").as_deref(), Some("strengths"));
        assert_eq!(typed.input("etag"), None);
        for nonsense in [
            "",
            "priorities",
            "priorities-text-x",
            "others-text-0",
            "priorities-text-100",
        ] {
            assert_eq!(place(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_form_begins_with_the_version_before_and_has_room_for_more() {
        let review = super::super::sample_review(v1::DistrictReviewState::Shared);
        let programme = sample_programme();
        let form = Write::new(Hidden::sample(), &review, &programme, None, &[]);
        let [strengths, priorities] = &form.lists;
        assert_eq!((strengths.rows.len(), priorities.rows.len()), (3, 3));
        assert_eq!(priorities.rows[0].tag, "criteria/c");
        assert_eq!(priorities.rows[2].label, "Priority 3");
        assert_eq!(form.tags.len(), 3);
    }
}
