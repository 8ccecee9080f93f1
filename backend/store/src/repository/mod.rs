//! One trade a file: what can be asked of the store and changed in it.
//! Not here: rules of the procedure and of OAuth; a repository only sees to it that what is decided once stays decided.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod authorization_codes;
pub(crate) mod certificate_attempts;
pub(crate) mod client_certificates;
pub(crate) mod grants;
pub(crate) mod housekeeping;
pub(crate) mod initial_access_tokens;
pub(crate) mod partner_accounts;
pub(crate) mod partners;
pub(crate) mod pushed_requests;
pub(crate) mod registered_pins;
pub(crate) mod replays;
pub(crate) mod runs;
pub(crate) mod subjects;
pub(crate) mod tokens;
pub(crate) mod users;

/// Declares the handle of one trade, which borrows the store.
macro_rules! repository {
    ($(#[$doc:meta])* pub struct $name:ident;) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub struct $name<'s> {
            store: &'s $crate::Store,
        }

        impl<'s> $name<'s> {
            pub(crate) const fn new(store: &'s $crate::Store) -> Self {
                Self { store }
            }
        }
    };
}

pub(crate) use repository;

/// A counter as a column keeps it; beyond the column's range it stays at its end.
fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A counter as read back.
fn read_count(stored: i64) -> Result<u64, crate::StoreError> {
    u64::try_from(stored).map_err(|_| crate::StoreError::Corrupt("counter"))
}
