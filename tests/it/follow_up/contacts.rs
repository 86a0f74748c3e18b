//! The log of contacts, and whom to contact about academies.

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines};
use tonic::Code;

use super::{
    NORTH, call_about, contacts, day, fields, ledger, put_at_risk, record, share_assessment,
};

async fn due(actor: &Actor, parent: &str) -> Result<Vec<SchoolContactsDue>, Error> {
    let request = ListContactsDueRequest {
        parent: parent.into(),
        ..ListContactsDueRequest::default()
    };
    let answer = actor.session.follow_up().list_contacts_due(request).await?;
    Ok(answer.into_inner().schools)
}

async fn withdraw(actor: &Actor, name: &str, reason: &str) -> Result<Contact, Error> {
    let request = WithdrawContactRequest {
        name: name.into(),
        reason: reason.into(),
        request_id: request_id(),
    };
    let answer = actor.session.follow_up().withdraw_contact(request).await?;
    Ok(answer.into_inner().contact.expect("a contact"))
}

/// Each party with its name, the last contact, and whether it is due.
fn told(school: &SchoolContactsDue) -> Vec<(ContactParty, &str, &str, bool)> {
    let all = school.contacts.iter();
    all.map(|one| {
        (
            one.party(),
            one.party_display_name.as_str(),
            one.last_contact_date.as_str(),
            one.due,
        )
    })
    .collect()
}

on_both_engines! {
    County async fn p13_a_contact_is_kept_and_seen_by_those_whom_it_concerns(world) {
        let (sim, partner) = (world.actor("SIM").await, world.actor("LLP").await);
        let bare = Contact { contact_date: day(&world, 1), ..Contact::default() };
        let error = record(&sim, 900_001, bare).await.expect_err("nothing said");
        assert_eq!(fields(&error), ["contact.party", "contact.means", "contact.purpose", "contact.contact_date"]);
        assert!(error.violations().iter().all(|violation| violation.description.ends_with("(¶13)")), "{error:?}");
        let error = record(&sim, 900_001, Contact { contact_date: "1 May".into(), ..call_about("x") }).await.expect_err("no date");
        assert_eq!(fields(&error), ["contact.contact_date"]);

        let first = record(&sim, 900_001, Contact { contact_date: day(&world, -3), ..call_about("Confidential words.") }).await.expect("kept");
        assert_eq!((first.author_display_name.as_str(), first.programme_year.as_str()), ("Helen Ashgrove", "programmeYears/2024-2025"));
        assert_eq!((first.school_display_name.as_str(), first.party_display_name.as_str()), ("Ashmarl Primary School", ""));
        let own = record(&partner, 900_001, call_about("We spoke.")).await.expect("kept");
        assert_eq!(own.contact_date, day(&world, 0));
        let names = |contacts: &[Contact]| contacts.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        // The SIM sees both, the latest first, at the school and in the district, page by page.
        for (parent, size) in [("schools/900001", 50), (NORTH, 1)] {
            assert_eq!(names(&contacts(&sim, parent, size).await.unwrap()), [own.name.clone(), first.name.clone()], "{parent}");
        }
        // The partner: their own, and the SIM's once the assessment was shared.
        assert_eq!(names(&contacts(&partner, "schools/900001", 50).await.unwrap()), std::slice::from_ref(&own.name));
        put_at_risk(&sim, 900_001).await;
        assert_eq!(contacts(&partner, "schools/900001", 50).await.unwrap().len(), 1);
        share_assessment(&sim, 900_001).await;
        assert_eq!(names(&contacts(&partner, "schools/900001", 50).await.unwrap()), [own.name, first.name]);
        // Nobody else, and nobody of elsewhere.
        for role in ["HEADTEACHER", "SCHOOL_LEADER", "GOVERNOR", "CLERK", "COUNTY_MANAGER", "ADVISER", "DATA_OFFICER", "ADMINISTRATOR"] {
            let error = contacts(&world.actor(role).await, "schools/900001", 50).await.expect_err(role);
            assert_eq!(error.reason(), Some(ErrorReason::AccessDenied), "{role}");
        }
        let other = world.person("david.penhale@marlshire.example").await;
        for parent in ["schools/900001", NORTH] {
            assert_eq!(contacts(&other, parent, 50).await.expect_err("elsewhere").code(), Code::PermissionDenied);
        }
        let (fields, leaks) = ledger(&world, "CreateContact", "Confidential").await;
        assert_eq!(fields, ["party,means,purpose,contact_date,note"; 2]);
        assert!(!leaks, "prose in the ledger");
    }

    County async fn p13_a_contact_at_the_wrong_school_is_withdrawn_and_stays_to_be_seen(world) {
        let (sim, partner) = (world.actor("SIM").await, world.actor("LLP").await);
        let wrong = record(&sim, 900_001, call_about("Confidential words of another school.")).await.expect("kept");
        let own = record(&partner, 900_001, call_about("We spoke.")).await.expect("kept");
        put_at_risk(&sim, 900_001).await;
        share_assessment(&sim, 900_001).await;
        // The partner sees the SIM's contact, and withdraws only their own.
        let error = withdraw(&partner, &wrong.name, "Not mine.").await.expect_err("another's");
        assert_eq!((error.reason(), error.code()), (Some(ErrorReason::FollowUpContactOfOthers), Code::PermissionDenied));
        let error = withdraw(&sim, &wrong.name, "  ").await.expect_err("no reason");
        assert_eq!(fields(&error), ["reason"]);
        let gone = withdraw(&sim, &wrong.name, "Written at the wrong school.").await.expect("withdrawn");
        assert_eq!((gone.withdraw_reason.as_str(), gone.withdrawer_display_name.as_str()), ("Written at the wrong school.", "Helen Ashgrove"));
        assert!(gone.withdraw_time.is_some());
        assert_eq!(gone.note, wrong.note, "the contact itself stays as it was");
        let error = withdraw(&sim, &wrong.name, "Again.").await.expect_err("withdrawn");
        assert_eq!(error.reason(), Some(ErrorReason::FollowUpContactWithdrawn));
        withdraw(&partner, &own.name, "Another day.").await.expect("their own");
        let seen = contacts(&partner, "schools/900001", 50).await.unwrap();
        assert!(seen.len() == 2 && seen.iter().all(|one| one.withdraw_time.is_some()), "{seen:?}");
        // A contact of another school is not found at this one.
        let elsewhere = wrong.name.replace("900001", "900002");
        let error = withdraw(&sim, &elsewhere, "x").await.expect_err("not there");
        assert_eq!(error.reason(), Some(ErrorReason::ResourceNotFound));
        let (told, leaks) = ledger(&world, "WithdrawContact", "wrong school").await;
        assert_eq!(told, ["withdraw_reason"; 2]);
        assert!(!leaks, "prose in the ledger");
    }

    County async fn p13e_a_contact_that_was_withdrawn_is_due_again(world) {
        let sim = world.person("david.penhale@marlshire.example").await;
        put_at_risk(&sim, 900_025).await;
        let letter = Contact {
            party: ContactParty::Trust.into(),
            means: ContactMeans::Letter.into(),
            purpose: ContactPurpose::AcademyConcern.into(),
            ..Contact::default()
        };
        let trust = async || due(&sim, "schools/900025").await.unwrap()[0].contacts[1].due;
        let kept = record(&sim, 900_025, letter).await.expect("kept");
        assert!(!trust().await);
        withdraw(&sim, &kept.name, "Written about another academy.").await.expect("withdrawn");
        assert!(trust().await);
    }

    County async fn a_contact_told_twice_is_kept_once(world) {
        let sim = world.actor("SIM").await;
        let request = CreateContactRequest {
            parent: "schools/900001".into(),
            contact: Some(call_about("Once.")),
            request_id: request_id(),
        };
        let mut names = Vec::new();
        for _ in 0..2 {
            let answer = sim.session.follow_up().create_contact(request.clone()).await.expect("kept");
            names.push(answer.into_inner().contact.unwrap().name);
        }
        assert_eq!(names[0], names[1]);
        assert_eq!(contacts(&sim, "schools/900001", 50).await.unwrap().len(), 1);
        let other = CreateContactRequest { contact: Some(call_about("Twice.")), ..request };
        let error = Error::from(sim.session.follow_up().create_contact(other).await.expect_err("another request"));
        assert_eq!(error.reason(), Some(ErrorReason::RequestIdReused));
    }

    County async fn p13e_whom_to_contact_about_an_academy_follows_from_the_register(world) {
        const TRUST: &str = "THE MARL LEARNING TRUST";
        const SPONSOR: &str = "The Marl Learning Trust";
        use ContactParty::{RegionalDirector, School, Sponsor, Trust};
        let sim = world.person("david.penhale@marlshire.example").await;
        // A maintained school has nobody, and such contacts are refused.
        assert_eq!(told(&due(&sim, "schools/900018").await.unwrap()[0]), []);
        let letter = |party: ContactParty| Contact {
            party: party.into(),
            means: ContactMeans::Letter.into(),
            purpose: ContactPurpose::AcademyConcern.into(),
            ..Contact::default()
        };
        let error = record(&sim, 900_018, letter(Trust)).await.expect_err("no academy");
        assert_eq!(fields(&error), ["contact.party", "contact.purpose"]);
        assert!(error.violations()[0].description.ends_with("(¶13e)"), "{error:?}");
        // An academy: school, trust and Regional Director; a sponsor where there is one.
        let school = due(&sim, "schools/900025").await.unwrap().remove(0);
        assert!(!school.at_risk);
        assert_eq!(told(&school), [(School, "", "", false), (Trust, TRUST, "", false), (RegionalDirector, "", "", false)]);
        let error = record(&sim, 900_025, letter(Sponsor)).await.expect_err("no sponsor");
        assert_eq!(fields(&error), ["contact.party"]);
        let coast = world.person("priya.venner@marlshire.example").await;
        let sponsored = due(&coast, "schools/900043").await.unwrap().remove(0);
        assert_eq!(told(&sponsored)[1..3], [(Trust, TRUST, "", false), (Sponsor, SPONSOR, "", false)]);
        // A free school of which the register names no trust has one all the same.
        let free = due(&sim, "schools/900035").await.unwrap().remove(0);
        assert_eq!(told(&free)[1], (Trust, "", "", false));

        // Where it is at risk all of them are due, until they are contacted.
        assert_eq!(due(&sim, "districts/wenbourne-vale").await.unwrap(), []);
        put_at_risk(&sim, 900_025).await;
        put_at_risk(&sim, 900_018).await;
        let district = due(&sim, "districts/wenbourne-vale").await.unwrap();
        assert_eq!(district.len(), 1, "{district:?}");
        assert!(district[0].at_risk && told(&district[0]).iter().all(|one| one.3), "{district:?}");
        let kept = record(&sim, 900_025, letter(Trust)).await.expect("kept");
        assert_eq!(kept.party_display_name, TRUST);
        let today = day(&world, 0);
        let now = due(&sim, "districts/wenbourne-vale").await.unwrap().remove(0);
        assert_eq!(told(&now), [(School, "", "", true), (Trust, TRUST, today.as_str(), false), (RegionalDirector, "", "", true)]);
        for role in ["LLP", "HEADTEACHER", "COUNTY_MANAGER"] {
            let error = due(&world.actor(role).await, "schools/900001").await.expect_err(role);
            assert_eq!(error.reason(), Some(ErrorReason::AccessDenied), "{role}");
        }
    }
}
