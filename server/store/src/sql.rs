//! Statements as text, for what both engines take alike: `$1`, `$2` and so on name the values.

use sea_orm::{ConnectionTrait, DbErr, ExecResult, FromQueryResult, Statement, Value};

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
