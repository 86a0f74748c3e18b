//! Reading programme years and versions.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use llpr_client::v1::{
    CriterionData, GetCallerRequest, ListProgrammeDraftsRequest, ListProgrammeVersionsRequest,
    ListProgrammeYearsRequest, Programme, ProgrammeActivity, ProgrammeSetting, ProgrammeVersion,
    PromptCondition, StrandAnswer,
};
use llpr_client::{Retry, Session, items, retry};

use super::{existing_draft, named, people, version, year_name, year_of, year_or_current};
use crate::context::Context;
use crate::exit::Failure;
use crate::output::{Format, json, plain, record, time};
use crate::words::word_of;

record!(
    ProgrammeYear,
    table: [
        "Year" => |year| year.academic_year.clone(),
        "Version" => |year| in_force(year, |version| version.number.to_string()),
        "Approved" => |year| in_force(year, |version| time(version.approve_time)),
        "By" => |year| in_force(year, approver),
        "Title" => |year| in_force(year, |version| version.title.clone()),
    ]
);

record!(
    ProgrammeVersion,
    table: [
        "Version" => |version| version.number.to_string(),
        "Drafted by" => |version| people(&version.drafters),
        "Drafted" => |version| time(version.draft_time),
        "Approved by" => approver,
        "Approved" => |version| time(version.approve_time),
        "Title" => |version| version.title.clone(),
    ]
);

record!(
    ProgrammeSetting,
    table: [
        "Setting" => |setting| setting.display_name.clone(),
        "Value" => value,
        "¶" => |setting| setting.paragraph.clone(),
        "What it does" => |setting| setting.meaning.clone(),
    ],
    all: [
        "Key" => |setting| setting.key.clone(),
        "Setting" => |setting| setting.display_name.clone(),
        "Topic" => |setting| setting.topic.clone(),
        "Value" => |setting| setting.value.to_string(),
        "In words" => |setting| setting.display_value.clone(),
        "Default" => |setting| setting.default_value.to_string(),
        "From" => |setting| setting.minimum.to_string(),
        "To" => |setting| setting.maximum.to_string(),
        "Paragraph" => |setting| setting.paragraph.clone(),
        "What it does" => |setting| setting.meaning.clone(),
    ]
);

record!(
    ProgrammeCriterion,
    table: [
        "Letter" => |criterion| criterion.letter.clone(),
        "Criterion" => |criterion| criterion.title.clone(),
        "Data" => |criterion| word_of::<CriterionData>(criterion.data),
        "Kept to SIM and LLP" => |criterion| yes(criterion.restricted),
        "What it means" => |criterion| criterion.text.clone(),
    ]
);

record!(
    ProgrammeEnquiryArea,
    table: [
        "Letter" => |area| area.letter.clone(),
        "Area" => |area| area.title.clone(),
        "What belongs to it" => |area| area.text.clone(),
        "Id" => |area| area.id.clone(),
    ]
);

record!(
    ProgrammePrompt,
    table: [
        "Prompt" => |prompt| prompt.text.clone(),
        "Only if" => |prompt| word_of::<PromptCondition>(prompt.only_if),
        "Id" => |prompt| prompt.id.clone(),
    ]
);

record!(
    ProgrammeSection,
    table: [
        "Section" => |section| section.title.clone(),
        "What stands there" => |section| section.text.clone(),
        "Id" => |section| section.id.clone(),
    ]
);

record!(
    ProgrammeStrand,
    table: [
        "Strand" => |strand| strand.numeral.clone(),
        "Title" => |strand| strand.title.clone(),
        "What it is about" => |strand| strand.text.clone(),
        "May say instead" => |strand| word_of::<StrandAnswer>(strand.may_say),
        "Id" => |strand| strand.id.clone(),
    ]
);

record!(
    ProgrammeGroup,
    table: [
        "Group" => |group| group.title.clone(),
        "Who" => |group| group.text.clone(),
        "Figures" => |group| group.figures.clone(),
        "Id" => |group| group.id.clone(),
    ]
);

fn in_force(
    year: &llpr_client::v1::ProgrammeYear,
    cell: impl Fn(&ProgrammeVersion) -> String,
) -> String {
    year.version.as_ref().map(cell).unwrap_or_default()
}

fn approver(version: &ProgrammeVersion) -> String {
    match &version.approver {
        Some(person) => person.display_name.clone(),
        None => "(came with the software)".to_owned(),
    }
}

/// The value in words, and what would be usual where it differs.
fn value(setting: &ProgrammeSetting) -> String {
    let shown = &setting.display_value;
    // Both come from the same text, so equal values are equal to the bit.
    if setting.value.to_bits() == setting.default_value.to_bits() {
        shown.clone()
    } else {
        let usual = match (setting.kind(), setting.default_value > 0.5) {
            (llpr_client::v1::SettingKind::Switch, true) => "yes".to_owned(),
            (llpr_client::v1::SettingKind::Switch, false) => "no".to_owned(),
            _ => setting.default_value.to_string(),
        };
        format!("{shown} (default {usual})")
    }
}

fn yes(on: bool) -> String {
    if on { "yes".to_owned() } else { String::new() }
}

/// List the programme years, and the drafts that wait for approval
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme list
  llpr programme list --output json")]
pub(crate) struct List {}

impl List {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let answer = retry(Retry::default(), || {
            let mut client = session.programme();
            async move {
                client
                    .list_programme_years(ListProgrammeYearsRequest {})
                    .await
            }
        })
        .await?;
        context.rows(&answer.programme_years, "No programme year.")?;
        if may(&session, "llpr.v1.ProgrammeService/ListProgrammeDrafts").await? {
            let answer = retry(Retry::default(), || {
                let mut client = session.programme();
                async move {
                    client
                        .list_programme_drafts(ListProgrammeDraftsRequest {})
                        .await
                }
            })
            .await?;
            for draft in answer.programme_drafts {
                context.note(&format!(
                    "A draft for {year} by {} of {} waits for approval: `llpr programme diff {year}`.",
                    people(&draft.drafters),
                    time(draft.update_time),
                    year = draft.academic_year
                ))?;
            }
        }
        Ok(())
    }
}

/// Whether the caller's roles open a method.
async fn may(session: &Session, method: &str) -> Result<bool, Failure> {
    let caller = retry(Retry::default(), || {
        let mut client = session.auth();
        async move { client.get_caller(GetCallerRequest {}).await }
    })
    .await?;
    Ok(caller.methods.iter().any(|open| open == method))
}

/// A part of a programme year.
#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// The numbers that the programme leaves open
    Settings,
    /// When a school is at risk (¶12)
    Criteria,
    /// Areas that run through the whole review (¶23)
    Enquiry,
    /// The activities of the day and their prompts (¶26 to ¶30)
    Activities,
    /// The sections and strands of the report (¶31)
    Report,
    /// Groups of pupils (¶2, ¶3)
    Groups,
    /// Vision, principles, relationship and purposes (¶1 to ¶4)
    Statement,
}

/// Show a programme year: what it asks, and every number with its meaning
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme show
  llpr programme show 2024/25 --part criteria
  llpr programme show 2024/25 --version 1
  llpr programme show 2025/26 --draft
  llpr programme show --output json | jq '.programme.settings'
  llpr programme show --part settings --output csv > settings.csv")]
pub(crate) struct Show {
    /// The academic year, such as 2024/25 [default: the one in force]
    year: Option<String>,
    /// Only this part
    #[arg(long, value_enum)]
    part: Option<Part>,
    /// An approved version by its number [default: the one in force]
    #[arg(long, value_name = "N", conflicts_with = "draft")]
    version: Option<u32>,
    /// The draft, for administrators and the county manager
    #[arg(long)]
    draft: bool,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_or_current(self.year.as_deref())?;
        let (value, card, programme) = if self.draft {
            let year = named(&session, &year).await?;
            let draft = existing_draft(&session, &year).await?;
            let card = vec![
                ("Year", draft.academic_year.clone()),
                ("Draft by", people(&draft.drafters)),
                ("Written", time(draft.update_time)),
            ];
            (json("ProgrammeDraft", &draft)?, card, draft.programme)
        } else {
            let version = version(&session, &year, self.version).await?;
            let card = vec![
                ("Year", year_of(&version.name)),
                ("Version", version.number.to_string()),
                ("Approved", time(version.approve_time)),
                ("Approved by", approver(&version)),
                ("Drafted by", people(&version.drafters)),
            ];
            (json("ProgrammeVersion", &version)?, card, version.programme)
        };
        let programme = programme.ok_or_else(Failure::empty_answer)?;
        match (context.format, self.part) {
            (Format::Json, _) => context.object(&value),
            (Format::Csv, None) => part(context, &programme, Part::Settings),
            (Format::Table, None) => {
                overview(context, card, &programme)?;
                part(context, &programme, Part::Settings)?;
                context.say("")?;
                context
                    .say("More: --part criteria, enquiry, activities, report, groups or statement.")
            }
            (Format::Table | Format::Csv, Some(wanted)) => part(context, &programme, wanted),
        }
    }
}

fn overview(
    context: &mut Context,
    mut card: Vec<(&str, String)>,
    programme: &Programme,
) -> Result<(), Failure> {
    let focus = programme.focus.clone().unwrap_or_default();
    card.insert(0, ("Programme", programme.title.clone()));
    card.push((
        "This year asks",
        format!("{} (¶{})", focus.question, focus.paragraph),
    ));
    card.push(("In each school", focus.explanation));
    card.push(("From last year", focus.follow_up));
    context.card(card)
}

fn part(context: &mut Context, programme: &Programme, part: Part) -> Result<(), Failure> {
    match part {
        Part::Settings => settings(context, &programme.settings),
        Part::Criteria => {
            context.rows(&programme.criteria, "")?;
            context.say("")?;
            context.say(
                "One criterion in evidence is enough (¶12). What data suggests, a person confirms.",
            )
        }
        Part::Enquiry => context.rows(&programme.enquiry_areas, ""),
        Part::Activities => activities(context, &programme.activities),
        Part::Report => {
            context.rows(&programme.sections, "")?;
            if context.format == Format::Table {
                for section in &programme.sections {
                    if !section.strands.is_empty() {
                        heading(context, &format!("Strands of {} (¶31)", section.title))?;
                        context.rows(&section.strands, "")?;
                    }
                }
            }
            Ok(())
        }
        Part::Groups => context.rows(&programme.groups, ""),
        Part::Statement => statement(context, programme),
    }
}

/// A table for each topic; one sheet for programs.
fn settings(context: &mut Context, settings: &[ProgrammeSetting]) -> Result<(), Failure> {
    if context.format == Format::Table {
        for topic in settings.chunk_by(|one, next| one.topic == next.topic) {
            let name = topic.first().map_or("", |setting| setting.topic.as_str());
            heading(context, name)?;
            context.rows(topic, "")?;
        }
        let implied = settings.iter().filter(|setting| setting.implied);
        let implied: Vec<_> = implied.map(|setting| setting.key.as_str()).collect();
        if !implied.is_empty() {
            context.say("")?;
            context.say(&format!(
                "Not in the document, so that the default stands: {}.",
                implied.join(", ")
            ))?;
        }
        return Ok(());
    }
    context.rows(settings, "")
}

fn activities(context: &mut Context, activities: &[ProgrammeActivity]) -> Result<(), Failure> {
    if context.format == Format::Csv {
        let prompts = activities.iter().flat_map(|activity| &activity.prompts);
        return context.rows(prompts, "");
    }
    for activity in activities {
        let ProgrammeActivity {
            number,
            title,
            paragraph,
            ..
        } = activity;
        heading(context, &format!("{number}. {title} (¶{paragraph})"))?;
        context.say(&activity.text)?;
        if !activity.fallback.is_empty() {
            context.say(&activity.fallback)?;
        }
        context.rows(&activity.prompts, "")?;
    }
    Ok(())
}

fn statement(context: &mut Context, programme: &Programme) -> Result<(), Failure> {
    if context.format == Format::Csv {
        return Err(Failure::Usage(
            "The statement is text and no sheet: take --output table or json.".into(),
        ));
    }
    for (name, texts) in [
        ("Vision (¶1)", &programme.vision),
        ("Principles of inclusion (¶2)", &programme.principles),
        ("Relationship with schools (¶3)", &programme.relationship),
        ("Purposes, a to e (¶4)", &programme.purposes),
    ] {
        heading(context, name)?;
        for text in texts {
            context.say(&format!("- {text}"))?;
        }
    }
    Ok(())
}

fn heading(context: &mut Context, text: &str) -> Result<(), Failure> {
    context.say("")?;
    context.say(text)
}

/// Print or save a year's document with its comments
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme export 2024/25 > programme.toml
  llpr programme export 2024/25 --version 1 --file first.toml
  llpr programme export 2025/26 --draft")]
pub(crate) struct Export {
    /// The academic year, such as 2024/25 [default: the one in force]
    year: Option<String>,
    /// An approved version by its number [default: the one in force]
    #[arg(long, value_name = "N", conflicts_with = "draft")]
    version: Option<u32>,
    /// The draft, for administrators and the county manager
    #[arg(long)]
    draft: bool,
    /// Write to this file [default: the standard output]
    #[arg(long, value_name = "OUT.toml")]
    file: Option<PathBuf>,
}

impl Export {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = year_or_current(self.year.as_deref())?;
        let document = if self.draft {
            let year = named(&session, &year).await?;
            existing_draft(&session, &year).await?.document
        } else {
            version(&session, &year, self.version).await?.document
        };
        match &self.file {
            Some(path) => {
                let shown = path.display().to_string();
                std::fs::write(path, document).map_err(|source| Failure::File {
                    path: shown.clone(),
                    source,
                })?;
                context.note(&format!("Written to {shown}."))
            }
            None if context.io.out_is_terminal => {
                // Line by line, so that nothing in it steers the terminal.
                for line in document.lines() {
                    writeln!(context.io.out, "{}", plain(line))?;
                }
                Ok(())
            }
            None => Ok(context.io.out.write_all(document.as_bytes())?),
        }
    }
}

/// List the approved versions of a year: who drafted, who approved, and when
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr programme versions 2024/25
  llpr programme versions 2024/25 --output csv")]
pub(crate) struct Versions {
    /// The academic year, such as 2024/25 [default: the one in force]
    year: Option<String>,
}

impl Versions {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let year = match self.year {
            Some(year) => year_name(&year)?,
            None => named(&session, "programmeYears/-").await?,
        };
        let versions = items(|page_token| {
            let mut client = session.programme();
            let request = ListProgrammeVersionsRequest {
                parent: year.clone(),
                page_size: 500,
                page_token,
            };
            async move { client.list_programme_versions(request).await }
        });
        context.list(versions, None, "No version.").await
    }
}
