//! The way through the SDK: signing in, the list, the refresh of tokens, signing out.

use std::time::Duration;

use http::StatusCode;
use http::header::SET_COOKIE;

use super::Visitor;
use super::county::{County, PASSWORD};

fn ada() -> String {
    format!(
        "email=ada%40example.org&password={}",
        PASSWORD.replace(' ', "+")
    )
}

async fn signed_in(county: &County) -> Visitor {
    let mut visitor = Visitor::to(&county.serve().await);
    let answer = visitor.sign_in("/sign-in?next=/schools", &ada()).await;
    assert_eq!(answer.leads_to(), "/schools");
    visitor
}

#[tokio::test]
async fn whoever_signs_in_sees_their_school() {
    let county = County::with(1);
    let mut visitor = signed_in(&county).await;
    let answer = visitor.get("/schools").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.says(">Your school</h1>") && answer.says("School 1"));
    assert!(answer.says("Ada Byron") && answer.says("900001"));
    assert!(!answer.says("access-") && !answer.says("refresh-"));
    // The same id in our log and the server's.
    let id = answer.header("x-request-id").to_owned();
    assert_eq!(county.ids().last(), Some(&id));
    // Nothing changed, so no cookie.
    assert!(!answer.headers.contains_key(SET_COOKIE));
    // Whoever is signed in is not asked again.
    assert_eq!(
        visitor.get("/sign-in?next=/schools").await.leads_to(),
        "/schools"
    );
    assert!(visitor.get("/").await.says("what to do next"));
}

#[tokio::test]
async fn many_schools_come_page_by_page() {
    let county = County::with(3);
    let mut visitor = signed_in(&county).await;
    let first = visitor.get("/schools?q=oak").await;
    assert!(first.says("3 schools for “oak”"), "{}", first.body);
    assert!(
        first.says("/schools?q=oak&#38;page_token=two"),
        "{}",
        first.body
    );
    let second = visitor.get("/schools?q=oak&page_token=two").await;
    assert!(second.says("School 3 oak") && !second.says("Next page"));
    assert!(second.says("href=\"/schools?q=oak\""));
    // An old bookmark.
    let stale = visitor.get("/schools?q=oak&page_token=old").await;
    assert_eq!(stale.leads_to(), "/schools?q=oak");
}

#[tokio::test]
async fn a_refused_search_keeps_what_was_typed() {
    let county = County::with(3);
    let mut visitor = signed_in(&county).await;
    let long = "x".repeat(101);
    let answer = visitor.get(&format!("/schools?q={long}")).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.says("<a href=\"#q\">must be 100 characters at most</a>"));
    assert!(answer.says(&long));
}

#[tokio::test]
async fn refusals_of_the_server_are_shown_in_its_words() {
    let county = County::with(1);
    let mut visitor = Visitor::to(&county.serve().await);
    let answer = visitor
        .sign_in(
            "/sign-in?next=/schools",
            "email=ada%40example.org&password=wr0ng",
        )
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.says("<a href=\"#email\">E-mail address and password do not fit.</a>"));
    assert!(answer.says("value=\"ada@example.org\"") && !answer.says("wr0ng"));

    let answer = visitor
        .sign_in("/sign-in", "email=busy%40example.org&password=x")
        .await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header("retry-after"), "30");
    assert!(answer.says("Too many attempts. Wait 30 seconds."));
}

#[tokio::test]
async fn refreshed_tokens_go_into_the_cookie() {
    let county = County::with(1);
    county.let_tokens_live(Duration::ZERO);
    let mut visitor = signed_in(&county).await;
    let refreshed = county.refreshes();
    assert!(
        refreshed > 0,
        "asking who signed in came with a stale token"
    );

    county.let_tokens_live(Duration::ZERO);
    let mut visitor_of_old = signed_in(&county).await;
    let before = county.refreshes();
    assert_eq!(visitor_of_old.get("/schools").await.status, StatusCode::OK);
    assert_eq!(
        county.refreshes(),
        before,
        "the cookie has the fresh tokens"
    );

    // The older visitor's token is refused now, and refreshed within the page.
    let answer = visitor.get("/schools").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.headers.contains_key(SET_COOKIE));
    assert_eq!(county.refreshes(), before + 1);
    let answer = visitor.get("/schools").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(county.refreshes(), before + 1);
}

#[tokio::test]
async fn an_ended_session_leads_to_the_sign_in_page_which_says_so_once() {
    let county = County::with(1);
    let mut visitor = signed_in(&county).await;
    county.end_sessions();
    let answer = visitor.get("/schools?q=oak").await;
    assert_eq!(answer.leads_to(), "/sign-in?next=%2Fschools%3Fq%3Doak");
    let answer = visitor.get("/sign-in?next=%2Fschools%3Fq%3Doak").await;
    assert!(answer.says("You have been signed out."));
    assert!(!visitor.get("/sign-in").await.says("signed out"));
    let answer = visitor
        .sign_in("/sign-in?next=%2Fschools%3Fq%3Doak", &ada())
        .await;
    assert_eq!(answer.leads_to(), "/schools?q=oak");
}

#[tokio::test]
async fn signing_out_needs_the_button_and_ends_the_session() {
    let county = County::with(1);
    let mut visitor = signed_in(&county).await;
    let token = visitor.get("/schools").await.form_token();
    assert_eq!(
        visitor.post("/sign-out", "csrf=x").await.status,
        StatusCode::FORBIDDEN
    );
    assert!(!county.has_ended_sessions());

    let answer = visitor.post("/sign-out", &format!("csrf={token}")).await;
    assert_eq!(answer.leads_to(), "/sign-in");
    assert!(county.has_ended_sessions());
    assert!(visitor.get("/sign-in").await.says("You have signed out."));
    let answer = visitor.get("/schools").await;
    assert_eq!(answer.leads_to(), "/sign-in?next=%2Fschools");
    // The button in another tab.
    let answer = visitor.post("/sign-out", &format!("csrf={token}")).await;
    assert_eq!(answer.leads_to(), "/sign-in");
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let county = County::with(1);
    let mut visitor = Visitor::to(&county.serve().await);
    for evil in ["//evil.example", "/\\evil.example", "https:evil.example"] {
        visitor.cookie = None;
        let answer = visitor
            .sign_in(
                &format!("/sign-in?next={}", evil.replace('\\', "%5C")),
                &ada(),
            )
            .await;
        assert_eq!(answer.leads_to(), "/", "{evil}");
    }
}

#[tokio::test]
async fn signing_in_changes_the_form_token() {
    let county = County::with(1);
    let mut visitor = Visitor::to(&county.serve().await);
    let before = visitor.get("/sign-in").await.form_token();
    visitor.sign_in("/sign-in", &ada()).await.leads_to();
    let after = visitor.get("/schools").await.form_token();
    assert_ne!(before, after);
}

#[tokio::test]
async fn failures_are_pages_without_the_servers_inner_words() {
    let county = County::with(1);
    let mut visitor = signed_in(&county).await;
    let answer = visitor.get("/schools?q=forbidden").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert!(answer.says("You do not have access to this"));
    let answer = visitor.get("/schools?q=broken").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.says("There is a problem with the service") && answer.says("Ada Byron"));
    assert!(answer.says(answer.header("x-request-id")) && !answer.says("secret words"));
}

#[tokio::test]
async fn it_starts_answers_its_health_check_and_stops() {
    let config = crate::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        session_keys: vec![crate::new_session_key().unwrap()],
        secure_cookies: false,
        ..crate::Config::default()
    };
    let running = crate::start(config.clone()).await.unwrap();
    let url = format!("http://{}/health", running.address());
    crate::healthcheck(&url).await.unwrap();
    let missing = format!("http://{}/nowhere", running.address());
    assert!(crate::healthcheck(&missing).await.is_err());
    running.stop().await;
    assert!(crate::healthcheck(&url).await.is_err());

    let open = crate::Config {
        listen: ([0, 0, 0, 0], 0).into(),
        ..config
    };
    assert!(matches!(
        crate::start(open).await,
        Err(crate::StartError::InsecureCookies(_))
    ));
}
