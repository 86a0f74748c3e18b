//! The handlers of `SchoolService`.

pub(super) mod create_school_link;
pub(super) mod delete_school_link;
pub(super) mod export_past_visit_report;
pub(super) mod get_district;
pub(super) mod get_school;
pub(super) mod list_district_proposals;
pub(super) mod list_districts;
pub(super) mod list_school_inspections;
pub(super) mod list_school_links;
pub(super) mod list_school_partners;
pub(super) mod list_school_past_visits;
pub(super) mod list_school_support;
pub(super) mod list_schools;
