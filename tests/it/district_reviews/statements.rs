//! Statements that a district's review and the county's view cost.

use std::fmt::Write as _;

use llpr_proto::v1::*;
use llpr_tests::{on_both_engines, register};

use super::{NORTH, districts, funnel, name, pooled};
use crate::statements::statements;

on_both_engines! {
    County async fn a_review_of_sixty_schools_costs_what_one_of_a_few_costs(world) {
        let (officer, sim) = (world.actor("DATA_OFFICER").await, world.actor("SIM").await);
        let figures = async || statements(&world, async || {
            pooled(&sim, NORTH).await.unwrap();
        }).await;
        let plot = async || statements(&world, async || {
            let request = GetDistrictFunnelRequest { name: name(NORTH), ..GetDistrictFunnelRequest::default() };
            funnel(&sim, request).await.unwrap();
        }).await;
        let (few_figures, few_plot) = (figures().await, plot().await);
        let few = pooled(&sim, NORTH).await.unwrap().school_count;
        let request = ListSchoolsRequest { page_size: 500, ..ListSchoolsRequest::default() };
        let schools = officer.session.schools().list_schools(request).await.unwrap().into_inner().schools;
        let mut file = String::from("URN,School,District,From,Until,Kind\n");
        for school in &schools {
            writeln!(file, "{},,North Marl,2019-09-01,,improvement", school.urn).unwrap();
        }
        let upload = llpr_client::Upload { accept_missing: true, ..register("districts", "one.csv") };
        officer.load(upload, file).await;
        let many = pooled(&sim, NORTH).await.unwrap().school_count;
        assert!(few < 30 && many > 55, "{few} and {many}");
        let (many_figures, many_plot) = (figures().await, plot().await);
        // Predecessors are followed a generation at a time: the county's schools have one.
        assert!(many_figures.abs_diff(few_figures) <= 1 && many_figures <= 18, "{few_figures} and {many_figures} statements");
        assert!(many_plot.abs_diff(few_plot) <= 1 && many_plot <= 18, "{few_plot} and {many_plot} statements");
        println!("review: {few_figures} statements for {few} schools, {many_figures} for {many}; funnel: {few_plot} and {many_plot}");
    }

    County async fn the_countys_view_costs_the_same_whatever_its_page(world) {
        let manager = world.actor("COUNTY_MANAGER").await;
        let view = async |page_size| statements(&world, async || {
            districts(&manager, page_size, String::new()).await.unwrap();
        }).await;
        let one = view(1).await;
        assert_eq!(one, view(50).await);
        assert!(one <= 13, "{one} statements");
    }
}
