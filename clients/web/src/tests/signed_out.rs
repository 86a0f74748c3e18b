//! What anybody meets before signing in, with the server away.

use axum::body::Body;
use http::header::{CONTENT_TYPE, COOKIE};
use http::{Request, StatusCode};

use super::{NOBODY, Visitor};

const ADA: &str = "email=ada%40example.org&password=hush";

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let mut visitor = Visitor::to(NOBODY);
    let stylesheet = crate::assets::ASSETS.style.path.as_str();
    for path in [
        "/",
        "/health",
        "/sign-in",
        "/schools",
        "/nowhere",
        "/assets/x",
        stylesheet,
    ] {
        let answer = visitor.get(path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
             connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert!(
            answer
                .header("strict-transport-security")
                .contains("max-age")
        );
        let kept = answer.header("cache-control");
        if path == stylesheet {
            assert!(kept.contains("immutable"), "{kept}");
            assert_eq!(answer.status, StatusCode::OK);
        } else {
            assert_eq!(kept, "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn a_request_id_is_ours_and_never_theirs() {
    let mut visitor = Visitor::to(NOBODY);
    let request = Request::get("/nowhere")
        .header("x-request-id", "theirs")
        .body(Body::empty())
        .unwrap();
    let answer = visitor.send(request).await;
    let id = answer.header("x-request-id");
    assert_eq!(uuid::Uuid::parse_str(id).unwrap().get_version_num(), 7);
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.says("Page not found") && answer.says(id));
}

#[tokio::test]
async fn a_server_that_is_away_makes_a_page_that_says_so() {
    let mut visitor = Visitor::to(NOBODY);
    let answer = visitor.sign_in("/sign-in", ADA).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.says("not available at the moment"));
    assert!(answer.says(answer.header("x-request-id")));
    assert!(!answer.header("retry-after").is_empty());
    // Nothing says that the web client itself is ill.
    assert_eq!(visitor.get("/health").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_page_behind_the_sign_in_leads_there_and_back() {
    let mut visitor = Visitor::to(NOBODY);
    let answer = visitor.get("/schools?q=a%26b").await;
    assert_eq!(answer.leads_to(), "/sign-in?next=%2Fschools%3Fq%3Da%2526b");
    let answer = visitor.get("/sign-in?next=%2Fschools%3Fq%3Da%2526b").await;
    assert!(
        answer.says("name=\"next\" value=\"/schools?q=a%26b\""),
        "{}",
        answer.body
    );
    assert!(!answer.says("signed out"));
}

#[tokio::test]
async fn nobody_is_led_to_another_site() {
    let mut visitor = Visitor::to(NOBODY);
    for evil in [
        "//evil.example",
        "/%5Cevil.example",
        "https:evil.example",
        "/%09/evil.example",
    ] {
        let answer = visitor.get(&format!("/sign-in?next={evil}")).await;
        assert!(
            answer.says("name=\"next\" value=\"/\""),
            "{evil}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn a_form_without_this_browsers_token_is_refused() {
    let mut visitor = Visitor::to(NOBODY);
    // No cookie at all, as in a browser that takes none.
    assert_eq!(
        visitor.post("/sign-in", ADA).await.status,
        StatusCode::FORBIDDEN
    );
    let token = visitor.get("/sign-in").await.form_token();
    for form in [
        ADA.to_owned(),
        format!("csrf=&{ADA}"),
        format!("csrf={}&{ADA}", &token[1..]),
    ] {
        let answer = visitor.post("/sign-in", &form).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{form}");
        assert!(answer.says("We could not accept this form"));
    }
    // The token of another browser.
    let mut other = Visitor::to(NOBODY);
    other.get("/sign-in").await;
    let form = format!("csrf={token}&{ADA}");
    let answer = other.post("/sign-in", &form).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    // And a proof that it is the token that opens the door.
    let answer = visitor.post("/sign-in", &form).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused_even_with_the_token() {
    let mut visitor = Visitor::to(NOBODY);
    let token = visitor.get("/sign-in").await.form_token();
    for (header, value, status) in [
        ("sec-fetch-site", "cross-site", StatusCode::FORBIDDEN),
        ("sec-fetch-site", "same-site", StatusCode::FORBIDDEN),
        ("origin", "https://evil.example", StatusCode::FORBIDDEN),
        ("origin", "null", StatusCode::FORBIDDEN),
        (
            "sec-fetch-site",
            "same-origin",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
        (
            "origin",
            "https://review.example",
            StatusCode::SERVICE_UNAVAILABLE,
        ),
    ] {
        let request = Request::post("/sign-in")
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("host", "review.example")
            .header(header, value)
            .body(Body::from(format!("csrf={token}&{ADA}")))
            .unwrap();
        let answer = visitor.send(request).await;
        assert_eq!(answer.status, status, "{header}: {value}");
        if status == StatusCode::FORBIDDEN {
            assert!(answer.says("We could not accept this form"));
        }
    }
}

#[tokio::test]
async fn what_is_missing_is_named_and_what_was_typed_is_kept() {
    let mut visitor = Visitor::to(NOBODY);
    let answer = visitor
        .sign_in("/sign-in?next=/schools", "email=&password=")
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.says("<a href=\"#email\">Enter your e-mail address</a>"));
    assert!(answer.says("<a href=\"#password\">Enter your password</a>"));
    assert!(answer.says("<title>Error: Sign in"));

    let answer = visitor
        .sign_in(
            "/sign-in?next=/schools",
            "email=ada%40example.org&password=",
        )
        .await;
    assert!(answer.says("value=\"ada@example.org\"") && answer.says("value=\"/schools\""));
}

#[tokio::test]
async fn a_form_has_a_size_and_a_kind() {
    let mut visitor = Visitor::to(NOBODY);
    let token = visitor.get("/sign-in").await.form_token();
    let form = format!("csrf={token}&email={}", "x".repeat(crate::app::FORM_BYTES));
    let answer = visitor.post("/sign-in", &form).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.says("too much text"));

    let request = Request::post("/sign-in")
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from("{}"))
        .unwrap();
    let answer = visitor.send(request).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(answer.says("We could not understand this request"));

    let answer = visitor.get("/sign-out").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "POST");
}

#[tokio::test]
async fn a_cookie_that_does_not_open_counts_as_an_ended_session() {
    let mut visitor = Visitor::to(NOBODY);
    let request = Request::get("/sign-in")
        .header(COOKIE, "__Host-llpr=bm90IG91cnM=")
        .body(Body::empty())
        .unwrap();
    let answer = visitor.send(request).await;
    assert!(answer.says("You have been signed out."));
    assert!(!visitor.get("/sign-in").await.says("signed out"));
}

#[tokio::test]
async fn developers_need_no_account_unless_a_setting_switches_their_pages_off() {
    let mut visitor = Visitor::to(NOBODY);
    let page = visitor.get("/developers/access").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.says("Who may call what") && page.says("href=\"/developers\""));
    let file = visitor.get("/developers/examples/list_schools.py").await;
    assert_eq!(file.status, StatusCode::OK);
    assert!(
        file.header("content-disposition")
            .contains("list_schools.py")
    );
    let other = visitor.get("/developers/examples/README.md").await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);

    let mut visitor = Visitor::without_developers(NOBODY);
    for path in [
        "/developers",
        "/developers/access",
        "/developers/llpr.binpb",
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!page.says("href=\"/developers\""));
    }
}
