//! The register as each role sees it.

use llpr_client::{Error, request_id};
use llpr_proto::v1::*;
use llpr_tests::{Actor, on_both_engines};
use tonic::Code;

async fn list(actor: &Actor, request: ListSchoolsRequest) -> ListSchoolsResponse {
    actor
        .session
        .schools()
        .list_schools(request)
        .await
        .expect("schools")
        .into_inner()
}

async fn all(actor: &Actor, mut request: ListSchoolsRequest) -> Vec<School> {
    let mut schools = Vec::new();
    loop {
        let page = list(actor, request.clone()).await;
        schools.extend(page.schools);
        if page.next_page_token.is_empty() {
            assert_eq!(schools.len(), usize::try_from(page.total_size).unwrap());
            return schools;
        }
        request.page_token = page.next_page_token;
    }
}

on_both_engines! {
    County async fn a_sim_sees_her_district_and_no_other(world) {
        let sim = world.actor("SIM").await;
        let schools = all(&sim, ListSchoolsRequest { page_size: 5, ..ListSchoolsRequest::default() }).await;
        assert!(schools.len() > 10);
        assert!(schools.iter().all(|school| school.district == "districts/north-marl"), "{schools:?}");
        let names: Vec<_> = schools.iter().map(|school| school.display_name.to_lowercase().replace('\u{2019}', "'")).collect();
        assert!(names.is_sorted(), "{names:?}");
        let districts = sim.session.schools().list_districts(ListDistrictsRequest::default()).await.unwrap().into_inner();
        assert_eq!(districts.districts.len(), 1);
        assert_eq!((districts.total_size, districts.districts[0].name.as_str()), (1, "districts/north-marl"));
        // A filter that names another district finds nothing there, not a refusal that tells of it.
        let other = ListSchoolsRequest { district: "districts/saltmere-coast".into(), ..ListSchoolsRequest::default() };
        assert_eq!(list(&sim, other).await.total_size, 0);
    }

    County async fn each_role_sees_its_own_schools(world) {
        let officer = all(&world.actor("DATA_OFFICER").await, ListSchoolsRequest::default()).await.len();
        assert_eq!(officer, all(&world.actor("ADMINISTRATOR").await, ListSchoolsRequest::default()).await.len());
        assert!(officer > 64);
        assert_eq!(all(&world.actor("LLP").await, ListSchoolsRequest::default()).await.len(), 13);
        for role in ["HEADTEACHER", "GOVERNOR", "CLERK", "SCHOOL_LEADER"] {
            let schools = all(&world.actor(role).await, ListSchoolsRequest::default()).await;
            assert_eq!(schools.iter().map(|school| school.urn).collect::<Vec<_>>(), [900_001], "{role}");
        }
        // A governor whose role has ended sees nothing, and can still ask.
        let former = world.person("geoffrey.tindell@marlshire.example").await;
        let status = former.session.schools().list_schools(ListSchoolsRequest::default()).await.expect_err("no role");
        assert_eq!(status.code(), Code::PermissionDenied);
    }

    County async fn filters_narrow_and_never_widen(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let find = async |query: &str| {
            let request = ListSchoolsRequest { query: query.into(), ..ListSchoolsRequest::default() };
            all(&officer, request).await.iter().map(|school| school.urn).collect::<Vec<_>>()
        };
        assert_eq!(find("900001").await, [900_001]);
        assert_eq!(find("no such place").await, Vec::<i32>::new());
        assert_eq!(find("100%_").await, Vec::<i32>::new());
        let accented = find("900026").await;
        assert_eq!(accented, [900_026]);
        let closed = ListSchoolsRequest { statuses: vec![SchoolStatus::Closed.into()], ..ListSchoolsRequest::default() };
        assert_eq!(all(&officer, closed).await.len(), 3);
        let by_urn = ListSchoolsRequest { order_by: "urn desc".into(), page_size: 7, ..ListSchoolsRequest::default() };
        let urns: Vec<_> = all(&officer, by_urn).await.iter().map(|school| school.urn).collect();
        assert!(urns.is_sorted_by(|a, b| a > b));
        let academies = ListSchoolsRequest { r#type: "academy CONVERTER".into(), ..ListSchoolsRequest::default() };
        let academies = all(&officer, academies).await;
        assert!(!academies.is_empty() && academies.iter().all(|school| school.funding_basis() == FundingBasis::Academy));
    }

    County async fn a_page_token_belongs_to_its_caller_and_filter(world) {
        let (officer, admin) = (world.actor("DATA_OFFICER").await, world.actor("ADMINISTRATOR").await);
        let first = ListSchoolsRequest { page_size: 3, ..ListSchoolsRequest::default() };
        let token = list(&officer, first.clone()).await.next_page_token;
        let next = ListSchoolsRequest { page_token: token.clone(), ..first.clone() };
        list(&officer, next.clone()).await;
        let other_filter = ListSchoolsRequest { query: "a".into(), ..next.clone() };
        let other_letter = if token.starts_with('A') { 'B' } else { 'A' };
        let forged = ListSchoolsRequest { page_token: format!("{other_letter}{}", &token[1..]), ..first };
        for (actor, request) in [(&admin, next), (&officer, other_filter), (&officer, forged)] {
            let status = actor.session.schools().list_schools(request).await.expect_err("another's token");
            assert_eq!(Error::from(status).reason(), Some(ErrorReason::PageTokenInvalid));
        }
    }

    County async fn a_converted_school_knows_its_predecessor_only_if_the_register_says_so(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let missing = officer.session.schools().get_school(GetSchoolRequest { name: "schools/999999".into() }).await;
        assert_eq!(missing.expect_err("inside the scope").code(), Code::NotFound);
        let school = officer.session.schools().get_school(GetSchoolRequest { name: "schools/900024".into() }).await;
        assert_eq!(school.unwrap().into_inner().school.unwrap().status(), SchoolStatus::Closed);
    }

    County async fn an_infant_and_a_junior_school_are_paired_at_both(world) {
        let sim = world.actor("SIM").await;
        let pair = |urn: u32, other: u32| CreateSchoolLinkRequest {
            parent: format!("schools/{urn}"),
            link: Some(SchoolLink {
                linked_school: format!("schools/{other}"),
                kind: SchoolLinkKind::InfantJuniorPair.into(),
                ..SchoolLink::default()
            }),
            request_id: request_id(),
        };
        let request = pair(900_002, 900_003);
        let made = sim.session.schools().create_school_link(request.clone()).await.expect("paired").into_inner();
        let again = sim.session.schools().create_school_link(request).await.expect("the same outcome").into_inner();
        assert_eq!(made, again);
        let links = sim.session.schools().list_school_links(ListSchoolLinksRequest { parent: "schools/900003".into() }).await;
        assert_eq!(links.unwrap().into_inner().links[0].linked_school, "schools/900002");
        let status = sim.session.schools().create_school_link(pair(900_003, 900_002)).await.expect_err("there already");
        assert_eq!(status.code(), Code::AlreadyExists);
        let status = sim.session.schools().create_school_link(pair(900_002, 900_037)).await.expect_err("another's school");
        assert_eq!(status.code(), Code::PermissionDenied);
        let remove = DeleteSchoolLinkRequest { name: "schools/900003/links/900002".into(), request_id: request_id() };
        sim.session.schools().delete_school_link(remove).await.expect("removed");
        let links = sim.session.schools().list_school_links(ListSchoolLinksRequest { parent: "schools/900002".into() }).await;
        assert!(links.unwrap().into_inner().links.is_empty());
    }

    County async fn partners_are_kept_with_their_dates(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let request = ListSchoolPartnersRequest { parent: "schools/900008".into() };
        let partners = officer.session.schools().list_school_partners(request).await.unwrap().into_inner().partners;
        let told: Vec<_> = partners.iter().map(|p| (p.display_name.as_str(), p.from_date.as_str(), p.until_date.is_empty())).collect();
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].0, told[0].2), ("Owen Tarrant", true));
        assert_eq!((told[1].0, told[1].2), ("Peter Wickenden", false));
    }

    County async fn figures_have_markers_cohorts_and_comparators(world) {
        let head = world.actor("HEADTEACHER").await;
        let request = ListSchoolFiguresRequest {
            parent: "schools/900001".into(),
            measures: vec!["measures/ks2-rwm-expected".into()],
            groups: vec![PupilGroup::All.into(), PupilGroup::Disadvantaged.into()],
            ..ListSchoolFiguresRequest::default()
        };
        let figures = head.session.performance().list_school_figures(request).await.unwrap().into_inner().figures;
        let years: Vec<_> = figures.iter().map(|figure| figure.academic_year.as_str()).collect();
        assert_eq!(years.first(), Some(&"2024/25"));
        assert!(years.contains(&"2018/19"));
        let latest = &figures[0];
        assert_eq!(latest.release(), Release::Revised);
        assert!(latest.value.is_some() && latest.cohort.is_some());
        let kinds: Vec<_> = latest.comparators.iter().map(Comparator::kind).collect();
        assert_eq!(kinds, [ComparatorKind::Authority, ComparatorKind::EnglandAllSchools, ComparatorKind::EnglandStateFunded]);
        // A small school's group is suppressed, in words, and is no number.
        let officer = world.actor("DATA_OFFICER").await;
        let request = ListSchoolFiguresRequest { parent: "schools/900016".into(), page_size: 1000, ..ListSchoolFiguresRequest::default() };
        let figures = officer.session.performance().list_school_figures(request).await.unwrap().into_inner().figures;
        let suppressed: Vec<_> = figures.iter().filter(|figure| figure.marker() == Marker::Suppressed).collect();
        assert!(!suppressed.is_empty());
        assert!(suppressed.iter().all(|figure| figure.value.is_none() && !figure.marker_meaning.is_empty()));
    }
}
