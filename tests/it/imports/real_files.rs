//! The real Hampshire register and key stage 2 file, where they are at hand. They are not part of
//! the repository.

use std::fmt::Write as _;

use futures::TryStreamExt as _;
use llpr_client::{items, request_id};
use llpr_proto::options::v1::Role;
use llpr_proto::v1::*;
use llpr_tests::{PASSWORD, figures, on_both_engines, real_file, register};

on_both_engines! {
    Empty async fn hampshire_is_loaded_and_a_sim_of_winchester_sees_winchester(world) {
        let Some(gias) = real_file("gias-establishments/gias_search_results_20220420_hampshire.csv") else { return };
        let Some(ks2) = real_file("ks2/2018-2019_850_ks2final.csv") else { return };
        let (officer, admin) = (world.actor("DATA_OFFICER").await, world.actor("ADMINISTRATOR").await);
        let first = officer.load(register("gias-establishments", "hampshire.csv"), gias.clone()).await;
        assert_eq!((first.school_count, first.added_count), (520, 520));
        let request = ListDistrictProposalsRequest { page_size: 100, ..ListDistrictProposalsRequest::default() };
        let session = officer.session.clone();
        let proposals: Vec<DistrictProposal> = items(|page_token| {
            let (mut schools, request) = (session.schools(), ListDistrictProposalsRequest { page_token, ..request.clone() });
            async move { schools.list_district_proposals(request).await }
        })
        .try_collect()
        .await
        .unwrap();
        assert_eq!(proposals.len(), 427);
        let mut template = String::from("URN,School,District,From,Until,Kind\r\n");
        for proposal in &proposals {
            let urn = proposal.school.trim_start_matches("schools/");
            write!(template, "{urn},,{},2021-09-01,,\r\n", proposal.district_display_name).unwrap();
        }
        let districts = officer.load(register("districts", "districts.csv"), template.clone()).await;
        assert_eq!(districts.added_count, 427);
        let upload = || figures("ks2", "2018-2019_850_ks2final.csv", "2018/19", Release::Final);
        let results = officer.load(upload(), ks2.clone()).await;
        assert_eq!((results.school_count, results.comparator_count, results.fatal_count), (331, 3, 0));
        assert_eq!(results.pending_school_count, 16, "331 less the 315 that the register has");
        let pending = officer.issues(&results.name).await.into_iter().filter(|issue| issue.code == "UNKNOWN_SCHOOL");
        assert!(pending.map(|issue| issue.message).all(|message| message.contains("URN")));
        for import in [
            officer.load(register("gias-establishments", "hampshire.csv"), gias).await,
            officer.load(register("districts", "districts.csv"), template).await,
            officer.load(upload(), ks2).await,
        ] {
            assert_eq!((import.added_count, import.changed_count, import.missing_count), (0, 0, 0));
        }
        let user = User { email: "sim@hampshire.example".into(), display_name: "Invented Sim".into(), ..User::default() };
        let request = CreateUserRequest { user: Some(user), password: PASSWORD.into(), request_id: request_id() };
        admin.session.users().create_user(request).await.unwrap();
        let assignment = RoleAssignment { role: Role::Sim.into(), node: "districts/winchester".into(), ..RoleAssignment::default() };
        let request = CreateRoleAssignmentRequest { parent: "users/sim@hampshire.example".into(), role_assignment: Some(assignment), ..CreateRoleAssignmentRequest::default() };
        admin.session.users().create_role_assignment(request).await.unwrap();
        let sim = world.person("sim@hampshire.example").await;
        let schools = sim.session.schools().list_schools(ListSchoolsRequest { page_size: 500, ..ListSchoolsRequest::default() }).await;
        let schools = schools.unwrap().into_inner();
        assert_eq!(schools.total_size, 43);
        assert!(schools.schools.iter().all(|school| school.district == "districts/winchester"));
        let (mut numbers, mut suppressed) = (0, 0);
        for school in &schools.schools {
            let request = ListSchoolFiguresRequest {
                parent: school.name.clone(),
                measures: vec!["measures/ks2-rwm-expected".into()],
                groups: vec![PupilGroup::All.into(), PupilGroup::Disadvantaged.into()],
                ..ListSchoolFiguresRequest::default()
            };
            for figure in sim.session.performance().list_school_figures(request).await.unwrap().into_inner().figures {
                if let Some(value) = figure.value {
                    assert!((0.0..=100.0).contains(&value));
                    numbers += 1;
                } else {
                    assert_ne!(figure.marker(), Marker::Unspecified);
                    suppressed += 1;
                }
            }
        }
        assert!(numbers > 20 && suppressed > 5, "{numbers} {suppressed}");
    }
}
