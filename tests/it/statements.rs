//! How many statements a call costs: never one for each row.

use llpr_proto::v1::*;
use llpr_tests::{World, county, figures, on_both_engines};

/// Statements of a call; the least of some, because the server's own work counts too.
pub(crate) async fn statements(world: &World, mut call: impl AsyncFnMut()) -> u64 {
    let mut least = u64::MAX;
    for _ in 0..4 {
        let before = world.server().store().statements();
        call().await;
        least = least.min(world.server().store().statements() - before);
    }
    least
}

on_both_engines! {
    County async fn a_school_costs_one_statement_for_access_and_one_for_itself(world) {
        let manager = world.actor("SIM").await;
        let listed = manager.session.schools().list_schools(ListSchoolsRequest::default()).await.unwrap().into_inner();
        let name = listed.schools[0].name.clone();
        let count = statements(&world, async || {
            let request = GetSchoolRequest { name: name.clone() };
            manager.session.schools().get_school(request).await.unwrap();
        }).await;
        assert_eq!(count, 2);
    }

    County async fn a_page_of_schools_costs_the_same_whatever_its_size(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let page = async |page_size| statements(&world, async || {
            let request = ListSchoolsRequest { page_size, ..ListSchoolsRequest::default() };
            let listed = officer.session.schools().list_schools(request).await.unwrap().into_inner();
            assert_eq!(listed.schools.len(), usize::try_from(page_size).unwrap());
        }).await;
        assert_eq!(page(2).await, page(60).await);
    }

    County async fn data_health_costs_the_same_for_a_district_and_for_the_county(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let health = async |parent: &str| statements(&world, async || {
            let request = GetDataHealthRequest { parent: parent.into(), ..GetDataHealthRequest::default() };
            officer.session.performance().get_data_health(request).await.unwrap();
        }).await;
        let county = health("county").await;
        // One more, whether the district is there.
        assert_eq!(health("districts/north-marl").await, county + 1);
        assert_eq!(county, 8);
    }

    County async fn an_import_costs_no_statement_for_each_row(world) {
        let officer = world.actor("DATA_OFFICER").await;
        let file = county().files.iter().rfind(|file| file.dataset == "ks2").unwrap();
        let upload = || figures("ks2", &file.file_name, "2024/25", Release::Final);
        let before = world.server().store().statements();
        let import = officer.load(upload(), file.content.clone()).await;
        let count = world.server().store().statements() - before;
        assert!(import.row_count > 60 && import.unchanged_count > 2_000, "{import:?}");
        assert!(count < 60, "{count} statements for {} rows with {} figures", import.row_count, import.unchanged_count);
    }
}
