//! Statements as text, for what both engines take alike: `$1`, `$2` and so on name the values.

use sea_orm::{ConnectionTrait, DbErr, ExecResult, FromQueryResult, QueryResult, Statement, Value};

use crate::page::Slice;

/// A statement for the engine of a connection.
fn statement(connection: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

/// Runs a statement.
pub(crate) async fn execute(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<ExecResult, DbErr> {
    connection
        .execute_raw(statement(connection, sql, values))
        .await
}

/// The rows of a query.
pub(crate) async fn all<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, DbErr> {
    T::find_by_statement(statement(connection, sql, values))
        .all(connection)
        .await
}

/// A page of a query's rows, and how many it has in all. `which` says from where on and in what order:
/// a condition on `t` and `ORDER BY`.
pub(crate) async fn page<T: FromQueryResult, K>(
    connection: &impl ConnectionTrait,
    query: &str,
    values: Vec<Value>,
    which: &str,
    size: u64,
    key: impl Fn(&T) -> K,
) -> Result<Slice<T, K>, DbErr> {
    let place = values.len() + 1;
    let sql = format!(
        "SELECT t.* FROM (SELECT q.*, COUNT(*) OVER () AS total FROM ({query}) q) t
        WHERE {which} LIMIT ${place}"
    );
    let mut with_limit = values.clone();
    with_limit.push((size.cast_signed() + 1).into());
    let found: Vec<Counted<T>> = all(connection, &sql, with_limit).await?;
    let total = if let Some(row) = found.first() {
        row.total
    } else {
        // Behind the last row, or there is none.
        let count = format!("SELECT COUNT(*) FROM ({query}) q");
        number(connection, &count, values).await?
    };
    let rows = found.into_iter().map(|row| row.row).collect();
    Ok(Slice::cut(rows, size, total.unsigned_abs(), key))
}

struct Counted<T> {
    row: T,
    total: i64,
}

impl<T: FromQueryResult> FromQueryResult for Counted<T> {
    fn from_query_result(result: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: T::from_query_result(result, prefix)?,
            total: result.try_get(prefix, "total")?,
        })
    }
}

/// The first row of a query.
pub(crate) async fn one<T: FromQueryResult>(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, DbErr> {
    T::find_by_statement(statement(connection, sql, values))
        .one(connection)
        .await
}

/// A single number, such as a count; 0 where there is no row.
pub(crate) async fn number(
    connection: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<i64, DbErr> {
    let row = connection
        .query_one_raw(statement(connection, sql, values))
        .await?;
    row.map_or(Ok(0), |row| row.try_get_by_index(0))
}
