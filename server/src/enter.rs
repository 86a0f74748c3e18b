//! The one place that every request passes: it reads the resource name, decides access, validates,
//! and only then hands the handler an [`Authorised`] request, which nothing else can make.

use std::future::Future;
use std::net::IpAddr;
use std::time::Duration;

use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt as _};
use llpr_domain::access::{Node, Role};
use llpr_domain::urn::Urn;
use llpr_proto::access::{Guarded, Method, scope};
use llpr_proto::names;
use llpr_store::access as proof;
use llpr_store::{Access, Denied, Identity, Rule};
use tonic::{Request, Response, Status};
use tracing::Span;

use crate::context::Cx;
use crate::problem::Problem;
use crate::transport::connections::Link;

/// A request whose caller may make it, with the proof of that.
///
/// It can be handed on:
///
/// ```
/// use llpr_server::enter::Authorised;
/// use llpr_store::access::School;
///
/// fn keep(request: Authorised<(), School>) -> Authorised<(), School> {
///     request
/// }
/// ```
///
/// and not made, not even with a proof at hand:
///
/// ```compile_fail,E0451
/// use llpr_server::enter::Authorised;
/// use llpr_store::Access;
/// use llpr_store::access::School;
///
/// fn forge(access: Access<School>) -> Authorised<(), School> {
///     Authorised { request: (), access, peer: None }
/// }
/// ```
#[derive(Debug)]
pub struct Authorised<Req, S> {
    request: Req,
    access: Access<S>,
    peer: Option<IpAddr>,
}

impl<Req, S> Authorised<Req, S> {
    /// The network address from which the call came; `None` for a call within the process.
    pub(crate) fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    /// The request and the proof.
    pub(crate) fn into_parts(self) -> (Req, Access<S>) {
        (self.request, self.access)
    }
}

/// Which proof a scope of the contract asks for.
pub trait Proves {
    /// The store's scope.
    type Proof: proof::Scope;
}

macro_rules! proves {
    ($($scope:ident => $proof:ident),+ $(,)?) => {
        $(impl Proves for scope::$scope { type Proof = proof::$proof; })+
    };
}

proves! {
    Public => Public,
    SelfOnly => SelfOnly,
    County => County,
    District => District,
    School => School,
    Node => AnyNode,
    Listed => Listed,
}

/// The proof that a request's handler receives.
pub(crate) type ProofOf<Req> = <<Req as Guarded>::Scope as Proves>::Proof;

/// What a handler answers.
pub(crate) type Answer<Res> = Result<Response<Res>, Status>;

/// Takes a unary call to its handler.
pub(crate) async fn enter<Req, Res, H, Fut>(
    cx: &Cx,
    request: Request<Req>,
    handler: H,
) -> Answer<Res>
where
    Req: Guarded,
    Req::Scope: Proves,
    H: FnOnce(Cx, Authorised<Req, ProofOf<Req>>) -> Fut,
    Fut: Future<Output = Result<Res, Problem>>,
{
    let (_, extensions, request) = request.into_parts();
    let peer = extensions.get::<Link>().and_then(Link::peer);
    let access = authorise(
        cx,
        extensions.get::<Identity>(),
        Req::METHOD,
        request.resource(),
        &request,
    )
    .await?;
    let answer = handler(
        cx.clone(),
        Authorised {
            request,
            access,
            peer,
        },
    )
    .await?;
    Ok(Response::new(answer))
}

/// Takes a client stream to its handler. The rule of such a method names no resource, so access
/// is decided before the first message; the handler validates each message as it comes.
pub(crate) async fn enter_stream<Req, Stream, Res, H, Fut>(
    cx: &Cx,
    request: Request<Stream>,
    handler: H,
) -> Answer<Res>
where
    Req: Guarded,
    Req::Scope: Proves,
    H: FnOnce(Cx, Authorised<Stream, ProofOf<Req>>) -> Fut,
    Fut: Future<Output = Result<Res, Problem>>,
{
    let (_, extensions, request) = request.into_parts();
    let peer = extensions.get::<Link>().and_then(Link::peer);
    let access = decide(cx, extensions.get::<Identity>(), Req::METHOD, "")
        .await
        .map_err(Problem::from)?;
    let answer = handler(
        cx.clone(),
        Authorised {
            request,
            access,
            peer,
        },
    )
    .await?;
    Ok(Response::new(answer))
}

/// What a server stream sends.
pub(crate) type Messages<Res> = BoxStream<'static, Result<Res, Status>>;

/// Takes a call that answers with a stream to its handler. The proof is asked again before each
/// message, and at least each [`Standing::AGE`] while there is none: whoever loses session or role
/// receives nothing further.
pub(crate) async fn enter_server_stream<Req, Res, H, Fut, S>(
    cx: &Cx,
    request: Request<Req>,
    handler: H,
) -> Answer<Messages<Res>>
where
    Req: Guarded,
    Req::Scope: Proves,
    Res: Send + 'static,
    H: FnOnce(Cx, Authorised<Req, ProofOf<Req>>) -> Fut,
    Fut: Future<Output = Result<S, Problem>>,
    S: Stream<Item = Result<Res, Problem>> + Send + 'static,
{
    let (_, extensions, request) = request.into_parts();
    let peer = extensions.get::<Link>().and_then(Link::peer);
    let access = authorise(
        cx,
        extensions.get::<Identity>(),
        Req::METHOD,
        request.resource(),
        &request,
    )
    .await?;
    let standing = Standing::new(cx, access.clone());
    let messages = handler(
        cx.clone(),
        Authorised {
            request,
            access,
            peer,
        },
    )
    .await?;
    Ok(Response::new(watched(standing, messages)))
}

/// Sends messages for as long as the proof holds.
fn watched<Res, P>(
    standing: Standing<P>,
    messages: impl Stream<Item = Result<Res, Problem>> + Send + 'static,
) -> Messages<Res>
where
    Res: Send + 'static,
    P: Clone + Send + Sync + 'static,
{
    let begun = Some((standing, Box::pin(messages)));
    stream::unfold(begun, async |under_way| {
        let (mut standing, mut messages) = under_way?;
        let next = loop {
            // A message is at hand before the proof is asked, so that nothing waits in between.
            let next = tokio::time::timeout(Standing::<P>::AGE, messages.next()).await;
            if let Err(problem) = standing.ask().await {
                break Some(Err(problem));
            }
            if let Ok(next) = next {
                break next;
            }
        };
        match next? {
            Ok(message) => Some((Ok(message), Some((standing, messages)))),
            Err(problem) => Some((Err(problem.into()), None)),
        }
    })
    .boxed()
}

/// The proof of a stream, which must not grow old.
#[derive(Debug)]
pub(crate) struct Standing<S> {
    cx: Cx,
    access: Access<S>,
    /// When it was last asked for, in microseconds since 1970.
    asked: i64,
}

impl<S: Clone> Standing<S> {
    /// How old a proof may be: with the time that asking takes, less than a second.
    pub(crate) const AGE: Duration = Duration::from_millis(500);

    /// A proof that was made just now.
    pub(crate) fn new(cx: &Cx, access: Access<S>) -> Self {
        Self {
            cx: cx.clone(),
            access,
            asked: cx.clock.micros(),
        }
    }

    /// Asks whether session and role still stand.
    pub(crate) async fn ask(&mut self) -> Result<(), Problem> {
        let (today, now) = (self.cx.clock.today(), self.cx.clock.micros());
        self.access = self.cx.store.renew(&self.access, today, now).await?;
        self.asked = now;
        Ok(())
    }

    /// Asks if the last answer is older than [`Standing::AGE`].
    pub(crate) async fn ask_if_old(&mut self) -> Result<(), Problem> {
        let age = self.cx.clock.micros().abs_diff(self.asked);
        if Duration::from_micros(age) < Self::AGE {
            return Ok(());
        }
        self.ask().await
    }
}

/// Access first, then validation: who may not call learns nothing of what is wrong.
async fn authorise<Req: Guarded, S: proof::Scope>(
    cx: &Cx,
    identity: Option<&Identity>,
    method: &'static Method,
    resource: &str,
    request: &Req,
) -> Result<Access<S>, Problem> {
    match decide(cx, identity, method, resource).await {
        Ok(access) => {
            request.validate()?;
            Ok(access)
        }
        Err(Denied::MalformedName) => {
            request.validate()?;
            Err(Problem::field(
                method.resource_field,
                "is not a resource name of the right form",
            ))
        }
        Err(denied) => Err(denied.into()),
    }
}

async fn decide<S: proof::Scope>(
    cx: &Cx,
    identity: Option<&Identity>,
    method: &'static Method,
    resource: &str,
) -> Result<Access<S>, Denied> {
    let rule = Rule {
        method: method.full_name(),
        roles: method.roles().filter_map(role).collect(),
    };
    let node = node(resource);
    let (today, now) = (cx.clock.today(), cx.clock.micros());
    let decided = cx
        .store
        .authorise(&rule, identity, node.as_ref(), today, now)
        .await;
    if let (Err(Denied::NoRole), Some(identity)) = (&decided, identity) {
        let system = cx.store.system("refusal", today);
        let counted = cx
            .store
            .count_refusal(&system, identity, rule.method, node.as_ref(), now)
            .await;
        if let Err(error) = counted {
            tracing::warn!(error = %error, "A refusal was not counted.");
        }
    }
    let access = decided?;
    let span = Span::current();
    if let Some(user) = access.user() {
        span.record("actor.user", user);
    }
    if let Some(role) = access.role() {
        span.record("actor.role", role.as_str());
    }
    Ok(access)
}

/// The node that a resource name belongs to.
pub(crate) fn node(resource: &str) -> Option<Node> {
    match names::Node::of(resource)? {
        names::Node::County => Some(Node::County),
        names::Node::District(slug) => slug.parse().ok().map(Node::District),
        names::Node::School(urn) => Urn::new(urn).ok().map(Node::School),
    }
}

/// A role of the contract.
pub(crate) fn role(role: llpr_proto::access::Role) -> Option<Role> {
    i16::try_from(i32::from(role))
        .ok()
        .and_then(Role::from_code)
}
