//! Tokens that are not quite ours, and the change of keys.

use std::fs;
use std::time::Duration;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use llpr_proto::v1::audit_service_client::AuditServiceClient;
use llpr_proto::v1::auth_service_client::AuthServiceClient;
use llpr_proto::v1::import_service_client::ImportServiceClient;
use llpr_proto::v1::*;
use llpr_server::keys_admin::{self, Purpose};
use llpr_tests::{Actor, World, on_both_engines};
use serde_json::{Value, json};
use tonic::{Code, Request, Status};

type Told = (Code, String, Vec<u8>);

fn told(status: &Status) -> Told {
    (
        status.code(),
        status.message().to_owned(),
        status.details().to_vec(),
    )
}

/// What a call, a stream to us and a stream from us say to these authorization headers.
async fn answers(world: &World, headers: &[String]) -> [Result<(), Told>; 3] {
    fn with<T>(headers: &[String], message: T) -> Request<T> {
        let mut request = Request::new(message);
        for header in headers {
            let value = header.parse().expect("a header");
            request.metadata_mut().append("authorization", value);
        }
        request
    }
    let channel = world.client().channel();
    let caller = AuthServiceClient::new(channel.clone())
        .get_caller(with(headers, GetCallerRequest {}))
        .await;
    let export = AuditServiceClient::new(channel.clone())
        .export_ledger(with(headers, ExportLedgerRequest::default()))
        .await;
    let nothing = tokio_stream::iter(Vec::<UploadImportRequest>::new());
    let upload = ImportServiceClient::new(channel)
        .upload_import(with(headers, nothing))
        .await;
    [
        caller.map(|_| ()).map_err(|status| told(&status)),
        export.map(|_| ()).map_err(|status| told(&status)),
        upload.map(|_| ()).map_err(|status| told(&status)),
    ]
}

async fn bearer(world: &World, token: &str) -> [Result<(), Told>; 3] {
    answers(world, &[format!("Bearer {token}")]).await
}

fn caller(told: &[Result<(), Told>; 3]) -> &Result<(), Told> {
    &told[0]
}

/// The server's own key, as only somebody with the folder can have it.
struct Forge {
    pem: String,
    header: Header,
    claims: Value,
}

impl Forge {
    fn of(world: &World, actor: &Actor) -> Self {
        let token = actor.access_token();
        let header = jsonwebtoken::decode_header(&token).unwrap();
        let kid = header.kid.clone().unwrap();
        let path = world.config.keys.folder.join(format!("signing-{kid}.pem"));
        Self {
            pem: fs::read_to_string(path).unwrap(),
            header,
            claims: jsonwebtoken::dangerous::insecure_decode_claims(&token).unwrap(),
        }
    }

    fn sign(&self, header: &Header, claims: &Value) -> String {
        let key = EncodingKey::from_ed_pem(self.pem.as_bytes()).unwrap();
        jsonwebtoken::encode(header, claims, &key).unwrap()
    }

    /// A token of ours with one claim changed; `null` leaves it out.
    fn with(&self, claim: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        let map = claims.as_object_mut().unwrap();
        map.remove(claim);
        if !value.is_null() {
            map.insert(claim.to_owned(), value);
        }
        self.sign(&self.header, &claims)
    }

    fn header(&self, change: impl FnOnce(&mut Header)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        self.sign(&header, &self.claims)
    }

    /// HS256 keyed with a public text of ours.
    fn hs256(&self, secret: &[u8]) -> String {
        let header = Header {
            kid: self.header.kid.clone(),
            typ: self.header.typ.clone(),
            ..Header::new(Algorithm::HS256)
        };
        jsonwebtoken::encode(&header, &self.claims, &EncodingKey::from_secret(secret)).unwrap()
    }

    fn public(&self) -> (String, Vec<u8>) {
        use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
        use ed25519_dalek::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
        let key = ed25519_dalek::SigningKey::from_pkcs8_pem(&self.pem).unwrap();
        let public = key.verifying_key();
        let pem = public.to_public_key_pem(LineEnding::LF).unwrap();
        (pem, public.to_bytes().to_vec())
    }
}

on_both_engines! {
    County async fn tokens_that_are_not_quite_ours_are_refused_with_the_same_bytes(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let forge = Forge::of(&world, &admin);
        let real = admin.access_token();
        // The forge works, so what follows is refused for its one flaw.
        assert!(caller(&bearer(&world, &forge.sign(&forge.header, &forge.claims)).await).is_ok());
        let now = world.clock.now().timestamp();
        let account = crate::service_accounts::importer(&world, &admin).await;
        let (_, secret) = crate::service_accounts::token(&admin, &account).await;
        let parts: Vec<&str> = real.split('.').collect();
        let (pem, raw) = forge.public();
        let altered = |part: usize| {
            let mut parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            let middle = parts[part].len() / 2;
            let other = if &parts[part][middle..=middle] == "A" { "B" } else { "A" };
            parts[part].replace_range(middle..=middle, other);
            parts.join(".")
        };
        let none = {
            use base64::Engine as _;
            let header = json!({"alg": "none", "typ": "at+jwt", "kid": forge.header.kid});
            base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(header.to_string())
        };
        let bad = [
            ("no aud", forge.with("aud", Value::Null)),
            ("wrong aud", forge.with("aud", json!("another"))),
            ("no iss", forge.with("iss", Value::Null)),
            ("wrong iss", forge.with("iss", json!("another"))),
            ("no sub", forge.with("sub", Value::Null)),
            ("no sid", forge.with("sid", Value::Null)),
            ("no nbf", forge.with("nbf", Value::Null)),
            ("future nbf", forge.with("nbf", json!(now + 60))),
            ("future iat", forge.with("iat", json!(now + 60))),
            ("no exp", forge.with("exp", Value::Null)),
            ("expired", forge.with("exp", json!(now - 6))),
            ("exp as text", forge.with("exp", json!("never"))),
            ("HS256 with our PEM", forge.hs256(pem.as_bytes())),
            ("HS256 with our key", forge.hs256(&raw)),
            ("alg none", format!("{none}.{}.", parts[1])),
            ("alg none with our signature", format!("{none}.{}.{}", parts[1], parts[2])),
            ("no signature", format!("{}.{}.", parts[0], parts[1])),
            ("altered header", altered(0)),
            ("altered payload", altered(1)),
            ("altered signature", altered(2)),
            ("cut", real[..real.len() - 4].to_owned()),
            ("wrong typ", forge.header(|header| header.typ = Some("JWT".into()))),
            ("no typ", forge.header(|header| header.typ = None)),
            ("no kid", forge.header(|header| header.kid = None)),
            ("unknown kid", forge.header(|header| header.kid = Some("0198c7a2-5f1e-7d3b-9a40-0123456789ab".into()))),
            ("a path as kid", forge.header(|header| header.kid = Some("../keys/secret".into()))),
            ("a refresh token", admin.refresh_token()),
            ("a service account's secret", secret),
            ("nothing", String::new()),
            ("three dots", "x.y.z".into()),
        ];
        let [expected, _, _] = bearer(&world, "x").await;
        let expected = expected.expect_err("refused");
        assert_eq!(expected.0, Code::Unauthenticated);
        for (what, token) in bad {
            for answer in bearer(&world, &token).await {
                assert_eq!(answer.expect_err(what), expected, "{what}");
            }
        }
        for answer in answers(&world, &[format!("Basic {real}")]).await {
            assert_eq!(answer.expect_err("basic"), expected);
        }
        for header in [vec![format!("Bearer {real}"), format!("Bearer {real}")], vec![format!("Bearer {real}"), "Bearer x".into()]] {
            for answer in answers(&world, &header).await {
                assert_eq!(answer.expect_err("two headers"), expected);
            }
        }
        assert!(caller(&bearer(&world, &real).await).is_ok());
    }

    County async fn a_remembered_signature_does_not_outlive_its_token(world) {
        let actor = world.actor("ADMINISTRATOR").await;
        let token = actor.access_token();
        for _ in 0..3 {
            assert!(caller(&bearer(&world, &token).await).is_ok());
        }
        world.clock.advance(Duration::from_secs(10 * 60 + 6));
        for _ in 0..2 {
            assert!(caller(&bearer(&world, &token).await).is_err(), "remembered or not");
        }
    }

    County async fn keys_change_without_a_restart(world) {
        let folder = world.config.keys.folder.clone();
        let admin = world.actor("ADMINISTRATOR").await;
        let before = admin.access_token();
        let old = jsonwebtoken::decode_header(&before).unwrap().kid.unwrap();
        assert!(keys_admin::retire(&folder, &old).is_err(), "it is the one that signs");
        let new = keys_admin::rotate(&folder, Purpose::Tokens).expect("rotated");
        // What another server has signed with it already is taken at once.
        let mut forge = Forge::of(&world, &admin);
        forge.pem = fs::read_to_string(folder.join(format!("signing-{new}.pem"))).unwrap();
        let theirs = forge.header(|header| header.kid = Some(new.clone()));
        assert!(caller(&bearer(&world, &theirs).await).is_ok());
        assert!(caller(&bearer(&world, &before).await).is_ok(), "the old key verifies until it is retired");
        let after = world.actor("ADMINISTRATOR").await.access_token();
        assert_eq!(jsonwebtoken::decode_header(&after).unwrap().kid, Some(new));
        keys_admin::retire(&folder, &old).expect("retired");
        while caller(&bearer(&world, &before).await).is_ok() {
            tokio::task::yield_now().await;
        }
        assert!(caller(&bearer(&world, &after).await).is_ok());
        // Whoever has a session goes on: the SDK gets another token.
        admin.session.auth().get_caller(GetCallerRequest {}).await.expect("refreshed");
    }
}
