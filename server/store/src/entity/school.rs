//! The register of schools.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "schools")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) urn: i32,
    pub(crate) laestab: Option<i32>,
    pub(crate) authority: i32,
    pub(crate) authority_name: String,
    pub(crate) name: String,
    /// Folded name, for sorting.
    pub(crate) sort_key: String,
    /// Folded name and town, for finding.
    pub(crate) search_key: String,
    pub(crate) type_name: String,
    /// Folded type, for filtering.
    pub(crate) type_key: String,
    pub(crate) phase: String,
    pub(crate) status: String,
    pub(crate) open_date: Option<String>,
    pub(crate) close_date: Option<String>,
    pub(crate) low_age: Option<i32>,
    pub(crate) high_age: Option<i32>,
    pub(crate) pupils: Option<i32>,
    pub(crate) capacity: Option<i32>,
    pub(crate) religious_character: Option<String>,
    pub(crate) diocese: Option<String>,
    pub(crate) trust: Option<String>,
    pub(crate) federation: Option<String>,
    pub(crate) nursery_provision: Option<String>,
    pub(crate) resourced_provision: Option<String>,
    pub(crate) town: Option<String>,
    pub(crate) postcode: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) administrative_district: Option<String>,
    pub(crate) urban_rural: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
