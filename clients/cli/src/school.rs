//! `llpr school`: the register, the links between schools, and their partners.

use clap::{Args, Subcommand};
use llpr_client::v1::{
    AgeBand, CreateSchoolLinkRequest, DeleteSchoolLinkRequest, FundingBasis, GetCallerRequest,
    GetSchoolRequest, ListSchoolLinksRequest, ListSchoolPartnersRequest, ListSchoolsRequest, Phase,
    School, SchoolLink, SchoolLinkKind, SchoolStatus,
};
use llpr_client::{Error, Retry, Session, items, request_id, retry};
use tonic::Code;

use crate::circumstances::{self, Inspections, Support};
use crate::context::Context;
use crate::exit::Failure;
use crate::figures::{self, Figures};
use crate::names::{bare, full};
use crate::output::{Format, record};
use crate::past_visits::{PastReport, PastVisits};
use crate::words::{parser, word_of};

/// Schools: the register, their figures, links and partners
#[derive(Subcommand)]
pub(crate) enum Command {
    List(List),
    Show(Show),
    Figures(Figures),
    Inspections(Inspections),
    Support(Support),
    PastVisits(PastVisits),
    PastReport(PastReport),
    Links(Links),
    Pair(Pair),
    Unpair(Unpair),
    Partners(Partners),
}

impl Command {
    pub(crate) async fn run(self, context: &mut Context) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run(context).await,
            Self::Show(show) => show.run(context).await,
            Self::Figures(figures) => figures.run(context).await,
            Self::Inspections(inspections) => inspections.run(context).await,
            Self::Support(support) => support.run(context).await,
            Self::PastVisits(visits) => visits.run(context).await,
            Self::PastReport(report) => report.run(context).await,
            Self::Links(links) => links.run(context).await,
            Self::Pair(pair) => pair.run(context).await,
            Self::Unpair(unpair) => unpair.run(context).await,
            Self::Partners(partners) => partners.run(context).await,
        }
    }
}

record!(
    School,
    table: [
        "URN" => |school| school.urn.to_string(),
        "Name" => |school| school.display_name.clone(),
        "District" => |school| school.district_display_name.clone(),
        "Phase" => |school| word_of::<Phase>(school.phase),
        "Type" => |school| school.r#type.clone(),
        "Status" => |school| word_of::<SchoolStatus>(school.status),
        "Pupils" => |school| number(school.pupils),
        "Partners" => |school| school.partner_display_names.join(", "),
    ],
    all: [
        "Name" => |school| school.display_name.clone(),
        "URN" => |school| school.urn.to_string(),
        "LAESTAB" => |school| school.laestab.clone(),
        "Status" => |school| word_of::<SchoolStatus>(school.status),
        "Type" => |school| school.r#type.clone(),
        "Phase" => |school| word_of::<Phase>(school.phase),
        "Age band" => |school| word_of::<AgeBand>(school.age_band),
        "Lowest age" => |school| number(school.low_age),
        "Highest age" => |school| number(school.high_age),
        "Pupils" => |school| number(school.pupils),
        "Capacity" => |school| number(school.capacity),
        "District" => |school| school.district_display_name.clone(),
        "District name" => |school| school.district.clone(),
        "Partners" => |school| school.partner_display_names.join(", "),
        "Authority" => |school| match school.authority {
            0 => school.authority_display_name.clone(),
            number => format!("{} ({number})", school.authority_display_name),
        },
        "Funding" => |school| word_of::<FundingBasis>(school.funding_basis),
        "Trust" => |school| school.trust.clone(),
        "Federation" => |school| school.federation.clone(),
        "Groups" => |school| {
            school.groups.iter().map(circumstances::group).collect::<Vec<_>>().join("; ")
        },
        "Religious character" => |school| school.religious_character.clone(),
        "Diocese" => |school| school.diocese.clone(),
        "Nursery" => |school| school.nursery_provision.clone(),
        "Resourced provision" => |school| school.resourced_provision.clone(),
        "Opened" => |school| school.open_date.clone(),
        "Closed" => |school| school.close_date.clone(),
        "Town" => |school| school.town.clone(),
        "Postcode" => |school| school.postcode.clone(),
        "Website" => |school| school.website.clone(),
        "District council" => |school| school.administrative_district.clone(),
    ]
);

record!(
    SchoolLink,
    table: [
        "Kind" => |link| word_of::<SchoolLinkKind>(link.kind),
        "URN" => |link| bare(&link.linked_school).to_owned(),
        "School" => |link| match link.linked_school_display_name.as_str() {
            "" => "(not in the register)".to_owned(),
            name => name.to_owned(),
        },
        "Description" => |link| link.description.clone(),
        "Since" => |link| link.established_date.clone(),
    ]
);

record!(
    SchoolPartner,
    table: [
        "Name" => |partner| partner.display_name.clone(),
        "From" => |partner| partner.from_date.clone(),
        "Until before" => |partner| partner.until_date.clone(),
        "User" => |partner| partner.user.clone(),
    ]
);

fn number(value: Option<i32>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// List the schools that your roles reach
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school list --district north --phase primary
  llpr school list --query oak --order-by 'urn desc'
  llpr school list --partner me
  llpr school list --status closed --output csv > closed.csv")]
pub(crate) struct List {
    /// Only schools of this district today
    #[arg(long, value_name = "SLUG")]
    district: Option<String>,
    /// Only schools of these phases
    #[arg(long, value_parser = parser::<Phase>(), value_delimiter = ',', value_name = "PHASE")]
    phase: Vec<Phase>,
    /// Only schools of this type in GIAS's words, such as 'Community school'
    #[arg(long = "type", value_name = "TYPE")]
    kind: Option<String>,
    /// Only schools of these statuses [default: open and open-proposed-to-close]
    #[arg(
        long,
        value_parser = parser::<SchoolStatus>(),
        value_delimiter = ',',
        value_name = "STATUS"
    )]
    status: Vec<SchoolStatus>,
    /// Only schools whose partner today is this user; `me` for yourself
    #[arg(long, value_name = "USER")]
    partner: Option<String>,
    /// Only schools with this in their name or town, or with this URN or LAESTAB
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
    /// `name`, `name desc`, `urn` or `urn desc` [default: name]
    #[arg(long, value_name = "ORDER")]
    order_by: Option<String>,
    /// At most this many schools
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl List {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let partner = match self.partner.as_deref() {
            Some("me") => caller(&session).await?,
            Some(user) => full("users", user),
            None => String::new(),
        };
        let request = ListSchoolsRequest {
            page_size: 500,
            page_token: String::new(),
            district: self
                .district
                .map(|slug| full("districts", &slug))
                .unwrap_or_default(),
            phases: self.phase.into_iter().map(i32::from).collect(),
            r#type: self.kind.unwrap_or_default(),
            statuses: self.status.into_iter().map(i32::from).collect(),
            partner,
            query: self.query.unwrap_or_default(),
            order_by: self.order_by.unwrap_or_default(),
        };
        let schools = items(|page_token| {
            let mut client = session.schools();
            let request = ListSchoolsRequest {
                page_token,
                ..request.clone()
            };
            async move { client.list_schools(request).await }
        });
        let nothing = "No school that your roles reach fits.";
        context.list(schools, self.limit, nothing).await
    }
}

async fn caller(session: &Session) -> Result<String, Failure> {
    let caller = session.auth().get_caller(GetCallerRequest {}).await?;
    let user = caller.into_inner().user.ok_or_else(Failure::empty_answer)?;
    Ok(user.name)
}

async fn school(session: &Session, name: &str) -> Result<School, Failure> {
    let answer = retry(Retry::default(), || {
        let mut client = session.schools();
        let request = GetSchoolRequest { name: name.into() };
        async move { client.get_school(request).await }
    })
    .await?;
    answer.school.ok_or_else(Failure::empty_answer)
}

/// Show a school: the register's facts, partners, links, inspections and key stage 2 results
///
/// JSON and CSV hold the school itself; `school figures`, `inspections`, `links` and `partners`
/// give the rest.
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school show 900001
  llpr school show schools/900001 --output json")]
pub(crate) struct Show {
    /// The school's URN
    urn: String,
}

impl Show {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let name = full("schools", &self.urn);
        let school = school(&session, &name).await?;
        context.one(&school)?;
        if context.format != Format::Table {
            return Ok(());
        }
        context.say("")?;
        context.say("Leadership and learning partners")?;
        context.rows(&partners(&session, &name).await?, "None yet.")?;
        context.say("")?;
        context.say("Linked schools")?;
        context.rows(&links(&session, &name).await?, "None.")?;
        context.say("")?;
        context.say("Ofsted, each inspection in the terms of its own time")?;
        let ofsted = circumstances::inspections(&session, &name).await?;
        context.rows(&ofsted.inspections, "None.")?;
        context.say(&circumstances::standing(&ofsted))?;
        context.say("")?;
        context.say("Key stage 2: expected standard in reading, writing and mathematics")?;
        match figures::headline(&session, &name).await {
            Ok(rows) => context.rows(&rows, "No figures yet."),
            Err(error) if error.code() == Code::PermissionDenied => {
                context.say("Your roles do not include figures.")
            }
            Err(error) => Err(error.into()),
        }
    }
}

async fn links(session: &Session, parent: &str) -> Result<Vec<SchoolLink>, Error> {
    let answer = retry(Retry::default(), || {
        let mut client = session.schools();
        let request = ListSchoolLinksRequest {
            parent: parent.into(),
        };
        async move { client.list_school_links(request).await }
    });
    Ok(answer.await?.links)
}

async fn partners(
    session: &Session,
    parent: &str,
) -> Result<Vec<llpr_client::v1::SchoolPartner>, Error> {
    let answer = retry(Retry::default(), || {
        let mut client = session.schools();
        let request = ListSchoolPartnersRequest {
            parent: parent.into(),
        };
        async move { client.list_school_partners(request).await }
    });
    Ok(answer.await?.partners)
}

/// List a school's predecessors, successors, and the infant or junior school it is paired with
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school links 900001")]
pub(crate) struct Links {
    /// The school's URN
    urn: String,
}

impl Links {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let links = links(&session, &full("schools", &self.urn)).await?;
        context.rows(&links, "No linked schools.")
    }
}

/// Pair an infant school with the junior school that its pupils go on to
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school pair 900003 900004")]
pub(crate) struct Pair {
    /// URN of one of the two
    urn: String,
    /// URN of the other
    other: String,
}

impl Pair {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let request = CreateSchoolLinkRequest {
            parent: full("schools", &self.urn),
            link: Some(SchoolLink {
                linked_school: full("schools", &self.other),
                kind: SchoolLinkKind::InfantJuniorPair.into(),
                ..SchoolLink::default()
            }),
            request_id: request_id(),
        };
        let answer = retry(Retry::default(), || {
            let mut client = session.schools();
            let request = request.clone();
            async move { client.create_school_link(request).await }
        })
        .await?;
        context.one(&answer.link.ok_or_else(Failure::empty_answer)?)
    }
}

/// Part an infant school from its junior school
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school unpair 900003 900004")]
pub(crate) struct Unpair {
    /// URN of one of the two
    urn: String,
    /// URN of the other
    other: String,
}

impl Unpair {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let (urn, other) = (bare(&self.urn), bare(&self.other));
        let request = DeleteSchoolLinkRequest {
            name: llpr_proto::names::school_link(urn, other),
            request_id: request_id(),
        };
        retry(Retry::default(), || {
            let mut client = session.schools();
            let request = request.clone();
            async move { client.delete_school_link(request).await }
        })
        .await?;
        context.note(&format!("{urn} and {other} are no longer a pair."))
    }
}

/// List a school's leadership and learning partners, newest first
#[derive(Args)]
#[command(after_help = "\
Examples:
  llpr school partners 900001")]
pub(crate) struct Partners {
    /// The school's URN
    urn: String,
}

impl Partners {
    async fn run(self, context: &mut Context) -> Result<(), Failure> {
        let session = context.session()?;
        let partners = partners(&session, &full("schools", &self.urn)).await?;
        context.rows(&partners, "No partner yet.")
    }
}
