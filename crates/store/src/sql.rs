//! Statements written out, for what the query builder has no words for.
//!
//! The same text runs on both databases: values are always bound, as `$1`, `$2` and so on, and the
//! few differences are asked of the engine. Nothing that came from outside is ever part of a text.

use std::fmt::Write as _;

use sea_orm::sea_query::Value;
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult, QueryResult, Statement};

use crate::error::{StoreError, classify};

/// A text and its values, put together piece by piece.
#[derive(Default)]
pub(crate) struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    pub(crate) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Adds text as it is.
    #[must_use]
    pub(crate) fn then(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value.
    #[must_use]
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.push(value);
        self
    }

    /// Adds values in parentheses, with commas between them.
    #[must_use]
    pub(crate) fn list<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.text.push('(');
        for (number, value) in values.into_iter().enumerate() {
            if number > 0 {
                self.text.push_str(", ");
            }
            self.push(value);
        }
        self.text.push(')');
        self
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn push(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
        // Writing to a string cannot fail.
        let _ = write!(self.text, "${}", self.values.len());
    }

    /// The same, asked how it would be done.
    #[cfg(test)]
    #[must_use]
    pub(crate) fn explained(self, how: &str) -> Self {
        Self {
            text: format!("{how} {}", self.text),
            values: self.values,
        }
    }

    fn statement(self, backend: DbBackend) -> Statement {
        Statement::from_sql_and_values(backend, self.text, self.values)
    }

    pub(crate) async fn run(self, connection: &impl ConnectionTrait) -> Result<u64, StoreError> {
        let statement = self.statement(connection.get_database_backend());
        let done = connection.execute_raw(statement).await.map_err(classify)?;
        Ok(done.rows_affected())
    }

    pub(crate) async fn rows(self, connection: &impl ConnectionTrait) -> Result<Vec<QueryResult>, StoreError> {
        let statement = self.statement(connection.get_database_backend());
        connection.query_all_raw(statement).await.map_err(classify)
    }

    pub(crate) async fn one(self, connection: &impl ConnectionTrait) -> Result<Option<QueryResult>, StoreError> {
        let statement = self.statement(connection.get_database_backend());
        connection.query_one_raw(statement).await.map_err(classify)
    }

    pub(crate) async fn all_as<T: FromQueryResult>(
        self,
        connection: &impl ConnectionTrait,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.rows(connection).await?;
        rows.iter()
            .map(|row| T::from_query_result(row, "").map_err(classify))
            .collect()
    }
}

/// One column of a row.
pub(crate) fn column<T: sea_orm::TryGetable>(row: &QueryResult, name: &str) -> Result<T, StoreError> {
    row.try_get("", name).map_err(classify)
}
