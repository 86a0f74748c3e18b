//! Districts, schools, their links and their partners.

use chrono::NaiveDate;
use llpr_domain::access::Role;
use llpr_domain::district::{DistrictKind, DistrictSlug};
use llpr_domain::school::{LinkKind, Phase, SchoolRecord, SchoolStatus};
use llpr_domain::urn::{AuthorityCode, Laestab, Urn};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait as _, Query};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, Order,
    PaginatorTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select, Set,
};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::access::{self, Access, County, District, Listed, School, column, urn_value};
use crate::circumstances::groups::{GROUP_COLUMNS, GroupRow, SchoolGroup};
use crate::engine::Store;
use crate::entity::{district, role_assignment, school, school_district, school_link};
use crate::error::{Refusal, StoreError};
use crate::figures::numbers;
use crate::page::{Page, Slice};
use crate::people::containing;
use crate::risk::may_differ;
use crate::sql;
use crate::write::{Intent, Outcome, Written};

/// The stored kind of a link that people make: an infant school and its junior school.
pub(crate) const PAIR: &str = "infant-junior-pair";

/// How many links or partners of a school are returned at most.
const LINKS: u64 = 200;

/// A school with what belongs to it today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolView {
    /// What the register has.
    pub record: SchoolRecord,
    /// Today's improvement district and its name.
    pub district: Option<(String, String)>,
    /// Names of today's partners.
    pub partners: Vec<String>,
    /// Today's trust, federation, sponsor and other groups.
    pub groups: Vec<SchoolGroup>,
}

/// A district with the number of its schools.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistrictView {
    /// Slug.
    pub slug: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: DistrictKind,
    /// How many open or proposed schools are in it today, within the caller's reach.
    pub schools: u64,
}

/// A district proposed for a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// The register's administrative district.
    pub district: String,
}

/// Which schools to list.
#[derive(Clone, Debug, Default)]
pub struct SchoolFilter {
    /// Only of this district today.
    pub district: Option<DistrictSlug>,
    /// Only of these phases; empty for all.
    pub phases: Vec<Phase>,
    /// Only of this type, regardless of case; empty for all.
    pub type_name: String,
    /// Only of these statuses; empty for those that are open.
    pub statuses: Vec<SchoolStatus>,
    /// Only those whose partner today is this user.
    pub partner: Option<String>,
    /// Only those whose name or town contains this, or whose URN or LAESTAB it is.
    pub query: String,
}

/// In which order to list schools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolOrder {
    /// By URN and not by name.
    pub by_urn: bool,
    /// From the end.
    pub descending: bool,
}

/// A link from a school to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// The linked school.
    pub linked: Urn,
    /// Its name; empty where the register lacks it.
    pub linked_name: String,
    /// The link.
    pub kind: SchoolLinkKind,
    /// When it was established.
    pub established: Option<NaiveDate>,
}

/// A link of the register's, or one that people made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchoolLinkKind {
    /// From the register.
    Register(LinkKind),
    /// An infant school and its junior school.
    Pair,
}

/// A partner of a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Id of the user.
    pub user: String,
    /// The person's name.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// First day on which the person is no longer partner.
    pub until: Option<NaiveDate>,
}

/// Text as it is compared: lower case, without accents, with plain quotes and dashes.
pub(crate) fn fold(text: &str) -> String {
    text.nfd()
        .filter(|&c| !is_combining_mark(c))
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' => '\'',
            '\u{2013}' | '\u{2014}' => '-',
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .collect()
}

pub(crate) fn day(text: &str) -> Result<NaiveDate, StoreError> {
    text.parse()
        .map_err(|_| StoreError::Corrupt(format!("date {text}")))
}

pub(crate) fn optional_day(text: Option<&str>) -> Result<Option<NaiveDate>, StoreError> {
    text.map(day).transpose()
}

pub(crate) fn urn(value: i32) -> Result<Urn, StoreError> {
    u32::try_from(value)
        .ok()
        .and_then(|number| Urn::new(number).ok())
        .ok_or_else(|| StoreError::Corrupt(format!("URN {value}")))
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A school as a row of the register.
pub(crate) fn school_row(record: SchoolRecord) -> school::Model {
    let SchoolRecord {
        urn,
        laestab,
        authority,
        authority_name,
        name,
        type_name,
        phase,
        status,
        open_date,
        close_date,
        low_age,
        high_age,
        pupils,
        capacity,
        religious_character,
        diocese,
        trust,
        federation,
        nursery_provision,
        resourced_provision,
        town,
        postcode,
        website,
        administrative_district,
        urban_rural,
    } = record;
    school::Model {
        urn: urn_value(urn),
        laestab: laestab.map(|laestab| signed(laestab.get())),
        authority: i32::from(authority.get()),
        authority_name,
        sort_key: fold(&name),
        search_key: fold(&format!("{name} {}", town.as_deref().unwrap_or_default())),
        name,
        type_key: fold(&type_name),
        type_name,
        phase: phase.as_str().to_owned(),
        status: status.as_str().to_owned(),
        open_date: open_date.map(|date| date.to_string()),
        close_date: close_date.map(|date| date.to_string()),
        low_age: low_age.map(i32::from),
        high_age: high_age.map(i32::from),
        pupils: pupils.map(signed),
        capacity: capacity.map(signed),
        religious_character,
        diocese,
        trust,
        federation,
        nursery_provision,
        resourced_provision,
        town,
        postcode,
        website,
        administrative_district,
        urban_rural,
    }
}

pub(crate) fn school_record(row: school::Model) -> Result<SchoolRecord, StoreError> {
    let school::Model {
        urn: number,
        laestab,
        authority,
        authority_name,
        name,
        sort_key: _,
        search_key: _,
        type_name,
        type_key: _,
        phase,
        status,
        open_date,
        close_date,
        low_age,
        high_age,
        pupils,
        capacity,
        religious_character,
        diocese,
        trust,
        federation,
        nursery_provision,
        resourced_provision,
        town,
        postcode,
        website,
        administrative_district,
        urban_rural,
    } = row;
    let corrupt = |what: &str| StoreError::Corrupt(format!("school {number}: {what}"));
    let authority = u16::try_from(authority)
        .ok()
        .and_then(|code| AuthorityCode::new(code).ok());
    let small = |age: Option<i32>| age.and_then(|age| u8::try_from(age).ok());
    let count = |count: Option<i32>| count.and_then(|count| u32::try_from(count).ok());
    Ok(SchoolRecord {
        urn: urn(number)?,
        laestab: laestab.and_then(read_laestab),
        authority: authority.ok_or_else(|| corrupt("authority"))?,
        authority_name,
        name,
        type_name,
        phase: Phase::parse(&phase).ok_or_else(|| corrupt("phase"))?,
        status: SchoolStatus::parse(&status).ok_or_else(|| corrupt("status"))?,
        open_date: optional_day(open_date.as_deref())?,
        close_date: optional_day(close_date.as_deref())?,
        low_age: small(low_age),
        high_age: small(high_age),
        pupils: count(pupils),
        capacity: count(capacity),
        religious_character,
        diocese,
        trust,
        federation,
        nursery_provision,
        resourced_provision,
        town,
        postcode,
        website,
        administrative_district,
        urban_rural,
    })
}

fn read_laestab(number: i32) -> Option<Laestab> {
    let authority = AuthorityCode::new(u16::try_from(number / 10_000).ok()?).ok()?;
    Laestab::new(authority, u16::try_from(number % 10_000).ok()?).ok()
}

/// Statuses of schools that are open.
fn open_statuses() -> Vec<&'static str> {
    let statuses = SchoolStatus::ALL.iter().filter(|status| status.is_open());
    statuses.map(|status| status.as_str()).collect()
}

/// That a school `s` is open, as a condition in text.
pub(crate) fn is_open() -> String {
    let open = open_statuses().into_iter();
    let open = numbers(open.map(|status| format!("'{status}'")));
    format!("s.status IN ({open})")
}

/// That a school `s` is open, and on day `$2` in district `$1`.
pub(crate) fn is_open_in_district() -> String {
    format!(
        "{} AND s.urn IN (SELECT m.urn FROM school_districts m
            WHERE m.district = $1 AND m.from_date <= $2
            AND (m.until_date IS NULL OR m.until_date > $2))",
        is_open()
    )
}

/// The schools that are in a district on a day.
fn in_district(slug: &str, day: NaiveDate) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column((Alias::new("m"), school_district::Column::Urn))
        .from_as(school_district::Entity, Alias::new("m"))
        .and_where(column("m", school_district::Column::District).eq(slug))
        .cond_where(access::in_force_as("m", day))
        .to_owned()
}

#[derive(FromQueryResult)]
struct DistrictOfSchool {
    urn: i32,
    slug: String,
    name: String,
}

#[derive(FromQueryResult)]
struct PartnerOfSchool {
    urn: i32,
    name: String,
}

#[derive(FromQueryResult)]
struct DistrictCount {
    slug: String,
    schools: i64,
}

#[derive(FromQueryResult)]
struct LinkRow {
    linked_urn: i32,
    linked_name: Option<String>,
    kind: String,
    established: Option<String>,
}

#[derive(FromQueryResult)]
struct PartnerRow {
    user_id: String,
    name: String,
    from_date: String,
    until_date: Option<String>,
}

/// A school with its district, one of its partners and one of its groups.
#[derive(FromQueryResult)]
struct WholeSchool {
    #[sea_orm(nested)]
    school: school::Model,
    district_slug: Option<String>,
    district_name: Option<String>,
    partnership: Option<String>,
    partner: Option<String>,
    #[sea_orm(nested)]
    group: GroupRow,
}

impl Store {
    /// The districts that the caller's roles reach, by name.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn districts(
        &self,
        access: &Access<Listed>,
        page: Page<(String, String)>,
    ) -> Result<Slice<DistrictView, (String, String)>, StoreError> {
        use district::Column as C;
        let basis = access.basis();
        let own = access::assignments(basis)
            .column((Alias::new("r"), role_assignment::Column::District))
            .and_where(column("r", role_assignment::Column::District).is_not_null())
            .to_owned();
        let reached = Query::select()
            .column(school::Column::Urn)
            .from(school::Entity)
            .cond_where(access::reached_schools(access))
            .to_owned();
        let of_schools = Query::select()
            .column((Alias::new("m"), school_district::Column::District))
            .from_as(school_district::Entity, Alias::new("m"))
            .and_where(column("m", school_district::Column::Urn).in_subquery(reached))
            .cond_where(access::in_force_as("m", basis.today))
            .to_owned();
        let mut found = district::Entity::find().filter(
            Condition::any()
                .add(Expr::exists(access::county_assignment(basis)))
                .add(C::Slug.in_subquery(own))
                .add(C::Slug.in_subquery(of_schools)),
        );
        let total = found.clone().count(self.reads()).await?;
        if let Some((name, slug)) = page.after {
            found = found.filter(crate::people::after((C::SortKey, name), (C::Slug, slug)));
        }
        let rows = found
            .order_by_asc(C::SortKey)
            .order_by_asc(C::Slug)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let slice = Slice::cut(rows, page.size, total, |row| {
            (row.sort_key.clone(), row.slug.clone())
        });
        let slugs = slice.items.iter().map(|row| row.slug.clone()).collect();
        let counts = self
            .count_schools(slugs, Some(access::reached_schools(access)), basis.today)
            .await?;
        let items = slice
            .items
            .into_iter()
            .map(|row| district_view(row, &counts))
            .collect::<Result<_, _>>()?;
        Ok(Slice {
            items,
            next: slice.next,
            total,
        })
    }

    /// A district.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn district(&self, access: &Access<District>) -> Result<DistrictView, StoreError> {
        let slug = access.district().to_string();
        let row = district::Entity::find_by_id(&slug)
            .one(self.reads())
            .await?;
        let row = row.ok_or_else(|| StoreError::NotFound(format!("districts/{slug}")))?;
        let counts = self.count_schools(vec![slug], None, access.today()).await?;
        district_view(row, &counts)
    }

    async fn count_schools(
        &self,
        slugs: Vec<String>,
        reach: Option<Condition>,
        today: NaiveDate,
    ) -> Result<Vec<DistrictCount>, StoreError> {
        let mut statuses = open_statuses();
        statuses.push(SchoolStatus::ProposedToOpen.as_str());
        let mut query = Query::select();
        query
            .column((Alias::new("m"), school_district::Column::District))
            .from_as(school_district::Entity, Alias::new("m"))
            .inner_join(
                school::Entity,
                column("m", school_district::Column::Urn)
                    .equals((school::Entity, school::Column::Urn)),
            )
            .and_where(column("m", school_district::Column::District).is_in(slugs))
            .and_where(school::Column::Status.is_in(statuses))
            .cond_where(access::in_force_as("m", today))
            .group_by_col((Alias::new("m"), school_district::Column::District));
        if let Some(reach) = reach {
            query.cond_where(reach);
        }
        query.clear_selects();
        query
            .expr_as(
                column("m", school_district::Column::District),
                Alias::new("slug"),
            )
            .expr_as(
                Expr::col((school::Entity, school::Column::Urn)).count(),
                Alias::new("schools"),
            );
        Ok(
            DistrictCount::find_by_statement(self.engine().backend().build(&query))
                .all(self.reads())
                .await?,
        )
    }

    /// A district for each school without one, from the register's administrative district.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn district_proposals(
        &self,
        access: &Access<County>,
        authority: Option<u16>,
        page: Page<i32>,
    ) -> Result<Slice<Proposal, i32>, StoreError> {
        use school::Column as C;
        let placed = Query::select()
            .column((Alias::new("m"), school_district::Column::Urn))
            .from_as(school_district::Entity, Alias::new("m"))
            .and_where(
                column("m", school_district::Column::UntilDate)
                    .is_null()
                    .or(column("m", school_district::Column::UntilDate)
                        .gt(access.today().to_string())),
            )
            .to_owned();
        let mut statuses = open_statuses();
        statuses.push(SchoolStatus::ProposedToOpen.as_str());
        let mut found = school::Entity::find()
            .filter(C::AdministrativeDistrict.is_not_null())
            .filter(C::Status.is_in(statuses))
            .filter(C::Urn.not_in_subquery(placed));
        if let Some(authority) = authority {
            found = found.filter(C::Authority.eq(i32::from(authority)));
        }
        let total = found.clone().count(self.reads()).await?;
        if let Some(urn) = page.after {
            found = found.filter(C::Urn.gt(urn));
        }
        let rows = found
            .order_by_asc(C::Urn)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, |row| row.urn);
        let items = items
            .into_iter()
            .map(|row| {
                let district = row.administrative_district.unwrap_or_default();
                Ok(Proposal {
                    urn: urn(row.urn)?,
                    name: row.name,
                    district,
                })
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Slice { items, next, total })
    }

    /// The schools that the caller's roles reach. The key of a page is the folded name (empty
    /// when sorted by URN) and the URN.
    ///
    /// # Errors
    /// Where the database can't be read.
    pub async fn schools(
        &self,
        access: &Access<Listed>,
        filter: SchoolFilter,
        order: SchoolOrder,
        page: Page<(String, i32)>,
    ) -> Result<Slice<SchoolView, (String, i32)>, StoreError> {
        use school::Column as C;
        let today = access.today();
        let found = school::Entity::find().filter(access::reached_schools(access));
        let found = filtered(found, filter, today);
        let total = found.clone().count(self.reads()).await?;
        let direction = if order.descending {
            Order::Desc
        } else {
            Order::Asc
        };
        let mut ordered = found;
        if let Some((name, urn)) = page.after {
            ordered = ordered.filter(beyond(order, name, urn));
        }
        if !order.by_urn {
            ordered = ordered.order_by(C::SortKey, direction.clone());
        }
        let rows = ordered
            .order_by(C::Urn, direction)
            .limit(page.size + 1)
            .all(self.reads())
            .await?;
        let key = |row: &school::Model| {
            let name = if order.by_urn {
                String::new()
            } else {
                row.sort_key.clone()
            };
            (name, row.urn)
        };
        let Slice { items, next, total } = Slice::cut(rows, page.size, total, key);
        let items = self.views(items, today).await?;
        Ok(Slice { items, next, total })
    }

    /// A school.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn school(&self, access: &Access<School>) -> Result<SchoolView, StoreError> {
        // One statement, because every page that is about a school begins with it: a row for each
        // partner with each group.
        let find = format!(
            "SELECT s.*, d.slug AS district_slug, d.name AS district_name,
                r.id AS partnership, u.display_name AS partner, {GROUP_COLUMNS}
            FROM schools s
            LEFT JOIN school_districts m ON m.urn = s.urn
                AND m.from_date <= $2 AND (m.until_date IS NULL OR m.until_date > $2)
            LEFT JOIN districts d ON d.slug = m.district
            LEFT JOIN role_assignments r ON r.urn = s.urn AND r.role = $3
                AND r.from_date <= $2 AND (r.until_date IS NULL OR r.until_date > $2)
            LEFT JOIN users u ON u.id = r.user_id
            LEFT JOIN group_memberships gm ON gm.urn = s.urn
                AND (gm.until_date IS NULL OR gm.until_date > $2)
            LEFT JOIN school_groups g ON g.uid = gm.uid
            WHERE s.urn = $1 ORDER BY m.from_date, r.id, gm.uid"
        );
        let values = vec![
            urn_value(access.urn()).into(),
            access.today().to_string().into(),
            Role::Llp.code().into(),
        ];
        let rows: Vec<WholeSchool> = sql::all(self.reads(), &find, values).await?;
        // Periods of a school don't overlap, so all rows are of one district.
        let mut view: Option<SchoolView> = None;
        let mut partnerships = Vec::new();
        for row in rows {
            let view = match &mut view {
                Some(view) => view,
                none => none.insert(SchoolView {
                    record: school_record(row.school)?,
                    district: row.district_slug.zip(row.district_name),
                    partners: Vec::new(),
                    groups: Vec::new(),
                }),
            };
            if partnerships.last() != Some(&row.partnership) {
                partnerships.push(row.partnership);
                view.partners.extend(row.partner);
            }
            if partnerships.len() == 1 {
                view.groups.extend(row.group.group()?);
            }
        }
        let mut view = view.ok_or_else(|| not_found(access.urn()))?;
        view.groups.sort_by_key(|group| !group.kind.is_trust());
        Ok(view)
    }

    /// Adds today's districts, partners and groups to a page of schools, in three queries.
    async fn views(
        &self,
        rows: Vec<school::Model>,
        today: NaiveDate,
    ) -> Result<Vec<SchoolView>, StoreError> {
        let urns: Vec<i32> = rows.iter().map(|row| row.urn).collect();
        let districts = Query::select()
            .expr_as(column("m", school_district::Column::Urn), Alias::new("urn"))
            .expr_as(column("d", district::Column::Slug), Alias::new("slug"))
            .expr_as(column("d", district::Column::Name), Alias::new("name"))
            .from_as(school_district::Entity, Alias::new("m"))
            .join_as(
                sea_orm::JoinType::InnerJoin,
                district::Entity,
                Alias::new("d"),
                column("m", school_district::Column::District)
                    .equals((Alias::new("d"), district::Column::Slug)),
            )
            .and_where(column("m", school_district::Column::Urn).is_in(urns.clone()))
            .cond_where(access::in_force_as("m", today))
            .to_owned();
        let partners = Query::select()
            .expr_as(column("r", role_assignment::Column::Urn), Alias::new("urn"))
            .expr_as(
                column("u", crate::entity::user::Column::DisplayName),
                Alias::new("name"),
            )
            .from_as(role_assignment::Entity, Alias::new("r"))
            .join_as(
                sea_orm::JoinType::InnerJoin,
                crate::entity::user::Entity,
                Alias::new("u"),
                column("r", role_assignment::Column::UserId)
                    .equals((Alias::new("u"), crate::entity::user::Column::Id)),
            )
            .and_where(column("r", role_assignment::Column::Role).eq(Role::Llp.code()))
            .and_where(column("r", role_assignment::Column::Urn).is_in(urns.clone()))
            .cond_where(access::in_force_as("r", today))
            .order_by_expr(column("r", role_assignment::Column::Id), Order::Asc)
            .to_owned();
        let backend = self.engine().backend();
        let groups = self.groups_of(&urns, today).await?;
        let districts = DistrictOfSchool::find_by_statement(backend.build(&districts))
            .all(self.reads())
            .await?;
        let partners = PartnerOfSchool::find_by_statement(backend.build(&partners))
            .all(self.reads())
            .await?;
        rows.into_iter()
            .map(|row| {
                let number = row.urn;
                let district = districts.iter().find(|district| district.urn == number);
                Ok(SchoolView {
                    record: school_record(row)?,
                    district: district
                        .map(|district| (district.slug.clone(), district.name.clone())),
                    partners: partners
                        .iter()
                        .filter(|p| p.urn == number)
                        .map(|p| p.name.clone())
                        .collect(),
                    groups: groups
                        .iter()
                        .filter(|(urn, _)| *urn == number)
                        .map(|(_, group)| group.clone())
                        .collect(),
                })
            })
            .collect()
    }

    /// A school's links, predecessors first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn school_links(&self, access: &Access<School>) -> Result<Vec<LinkView>, StoreError> {
        const FIND: &str =
            "SELECT l.linked_urn AS linked_urn, COALESCE(s.name, l.linked_name) AS linked_name, l.kind AS kind,
                l.established AS established
            FROM school_links l LEFT JOIN schools s ON s.urn = l.linked_urn
            WHERE l.urn = $1 ORDER BY l.linked_urn, l.kind LIMIT $2";
        school_model(self.reads(), access.urn()).await?;
        let values = vec![urn_value(access.urn()).into(), LINKS.cast_signed().into()];
        let rows: Vec<LinkRow> = sql::all(self.reads(), FIND, values).await?;
        let mut links = rows
            .into_iter()
            .map(|row| {
                Ok(LinkView {
                    linked: urn(row.linked_urn)?,
                    linked_name: row.linked_name.unwrap_or_default(),
                    kind: if row.kind == PAIR {
                        SchoolLinkKind::Pair
                    } else {
                        let kind = LinkKind::parse(&row.kind);
                        SchoolLinkKind::Register(
                            kind.ok_or_else(|| StoreError::Corrupt(format!("link {}", row.kind)))?,
                        )
                    },
                    established: optional_day(row.established.as_deref())?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        links.sort_by_key(|link| match link.kind {
            SchoolLinkKind::Register(kind) if kind.is_predecessor() => 0,
            SchoolLinkKind::Register(kind) if kind.is_successor() => 1,
            SchoolLinkKind::Pair => 2,
            SchoolLinkKind::Register(_) => 3,
        });
        Ok(links)
    }

    /// Pairs two schools, both within the caller's reach.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`Refusal::Exists`].
    pub async fn pair_schools(
        &self,
        access: &Access<School>,
        other: &Access<School>,
        intent: Intent,
    ) -> Result<Outcome<()>, StoreError> {
        let (one, other) = (access.urn(), other.urn());
        self.write(access, intent, async move |tx| {
            school_model(&tx.connection, one).await?;
            school_model(&tx.connection, other).await?;
            let target = format!("schools/{one}/links/{other}");
            let pairs =
                [(one, other), (other, one)].map(|(urn, linked)| school_link::ActiveModel {
                    urn: Set(urn_value(urn)),
                    linked_urn: Set(urn_value(linked)),
                    kind: Set(PAIR.to_owned()),
                    established: Set(Some(tx.today.to_string())),
                    linked_name: Set(None),
                });
            let there = school_link::Entity::find_by_id((
                urn_value(one),
                urn_value(other),
                PAIR.to_owned(),
            ))
            .count(&tx.connection)
            .await?;
            if there > 0 {
                return Err(Refusal::Exists(target).into());
            }
            school_link::Entity::insert_many(pairs)
                .exec_without_returning(&tx.connection)
                .await?;
            may_differ(&tx).await?;
            Ok(Written {
                target,
                value: (),
                fields: vec!["links"],
            })
        })
        .await
    }

    /// Removes a pair, at both schools.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn unpair_schools(
        &self,
        access: &Access<School>,
        other: &Access<School>,
        intent: Intent,
    ) -> Result<Outcome<()>, StoreError> {
        let (one, other) = (access.urn(), other.urn());
        self.write(access, intent, async move |tx| {
            use school_link::Column as C;
            let target = format!("schools/{one}/links/{other}");
            let (a, b) = (urn_value(one), urn_value(other));
            let removed = school_link::Entity::delete_many()
                .filter(C::Kind.eq(PAIR))
                .filter(
                    Condition::any()
                        .add(C::Urn.eq(a).and(C::LinkedUrn.eq(b)))
                        .add(C::Urn.eq(b).and(C::LinkedUrn.eq(a))),
                )
                .exec(&tx.connection)
                .await?;
            if removed.rows_affected == 0 {
                return Err(StoreError::NotFound(target));
            }
            may_differ(&tx).await?;
            Ok(Written {
                target,
                value: (),
                fields: vec!["links"],
            })
        })
        .await
    }

    /// A school's partners, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn school_partners(
        &self,
        access: &Access<School>,
    ) -> Result<Vec<Partner>, StoreError> {
        const FIND: &str =
            "SELECT r.user_id AS user_id, u.display_name AS name, r.from_date AS from_date,
                r.until_date AS until_date
            FROM role_assignments r JOIN users u ON u.id = r.user_id
            WHERE r.urn = $1 AND r.role = $2 ORDER BY r.from_date DESC, r.id DESC LIMIT $3";
        school_model(self.reads(), access.urn()).await?;
        let values = vec![
            urn_value(access.urn()).into(),
            Role::Llp.code().into(),
            LINKS.cast_signed().into(),
        ];
        let rows: Vec<PartnerRow> = sql::all(self.reads(), FIND, values).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Partner {
                    user: row.user_id,
                    name: row.name,
                    from: day(&row.from_date)?,
                    until: optional_day(row.until_date.as_deref())?,
                })
            })
            .collect()
    }
}

fn not_found(urn: Urn) -> StoreError {
    StoreError::NotFound(format!("schools/{urn}"))
}

pub(crate) async fn school_model(
    connection: &impl ConnectionTrait,
    urn: Urn,
) -> Result<school::Model, StoreError> {
    let found = school::Entity::find_by_id(urn_value(urn))
        .one(connection)
        .await?;
    found.ok_or_else(|| not_found(urn))
}

fn district_view(
    row: district::Model,
    counts: &[DistrictCount],
) -> Result<DistrictView, StoreError> {
    let kind = DistrictKind::parse(&row.kind);
    let count = counts.iter().find(|count| count.slug == row.slug);
    Ok(DistrictView {
        kind: kind.ok_or_else(|| StoreError::Corrupt(format!("district kind {}", row.kind)))?,
        schools: count.map_or(0, |count| count.schools.unsigned_abs()),
        slug: row.slug,
        name: row.name,
    })
}

fn filtered(
    mut found: Select<school::Entity>,
    filter: SchoolFilter,
    today: NaiveDate,
) -> Select<school::Entity> {
    use school::Column as C;
    let SchoolFilter {
        district,
        phases,
        type_name,
        statuses,
        partner,
        query,
    } = filter;
    if let Some(slug) = district {
        found = found.filter(C::Urn.in_subquery(in_district(slug.as_ref(), today)));
    }
    if !phases.is_empty() {
        found = found.filter(C::Phase.is_in(phases.iter().map(|phase| phase.as_str())));
    }
    if !type_name.is_empty() {
        found = found.filter(C::TypeKey.eq(fold(&type_name)));
    }
    let statuses = if statuses.is_empty() {
        open_statuses()
    } else {
        statuses.iter().map(|status| status.as_str()).collect()
    };
    found = found.filter(C::Status.is_in(statuses));
    if let Some(partner) = partner {
        let schools = Query::select()
            .column((Alias::new("p"), role_assignment::Column::Urn))
            .from_as(role_assignment::Entity, Alias::new("p"))
            .and_where(column("p", role_assignment::Column::UserId).eq(partner))
            .and_where(column("p", role_assignment::Column::Role).eq(Role::Llp.code()))
            .and_where(column("p", role_assignment::Column::Urn).is_not_null())
            .cond_where(access::in_force_as("p", today))
            .to_owned();
        found = found.filter(C::Urn.in_subquery(schools));
    }
    let query = query.trim();
    if !query.is_empty() {
        let mut any = Condition::any().add(Expr::col(C::SearchKey).like(containing(&fold(query))));
        let digits: String = query.chars().filter(char::is_ascii_digit).collect();
        if digits.len() + query.matches('/').count() == query.len()
            && let Ok(number) = digits.parse::<i32>()
        {
            any = any.add(C::Urn.eq(number)).add(C::Laestab.eq(number));
        }
        found = found.filter(any);
    }
    found
}

/// That a school comes after another in an order.
fn beyond(order: SchoolOrder, name: String, urn: i32) -> Condition {
    use school::Column as C;
    let past = |column: C, value: sea_orm::Value| {
        if order.descending {
            Expr::col(column).lt(value)
        } else {
            Expr::col(column).gt(value)
        }
    };
    if order.by_urn {
        return Condition::all().add(past(C::Urn, urn.into()));
    }
    Condition::any()
        .add(past(C::SortKey, name.clone().into()))
        .add(
            Condition::all()
                .add(C::SortKey.eq(name))
                .add(past(C::Urn, urn.into())),
        )
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn names_are_found_however_they_are_written() {
        assert_eq!(
            fold("St Mary\u{2019}s \u{2013} Caf\u{e9}"),
            "st mary's - cafe"
        );
        assert_eq!(fold("ÉCOLE"), "ecole");
    }
}
