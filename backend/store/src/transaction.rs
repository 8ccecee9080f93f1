//! How transactions end: kept, undone, or given up.
//! Not here: beginning one (`connection`), and what is done in it.

use crate::StoreError;
use sea_orm::DatabaseTransaction;

/// How a transaction ends, and what it answers.
pub(crate) enum Ending<T> {
    /// What it wrote stays.
    Keep(T),
    /// What it wrote is undone, though nothing failed.
    Undo(T),
}

/// Ends a transaction before the answer leaves, so that no lock outlives the call.
pub(crate) async fn settle<T>(
    transaction: DatabaseTransaction,
    ending: Result<Ending<T>, StoreError>,
) -> Result<T, StoreError> {
    match ending {
        Ok(Ending::Keep(answer)) => {
            transaction.commit().await?;
            Ok(answer)
        }
        Ok(Ending::Undo(answer)) => {
            transaction.rollback().await?;
            Ok(answer)
        }
        Err(error) => {
            // Where the connection is gone, so is the transaction; the first error says more.
            transaction.rollback().await.ok();
            Err(error)
        }
    }
}
