//! The programme year: read by all, drafted by an administrator, approved by the county manager.

mod command_line;
mod preview;

use llpr_client::{Error, request_id};
use llpr_domain::programme::SHIPPED;
use llpr_proto::options::v1::Role;
use llpr_proto::v1::*;
use llpr_tests::{Actor, World, on_both_engines};
use tonic::Status;

const YEAR: &str = "programmeYears/2024-2025";
const DRAFT: &str = "programmeYears/2024-2025/draft";

/// The shipped document with one text in place of another.
fn with(old: &str, new: &str) -> String {
    assert!(SHIPPED.contains(old), "{old}");
    SHIPPED.replacen(old, new, 1)
}

fn reason(status: Status) -> Option<ErrorReason> {
    Error::from(status).reason()
}

async fn create(actor: &Actor, document: &str) -> Result<ProgrammeDraft, Status> {
    let request = CreateProgrammeDraftRequest {
        parent: YEAR.into(),
        document: document.into(),
        request_id: request_id(),
        validate_only: false,
    };
    let answer = actor
        .session
        .programme()
        .create_programme_draft(request)
        .await?;
    Ok(answer.into_inner().programme_draft.expect("a draft"))
}

async fn update(actor: &Actor, document: &str, etag: &str) -> Result<ProgrammeDraft, Status> {
    let request = UpdateProgrammeDraftRequest {
        name: DRAFT.into(),
        document: document.into(),
        etag: etag.into(),
        request_id: request_id(),
        validate_only: false,
    };
    let answer = actor
        .session
        .programme()
        .update_programme_draft(request)
        .await?;
    Ok(answer.into_inner().programme_draft.expect("a draft"))
}

async fn approve(actor: &Actor, name: &str, etag: &str) -> Result<ProgrammeVersion, Status> {
    let request = ApproveProgrammeDraftRequest {
        name: name.into(),
        etag: etag.into(),
        request_id: request_id(),
    };
    let answer = actor
        .session
        .programme()
        .approve_programme_draft(request)
        .await?;
    Ok(answer.into_inner().programme_version.expect("a version"))
}

async fn delete(actor: &Actor) {
    let request = DeleteProgrammeDraftRequest {
        name: DRAFT.into(),
        ..DeleteProgrammeDraftRequest::default()
    };
    actor
        .session
        .programme()
        .delete_programme_draft(request)
        .await
        .expect("thrown away");
}

async fn year(actor: &Actor, name: &str) -> Result<ProgrammeVersion, Status> {
    let request = GetProgrammeYearRequest { name: name.into() };
    let answer = actor
        .session
        .programme()
        .get_programme_year(request)
        .await?;
    let year = answer.into_inner().programme_year.expect("a year");
    Ok(year.version.expect("a version"))
}

async fn years(actor: &Actor) -> Vec<String> {
    let answer = actor
        .session
        .programme()
        .list_programme_years(ListProgrammeYearsRequest {})
        .await;
    let years = answer.expect("years").into_inner().programme_years;
    years.into_iter().map(|year| year.academic_year).collect()
}

fn setting<'v>(version: &'v ProgrammeVersion, key: &str) -> &'v ProgrammeSetting {
    let programme = version.programme.as_ref().expect("a programme");
    let found = programme.settings.iter().find(|setting| setting.key == key);
    found.expect("a setting")
}

/// Gives somebody a role at the county, from tomorrow's sign-in or now.
async fn give(admin: &Actor, email: &str, role: Role) {
    let request = CreateRoleAssignmentRequest {
        parent: format!("users/{email}"),
        role_assignment: Some(RoleAssignment {
            role: role.into(),
            node: "county".into(),
            ..RoleAssignment::default()
        }),
        request_id: request_id(),
    };
    admin
        .session
        .users()
        .create_role_assignment(request)
        .await
        .expect("a role");
}

async fn last_ledger(world: &World) -> (String, String, String) {
    let store = world.server().store();
    let system = store.system("a test", world.clock.today());
    let entry = store.ledger_tail(&system, 1).await.unwrap().remove(0);
    (entry.role, entry.method, entry.target)
}

on_both_engines! {
    Empty async fn the_first_start_loads_the_shipped_year_once(world) {
        world.restart().await;
        let admin = world.actor("ADMINISTRATOR").await;
        assert_eq!(years(&admin).await, ["2024/25"]);
        let version = year(&admin, YEAR).await.unwrap();
        assert_eq!((version.number, version.document.as_str()), (1, SHIPPED));
        assert_eq!((version.approver, version.drafters.len()), (None, 0));
        let store = world.server().store();
        let system = store.system("a test", world.clock.today());
        let entries = store.ledger_tail(&system, 1_000).await.unwrap();
        let loads: Vec<_> = entries.iter().filter(|entry| entry.method == "first start").collect();
        assert_eq!(loads.len(), 1);
        assert_eq!(loads[0].target, "programmeYears/2024-2025/versions/1");
    }

    County async fn everybody_reads_the_year_with_what_each_number_means(world) {
        for role in ["GOVERNOR", "CLERK", "HEADTEACHER", "LLP", "SIM", "DATA_OFFICER"] {
            let actor = world.actor(role).await;
            let version = year(&actor, "programmeYears/-").await.unwrap();
            let days = setting(&version, "plan_agreed_days");
            assert_eq!((days.display_value.as_str(), days.paragraph.as_str()), ("7 days", "25"));
            assert!(days.meaning.contains("agreement") && !days.implied);
            let programme = version.programme.unwrap();
            let restricted: String = programme.criteria.iter().filter(|one| one.restricted).map(|one| one.letter.as_str()).collect();
            assert_eq!(restricted, "ef");
            assert_eq!(programme.sections[1].strands[3].numeral, "iv");
        }
    }

    County async fn a_draft_is_seen_by_administrators_and_the_county_manager_only(world) {
        let (admin, manager, sim) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await, world.actor("SIM").await);
        let name = "programmeYears/2025-2026/draft";
        let request = CreateProgrammeDraftRequest { parent: "programmeYears/2025-2026".into(), ..CreateProgrammeDraftRequest::default() };
        let draft = admin.session.programme().create_programme_draft(request).await.unwrap().into_inner().programme_draft.unwrap();
        // Next year starts as a copy, comments and all.
        assert_eq!(draft.document, with("year = \"2024/25\"", "year = \"2025/26\""));
        let get = GetProgrammeDraftRequest { name: name.into() };
        let seen = manager.session.programme().get_programme_draft(get.clone()).await.unwrap().into_inner().programme_draft.unwrap();
        assert_eq!(seen, draft);
        let told = async |actor: &Actor, name: &str| {
            let get = GetProgrammeDraftRequest { name: name.into() };
            let status = actor.session.programme().get_programme_draft(get).await.expect_err("hidden");
            (status.code(), status.message().to_owned(), status.details().to_vec())
        };
        // A real and an invented draft look alike.
        assert_eq!(told(&sim, name).await, told(&sim, "programmeYears/2031-2032/draft").await);
        assert_eq!(years(&sim).await, ["2024/25"]);
        assert_eq!(reason(year(&sim, "programmeYears/2025-2026").await.expect_err("none")), Some(ErrorReason::ResourceNotFound));
        // The county manager reads and approves, and does not write.
        assert_eq!(reason(update(&manager, SHIPPED, &draft.etag).await.expect_err("no")), Some(ErrorReason::AccessDenied));
        assert_eq!(reason(approve(&admin, name, &draft.etag).await.expect_err("no")), Some(ErrorReason::AccessDenied));
    }

    County async fn a_bad_document_is_refused_with_every_fault_and_nothing_is_kept(world) {
        let admin = world.actor("ADMINISTRATOR").await;
        let bad = with("plan_agreed_days = 7 ", "plan_agreed_days = 6 ").replacen("letter = \"c\"", "letter = \"z\"", 1);
        let error = Error::from(create(&admin, &bad).await.expect_err("refused"));
        assert_eq!(error.reason(), Some(ErrorReason::ProgrammeDocumentRejected));
        let told: Vec<_> = error.violations().iter().map(|one| one.field.as_str()).collect();
        assert_eq!(told, ["document.criteria[3].letter", "document.settings.plan_agreed_days"]);
        assert!(error.violations()[1].description.starts_with("line "), "{error:?}");
        assert!(error.violations()[1].description.contains("from 7 to 28"), "{error:?}");
        let drafts = admin.session.programme().list_programme_drafts(ListProgrammeDraftsRequest {}).await.unwrap();
        assert_eq!(drafts.into_inner().programme_drafts, []);
        // More faults than trailers hold: some with the refusal, all with validate_only.
        let worse = SHIPPED.replace("\ntitle = ", "\ntitel = ").replace("\nrestricted = ", "\nrestrict = ");
        let error = Error::from(create(&admin, &worse).await.expect_err("refused"));
        let request = CreateProgrammeDraftRequest { parent: YEAR.into(), document: worse, validate_only: true, ..CreateProgrammeDraftRequest::default() };
        let all = admin.session.programme().create_programme_draft(request).await.unwrap().into_inner();
        assert_eq!(all.programme_draft, None);
        assert_eq!(error.metadata("violation_count").unwrap(), all.violations.len().to_string());
        assert!(error.violations().len() > 10 && error.violations().len() < all.violations.len());
        assert!(all.violations.windows(2).all(|pair| pair[0].line <= pair[1].line));
        // Another year's document does not become this year's.
        let error = Error::from(create(&admin, &with("2024/25\"", "2025/26\"")).await.expect_err("refused"));
        assert_eq!(error.violations()[0].field, "document.year");
    }

    County async fn an_approved_draft_is_the_next_version_and_the_last_stays_readable(world) {
        let (admin, manager, head) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await, world.actor("HEADTEACHER").await);
        let document = with("below_points = 5.0", "below_points = 6.0");
        let draft = create(&admin, &document).await.unwrap();
        assert_eq!(last_ledger(&world).await, ("ADMINISTRATOR".into(), "llpr.v1.ProgrammeService/CreateProgrammeDraft".into(), DRAFT.into()));
        assert_eq!(setting(&year(&head, YEAR).await.unwrap(), "below_points").display_value, "5 percentage points");
        let diff = GetProgrammeDraftDiffRequest { name: DRAFT.into(), ..GetProgrammeDraftDiffRequest::default() };
        let diff = manager.session.programme().get_programme_draft_diff(diff).await.unwrap().into_inner();
        assert_eq!((diff.base.as_str(), diff.changes.len(), diff.same_document), ("programmeYears/2024-2025/versions/1", 1, false));
        assert_eq!((diff.changes[0].before.as_str(), diff.changes[0].after.as_str()), ("5 percentage points", "6 percentage points"));
        assert_eq!((diff.changes[0].paragraph.as_str(), &diff.etag), ("12a", &draft.etag));
        let version = approve(&manager, DRAFT, &diff.etag).await.unwrap();
        assert_eq!(last_ledger(&world).await, ("COUNTY_MANAGER".into(), "llpr.v1.ProgrammeService/ApproveProgrammeDraft".into(), version.name.clone()));
        assert_eq!(version.number, 2);
        assert_eq!(version.drafters[0].display_name, "Ruth Calderwick");
        assert_eq!(version.approver.as_ref().unwrap().display_name, "Judith Amberley");
        assert_eq!(year(&head, YEAR).await.unwrap(), version);
        let old = GetProgrammeVersionRequest { name: format!("{YEAR}/versions/1") };
        let old = head.session.programme().get_programme_version(old).await.unwrap().into_inner().programme_version.unwrap();
        assert_eq!(old.document, SHIPPED);
        let list = |page_token: String| ListProgrammeVersionsRequest { parent: YEAR.into(), page_size: 1, page_token };
        let first = head.session.programme().list_programme_versions(list(String::new())).await.unwrap().into_inner();
        let second = head.session.programme().list_programme_versions(list(first.next_page_token.clone())).await.unwrap().into_inner();
        assert_eq!((first.programme_versions[0].number, second.programme_versions[0].number), (2, 1));
        assert_eq!((first.total_size, second.next_page_token.as_str()), (2, ""));
        let diff = GetProgrammeVersionDiffRequest { name: version.name, ..GetProgrammeVersionDiffRequest::default() };
        let diff = head.session.programme().get_programme_version_diff(diff).await.unwrap().into_inner();
        assert_eq!((diff.base, diff.changes.len()), (format!("{YEAR}/versions/1"), 1));
        // The draft is gone, and the year may have another.
        assert_eq!(create(&admin, "").await.unwrap().document, document);
    }

    County async fn nobody_approves_a_draft_that_they_wrote_in(world) {
        let (admin, manager) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await);
        give(&admin, &manager.email, Role::Administrator).await;
        let draft = create(&manager, "").await.unwrap();
        assert_eq!(reason(approve(&manager, DRAFT, &draft.etag).await.expect_err("own")), Some(ErrorReason::ProgrammeOwnDraft));
        // Nor after somebody else has written in it too.
        let draft = update(&admin, &with("draft_days = 14", "draft_days = 10"), &draft.etag).await.unwrap();
        assert_eq!(draft.drafters.len(), 2);
        assert_eq!(reason(approve(&manager, DRAFT, &draft.etag).await.expect_err("own")), Some(ErrorReason::ProgrammeOwnDraft));
        assert_eq!(year(&admin, YEAR).await.unwrap().number, 1);
        give(&admin, "imran.sayle@marlshire.example", Role::CountyManager).await;
        let other = world.person("imran.sayle@marlshire.example").await;
        assert_eq!(approve(&other, DRAFT, &draft.etag).await.unwrap().number, 2);
    }

    County async fn a_stale_etag_changes_and_approves_nothing(world) {
        let (admin, manager) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await);
        let first = create(&admin, "").await.unwrap();
        let second = update(&admin, &with("draft_days = 14", "draft_days = 10"), &first.etag).await.unwrap();
        assert_eq!(reason(update(&admin, SHIPPED, &first.etag).await.expect_err("stale")), Some(ErrorReason::EtagMismatch));
        assert_eq!(reason(approve(&manager, DRAFT, &first.etag).await.expect_err("stale")), Some(ErrorReason::EtagMismatch));
        assert_eq!(reason(create(&admin, "").await.expect_err("there is one")), Some(ErrorReason::ResourceExists));
        // A draft in the place of one that was thrown away has none of its etags.
        delete(&admin).await;
        assert_eq!(reason(approve(&manager, DRAFT, &second.etag).await.expect_err("gone")), Some(ErrorReason::ResourceNotFound));
        create(&admin, "").await.unwrap();
        assert_eq!(reason(approve(&manager, DRAFT, &second.etag).await.expect_err("another")), Some(ErrorReason::EtagMismatch));
        assert_eq!(reason(approve(&manager, DRAFT, "rubbish").await.expect_err("none")), Some(ErrorReason::EtagMismatch));
        assert_eq!(year(&admin, YEAR).await.unwrap().number, 1);
    }

    County async fn a_repeated_request_id_does_it_once(world) {
        let (admin, manager) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await);
        let request = CreateProgrammeDraftRequest { parent: YEAR.into(), document: with("draft_days = 14", "draft_days = 10"), request_id: request_id(), validate_only: false };
        let one = admin.session.programme().create_programme_draft(request.clone()).await.unwrap().into_inner();
        let two = admin.session.programme().create_programme_draft(request.clone()).await.unwrap().into_inner();
        assert_eq!(one, two);
        let other = CreateProgrammeDraftRequest { document: String::new(), ..request };
        assert_eq!(reason(admin.session.programme().create_programme_draft(other).await.expect_err("reused")), Some(ErrorReason::RequestIdReused));
        let request = ApproveProgrammeDraftRequest { name: DRAFT.into(), etag: one.programme_draft.unwrap().etag, request_id: request_id() };
        let one = manager.session.programme().approve_programme_draft(request.clone()).await.unwrap().into_inner();
        let two = manager.session.programme().approve_programme_draft(request).await.unwrap().into_inner();
        assert_eq!(one, two);
        assert_eq!(year(&admin, YEAR).await.unwrap().number, 2);
    }

    County async fn the_rules_of_a_year_go_by_its_programme_or_the_last_before_it(world) {
        let (admin, manager) = (world.actor("ADMINISTRATOR").await, world.actor("COUNTY_MANAGER").await);
        let request = CreateProgrammeDraftRequest {
            parent: "programmeYears/2030-2031".into(),
            document: with("2024/25\"", "2030/31\"").replacen("plan_agreed_days = 7 ", "plan_agreed_days = 9 ", 1),
            ..CreateProgrammeDraftRequest::default()
        };
        let draft = admin.session.programme().create_programme_draft(request).await.unwrap().into_inner().programme_draft.unwrap();
        approve(&manager, &draft.name, &draft.etag).await.unwrap();
        let store = world.server().store();
        let system = store.system("a test", world.clock.today());
        let days = async |year: &str| {
            let (name, programme) = store.programme_in_force(&system, year.parse().unwrap()).await.unwrap();
            (name.year.to_string(), programme.settings.plan_agreed_days)
        };
        assert_eq!(days("2018/19").await, ("2024/25".to_owned(), 7));
        assert_eq!(days("2029/30").await, ("2024/25".to_owned(), 7));
        assert_eq!(days("2030/31").await, ("2030/31".to_owned(), 9));
        assert_eq!(years(&admin).await, ["2030/31", "2024/25"]);
    }
}
