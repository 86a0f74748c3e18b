//! What data suggests of schools.

use clap::Args;
use futures::TryStreamExt as _;
use llpr_client::v1::{
    Evidence, ListSuggestionsRequest, SchoolSuggestions, Suggestion, SuggestionChange,
    SuggestionSeverity, SuggestionState,
};
use llpr_client::{Session, items};

use super::year_name;
use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, node};
use crate::output::{Format, count, record, time};
use crate::words::word_of;

record!(
    Suggestion,
    table: [
        "URN" => |suggestion| urn(suggestion).to_owned(),
        "School" => |suggestion| suggestion.school_display_name.clone(),
        "¶12" => |suggestion| suggestion.criterion.clone(),
        "State" => state,
        "Why" => |suggestion| suggestion.evidence.first().map(|one| one.words.clone()).unwrap_or_default(),
        "More" => |suggestion| match suggestion.evidence.len() {
            0 | 1 => String::new(),
            many => format!("and {}", many - 1),
        },
    ],
    all: [
        "URN" => |suggestion| urn(suggestion).to_owned(),
        "School" => |suggestion| suggestion.school_display_name.clone(),
        "Criterion" => |suggestion| suggestion.criterion.clone(),
        "Title" => |suggestion| suggestion.criterion_title.clone(),
        "State" => state,
        "Severity" => |suggestion| word_of::<SuggestionSeverity>(suggestion.severity),
        "Evidence" => |suggestion| {
            suggestion.evidence.iter().map(|one| one.words.as_str()).collect::<Vec<_>>().join(" ")
        },
        "Etag" => |suggestion| suggestion.etag.clone(),
    ]
);

/// The school's URN.
fn urn(suggestion: &Suggestion) -> &str {
    suggestion.name.split('/').nth(1).unwrap_or_default()
}

fn state(suggestion: &Suggestion) -> String {
    let state = word_of::<SuggestionState>(suggestion.state);
    match suggestion.change() {
        SuggestionChange::Unspecified => state,
        change => format!("{state}, {} since", crate::words::word(change)),
    }
}

/// List what data suggests of the schools of a district, or of one school with all that it says
///
/// A suggestion is no judgement: confirm it, or dismiss it with a reason. The list is by name, and
/// ranks nobody.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr risk suggestions north-marl
  llpr risk suggestions north-marl --open
  llpr risk suggestions 900008
  llpr risk suggestions north-marl --year 2024/25 --output csv")]
pub(crate) struct Suggestions {
    /// A district's slug or a school's URN
    place: String,
    /// The programme year, such as 2024/25 [default: the one that is open]
    #[arg(long)]
    year: Option<String>,
    /// Only those that nobody has decided about, or whose figures have changed since
    #[arg(long)]
    open: bool,
}

impl Suggestions {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = node(&self.place);
        let schools = schools(&session, &parent, &year_name(self.year.as_deref())?).await?;
        let is_wanted = |suggestion: &&Suggestion| {
            !self.open
                || suggestion.state() == SuggestionState::Open
                || suggestion.change() != SuggestionChange::Unspecified
        };
        let all = schools.iter().flat_map(|school| &school.suggestions);
        let wanted: Vec<&Suggestion> = all.filter(is_wanted).collect();
        if context.format != Format::Table {
            return context.rows(wanted, "");
        }
        match &schools[..] {
            [school] if parent.starts_with("schools/") => one(context, school),
            schools => {
                context.rows(wanted.iter().copied(), "Nothing is suggested.")?;
                let few = |school: &&SchoolSuggestions| {
                    school.suggestions.is_empty() && school.answers.iter().any(|each| each.too_few)
                };
                let few = schools.iter().filter(few).count();
                context.say("")?;
                context.say(&format!(
                    "{} of {}. Of {few} without a suggestion some results are too few to judge.",
                    count(
                        i64::try_from(wanted.len()).unwrap_or(i64::MAX),
                        "suggestion"
                    ),
                    count(i64::try_from(schools.len()).unwrap_or(i64::MAX), "school"),
                ))
            }
        }
    }
}

/// All schools of a node.
pub(super) async fn schools(
    session: &Session,
    parent: &str,
    programme_year: &str,
) -> Result<Vec<SchoolSuggestions>, Failure> {
    let schools = items(|page_token| {
        let mut client = session.risk();
        let request = ListSuggestionsRequest {
            parent: parent.to_owned(),
            programme_year: programme_year.to_owned(),
            page_size: 200,
            page_token,
        };
        async move { client.list_suggestions(request).await }
    });
    Ok(schools.try_collect().await?)
}

/// Everything about one school.
fn one(context: &mut Context, school: &SchoolSuggestions) -> Result<(), Failure> {
    let urn = bare(&school.school);
    context.say(&format!("{} ({urn})", school.school_display_name))?;
    if school.suggestions.is_empty() {
        context.say("Nothing is suggested.")?;
    }
    for suggestion in &school.suggestions {
        context.say("")?;
        told(context, suggestion)?;
    }
    if !school.answers.is_empty() {
        context.say("")?;
    }
    for answer in &school.answers {
        let measure = bare(&answer.measure);
        let group = word_of::<llpr_client::v1::PupilGroup>(answer.group);
        let kind = match answer.kind() {
            llpr_client::v1::EvidenceKind::OverTime => "over time",
            _ => "latest year",
        };
        context.say(&format!("{measure}, {group}, {kind}: {}", answer.words))?;
    }
    for fact in &school.facts {
        context.say(&format!("{}: {}", fact.criterion, fact.words))?;
    }
    if !school.earlier.is_empty() {
        context.say("")?;
        context.say("Suggested before, by other data:")?;
    }
    for earlier in &school.earlier {
        context.say(&format!(
            "{} {}: from {} to {}, then {}",
            earlier.criterion,
            earlier.criterion_title,
            time(earlier.note_time),
            time(earlier.end_time),
            if earlier.cleared {
                "no more"
            } else {
                "otherwise"
            },
        ))?;
        for evidence in &earlier.evidence {
            context.say(&format!("  {}", evidence.words))?;
        }
    }
    Ok(())
}

/// A suggestion with its evidence and decisions.
pub(super) fn told(context: &mut Context, suggestion: &Suggestion) -> Result<(), Failure> {
    context.say(&format!(
        "{} {}: {}",
        suggestion.criterion,
        suggestion.criterion_title,
        state(suggestion)
    ))?;
    for evidence in &suggestion.evidence {
        context.say(&format!("  {}", evidence.words))?;
        if let Some(intake) = &evidence.intake {
            context.say(&format!("    {}", intake.words))?;
        }
        let basis = basis(evidence);
        if !basis.is_empty() {
            context.say(&format!("    {basis}"))?;
        }
    }
    for decision in &suggestion.decisions {
        let reason = word_of::<llpr_client::v1::DismissReason>(decision.reason);
        let said = [reason.as_str(), decision.note.as_str()];
        let said: Vec<&str> = said.into_iter().filter(|part| !part.is_empty()).collect();
        context.say(&format!(
            "  {} by {} on {}. {}",
            word_of::<SuggestionState>(decision.state),
            decision.decider_display_name,
            time(decision.decide_time),
            said.join(": "),
        ))?;
    }
    Ok(())
}

/// The figures that a result was judged by, with their release.
fn basis(evidence: &Evidence) -> String {
    let years = evidence.years.iter().map(|year| {
        let release = word_of::<llpr_client::v1::Release>(year.release);
        let whose = match bare(&year.predecessor) {
            "" => String::new(),
            urn => format!(", of the school before it ({urn})"),
        };
        let counted = match year.of {
            0 => String::new(),
            of => format!("{} of {of}, ", year.met),
        };
        let authority = year
            .authority
            .map_or(String::new(), |share| format!(", authority {share:.1} %"));
        format!(
            "{} ({release}{whose}): {counted}England {:.1} %{authority}",
            year.academic_year, year.england
        )
    });
    years.collect::<Vec<_>>().join("; ")
}
