//! The one error of the store. It names kinds and codes, never a stored value: messages of databases quote those.
//! Not here: what an error means to a person; the doors say that.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// Why the store could not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The database does not answer, is busy, or gave up a deadlock; nothing was changed, and trying again may help.
    /// `code` is the SQLSTATE of PostgreSQL or the extended result code of SQLite, where there is one.
    #[error("the database is unavailable (code {})", code.as_deref().unwrap_or("none"))]
    Unavailable {
        /// SQLSTATE or SQLite result code.
        code: Option<String>,
    },
    /// What was to be written contradicts what is there (a second owner of something unique, or an owner unknown).
    #[error("the change contradicts what is stored")]
    Conflict,
    /// Something stored, named here, cannot be read back.
    #[error("stored value cannot be read: {0}")]
    Corrupt(&'static str),
    /// The database's address is not one that the store can use.
    #[error("unusable database address: {0}")]
    Address(&'static str),
    /// The database refused a statement: wrong rights, a missing migration, or a fault of ours.
    #[error("the database refused a statement (code {})", code.as_deref().unwrap_or("none"))]
    Refused {
        /// SQLSTATE or SQLite result code.
        code: Option<String>,
    },
}

/// Result codes whose cause passes by itself.
/// PostgreSQL (appendix A): class 08 connection, 53 resources, 57 operator intervention, 58 system,
/// 40 transaction rollback (deadlock among them), 55P03 lock not available.
fn passes_by_itself(code: &str) -> bool {
    match code.parse::<u32>() {
        // SQLite: the primary code is the low byte; 5 busy, 6 locked, 10 I/O error, 13 full, 14 cannot open.
        // Five digits and more are SQLSTATEs; SQLite's extended codes stay below 10,000.
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13 | 14),
        _ => {
            code == "55P03"
                || ["08", "40", "53", "57", "58"]
                    .iter()
                    .any(|class| code.starts_with(class))
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&sqlx::Error> for StoreError {
    fn from(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().map(std::borrow::Cow::into_owned);
                if code.as_deref().is_some_and(passes_by_itself) {
                    Self::Unavailable { code }
                } else {
                    Self::Refused { code }
                }
            }
            sqlx::Error::Configuration(_) => Self::Address("it cannot be understood"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt("column"),
            _ => Self::Unavailable { code: None },
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(_) | SqlErr::ForeignKeyConstraintViolation(_)) =
            error.sql_err()
        {
            return Self::Conflict;
        }
        match &error {
            DbErr::Conn(RuntimeErr::SqlxError(cause))
            | DbErr::Exec(RuntimeErr::SqlxError(cause))
            | DbErr::Query(RuntimeErr::SqlxError(cause)) => Self::from(cause.as_ref()),
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Self::Unavailable { code: None },
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => Self::Corrupt("column"),
            DbErr::RecordNotInserted => Self::Conflict,
            _ => Self::Refused { code: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_tell_what_passes_by_itself() {
        for passing in ["5", "517", "6", "13", "40P01", "08006", "53300", "57P01", "55P03"] {
            assert!(passes_by_itself(passing), "{passing}");
        }
        for lasting in ["1", "8", "1555", "42P01", "23505", "22021", "42501"] {
            assert!(!passes_by_itself(lasting), "{lasting}");
        }
    }
}
