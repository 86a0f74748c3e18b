//! Actions: making and reading them.

use std::path::PathBuf;

use clap::Args;
use llpr_client::v1::{
    CreateFollowUpActionRequest, FollowUpAction, FollowUpActionKind, FollowUpActionState,
    FollowUpAgreement, GetCallerRequest, GetFollowUpActionRequest, ListAgreedActionsRequest,
    ListFollowUpActionsRequest, ListMyFollowUpActionsRequest, ListSchoolPartnersRequest,
};
use llpr_client::{Retry, Session, items, request_id, retry};

use crate::context::Context;
use crate::exit::Failure;
use crate::names::{bare, full, node};
use crate::output::{record, time};
use crate::risk::year_name;
use crate::words::{parser, word_of};

record!(
    FollowUpAction,
    table: [
        "Due" => |one| one.due_date.clone(),
        "State" => state,
        "URN" => |one| bare(&one.school).to_owned(),
        "School" => |one| one.school_display_name.clone(),
        "Kind" => |one| word_of::<FollowUpActionKind>(one.kind),
        "What" => |one| one.title.clone(),
        "Owner" => |one| one.owner_display_name.clone(),
        "Name" => |one| one.name.clone(),
    ],
    all: [
        "Name" => |one| one.name.clone(),
        "URN" => |one| bare(&one.school).to_owned(),
        "School" => |one| one.school_display_name.clone(),
        "Year" => |one| bare(&one.programme_year).to_owned(),
        "Kind" => |one| word_of::<FollowUpActionKind>(one.kind),
        "What" => |one| one.title.clone(),
        "Note" => |one| one.note.clone(),
        "Owner" => |one| one.owner_display_name.clone(),
        "Due" => |one| one.due_date.clone(),
        "First due" => first_due,
        "State" => state,
        "Outcome" => |one| one.outcome.clone(),
        "Closed" => |one| one.close_date.clone(),
        "Closed by" => |one| one.closer_display_name.clone(),
        "Contact" => |one| one.contact.clone(),
        "Agreed" => |one| agreed(one.agreement.as_ref()),
        "Agreed with" => |one| agreed_with(one.agreement.as_ref()),
        "Shared" => |one| time(one.agreement.as_ref().and_then(|agreement| agreement.share_time)),
        "Made by" => |one| one.author_display_name.clone(),
        "Version" => |one| one.etag.clone(),
    ]
);

record!(
    AgreedAction,
    table: [
        "Due" => |one| one.due_date.clone(),
        "State" => |one| word_of::<FollowUpActionState>(one.state),
        "Kind" => |one| word_of::<FollowUpActionKind>(one.kind),
        "Agreed" => |one| agreed(one.agreement.as_ref()),
        "With" => |one| agreed_with(one.agreement.as_ref()),
        "Owner" => |one| one.owner_display_name.clone(),
        "Shared" => |one| time(one.agreement.as_ref().and_then(|agreement| agreement.share_time)),
    ]
);

fn state(action: &FollowUpAction) -> String {
    if action.overdue {
        "overdue".to_owned()
    } else {
        word_of::<FollowUpActionState>(action.state)
    }
}

/// The day that it was due first, where that is another one.
fn first_due(action: &FollowUpAction) -> String {
    if action.first_due_date == action.due_date {
        String::new()
    } else {
        action.first_due_date.clone()
    }
}

fn agreed(agreement: Option<&FollowUpAgreement>) -> String {
    agreement.map_or(String::new(), |agreement| agreement.wording.clone())
}

fn agreed_with(agreement: Option<&FollowUpAgreement>) -> String {
    agreement.map_or(String::new(), |agreement| {
        format!("{}, {}", agreement.agreed_with, agreement.agreed_date)
    })
}

/// Who owns an action: `me`, `partner`, or somebody by their user name.
pub(super) async fn owner(session: &Session, urn: &str, text: &str) -> Result<String, Failure> {
    match text {
        "me" => {
            let answer = retry(Retry::default(), || {
                let mut client = session.auth();
                async move { client.get_caller(GetCallerRequest {}).await }
            })
            .await?;
            Ok(answer.user.ok_or_else(Failure::empty_answer)?.name)
        }
        "partner" => {
            let answer = retry(Retry::default(), || {
                let mut client = session.schools();
                let request = ListSchoolPartnersRequest {
                    parent: full("schools", urn),
                };
                async move { client.list_school_partners(request).await }
            })
            .await?;
            // The server says whether the newest is one today.
            let newest = answer.partners.into_iter().next();
            newest.map(|partner| partner.user).ok_or_else(|| {
                Failure::NotFound("The school has no partner: name the owner as users/ID.".into())
            })
        }
        user => Ok(full("users", user)),
    }
}

/// Make an action of one of the five kinds of paragraph 13
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up add 900008 visit \"Look at reading in key stage 2\" --due 2024-11-15
  llpr follow-up add 900008 early-review \"Review before Christmas\" --due 2024-12-13 --owner partner
  llpr follow-up add 900008 governing-body-visit \"Meet the governors\" --due 2024-11-30 --note-file note.txt")]
pub(crate) struct Add {
    /// The school's URN
    urn: String,
    /// Which kind
    #[arg(value_parser = parser::<FollowUpActionKind>())]
    kind: FollowUpActionKind,
    /// What is to be done, in a line
    what: String,
    /// By which day, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    due: String,
    /// Who is to do it: me, partner, or users/ID
    #[arg(long, default_value = "me")]
    owner: String,
    /// The contact from which it comes, as `llpr follow-up contact` names it
    #[arg(long, value_name = "NAME")]
    contact: Option<String>,
    /// File with more about it, or - for the standard input; name no pupil
    #[arg(long, value_name = "FILE")]
    note_file: Option<PathBuf>,
}

impl Add {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateFollowUpActionRequest {
            parent: full("schools", &self.urn),
            follow_up_action: Some(FollowUpAction {
                kind: self.kind.into(),
                title: self.what,
                note: context.prose(self.note_file.as_deref())?,
                owner: owner(&session, &self.urn, &self.owner).await?,
                due_date: self.due,
                contact: self.contact.unwrap_or_default(),
                ..FollowUpAction::default()
            }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let (mut client, request) = (session.follow_up(), request.clone());
            async move { client.create_follow_up_action(request).await }
        })
        .await?;
        context.one(&answer.follow_up_action.ok_or_else(Failure::empty_answer)?)
    }
}

/// Which actions to list.
#[derive(Args)]
struct Which {
    /// Only those in a state
    #[arg(long, value_parser = parser::<FollowUpActionState>())]
    state: Option<FollowUpActionState>,
    /// Only those that are open and past their day
    #[arg(long)]
    overdue: bool,
}

/// List actions of a school, a district or the county, by due date
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up actions north-marl --overdue
  llpr follow-up actions 900008
  llpr follow-up actions county --state open --output csv")]
pub(crate) struct Actions {
    /// A district's slug, a school's URN, or county
    place: String,
    #[command(flatten)]
    which: Which,
    /// Only those of a programme year, such as 2024/25 [default: all]
    #[arg(long)]
    year: Option<String>,
}

impl Actions {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let (parent, programme_year) = (node(&self.place), year_name(self.year.as_deref())?);
        let actions = items(|page_token| {
            let mut client = session.follow_up();
            let request = ListFollowUpActionsRequest {
                parent: parent.clone(),
                state: self.which.state.unwrap_or_default().into(),
                overdue_only: self.which.overdue,
                programme_year: programme_year.clone(),
                page_size: 200,
                page_token,
            };
            async move { client.list_follow_up_actions(request).await }
        });
        context
            .list(actions, None, "There is no such action.")
            .await
    }
}

/// List the actions that you own, by due date
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up mine --state open
  llpr follow-up mine --overdue")]
pub(crate) struct Mine {
    #[command(flatten)]
    which: Which,
}

impl Mine {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let actions = items(|page_token| {
            let mut client = session.follow_up();
            let request = ListMyFollowUpActionsRequest {
                state: self.which.state.unwrap_or_default().into(),
                overdue_only: self.which.overdue,
                page_size: 200,
                page_token,
            };
            async move { client.list_my_follow_up_actions(request).await }
        });
        context.list(actions, None, "You own no such action.").await
    }
}

/// Show an action
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up show schools/900008/followUpActions/ID")]
pub(crate) struct Show {
    /// The action, as `llpr follow-up actions` names it
    name: String,
}

impl Show {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let found = get(&session, &self.name).await?;
        context.one(&found)
    }
}

/// An action as it stands.
pub(super) async fn get(session: &Session, name: &str) -> Result<FollowUpAction, Failure> {
    let answer = retry(Retry::default(), || {
        let mut client = session.follow_up();
        let name = name.to_owned();
        async move {
            client
                .get_follow_up_action(GetFollowUpActionRequest { name })
                .await
        }
    })
    .await?;
    answer.follow_up_action.ok_or_else(Failure::empty_answer)
}

/// List what was agreed with a school, as its headteacher sees it
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr follow-up agreed 900008")]
pub(crate) struct Agreed {
    /// The school's URN
    urn: String,
}

impl Agreed {
    pub(super) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let parent = full("schools", &self.urn);
        let actions = items(|page_token| {
            let mut client = session.follow_up();
            let request = ListAgreedActionsRequest {
                parent: parent.clone(),
                page_size: 200,
                page_token,
            };
            async move { client.list_agreed_actions(request).await }
        });
        context.list(actions, None, "Nothing was shared yet.").await
    }
}
