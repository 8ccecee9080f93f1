//! The inquiry accounts of a user: as the core lists them, as the store remembers them, as the rules see them.
//! Not here: checking and sealing PINs (`pins`).

use crate::ambient::Ambient;
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_bank::port::{CoreBanking, CoreError};
use renkei_procedure::accounts::Accounts;
use renkei_procedure::identity::{AccountId, UserId};
use renkei_procedure::linkage::Linkage;
use renkei_procedure::preflight::refuse_closed;
use renkei_shared::problem::ProblemCode;
use renkei_shared::vocabulary::{AccountLabel, AccountType};
use renkei_store::{CoreAccountRow, InquiryAccountRecord, Store, StoreError, UserRecord};
use std::collections::BTreeSet;

/// What can go wrong while the list is brought up to date.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RefreshError {
    #[error(transparent)]
    Core(#[from] CoreError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Randomness(#[from] crate::ambient::RandomnessFailed),
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Core(CoreError::Closed { reopens_at }) => refuse_closed(reopens_at).into(),
            RefreshError::Core(error) => {
                tracing::warn!(error = %error, "the core does not list accounts");
                ProblemCode::CoreUnavailable.into()
            }
            RefreshError::Store(error) => error.into(),
            RefreshError::Randomness(error) => error.into(),
        }
    }
}

/// Asks the core which accounts the user has, and remembers them; ids stay as they are.
pub(crate) async fn refresh_accounts(
    store: &Store,
    core: &dyn CoreBanking,
    user: &UserRecord,
    ambient: &Ambient,
) -> Result<Vec<InquiryAccountRecord>, RefreshError> {
    let listed = core.accounts(&user.core_user).await?;
    let rows = listed
        .into_iter()
        .map(|account| {
            Ok(CoreAccountRow {
                id_if_new: AccountId::from_random(ambient.random()?),
                core_account: account.key,
                branch_code: account.branch_code,
                branch_name: account.branch_name,
                account_type: account.account_type.code().to_owned(),
                account_number: account.account_number,
                holder_name: account.holder_name,
                memo: account.memo,
            })
        })
        .collect::<Result<Vec<_>, RefreshError>>()?;
    Ok(store.accounts().refresh(user.id, &rows, ambient.now()).await?)
}

/// The accounts as remembered, with which of them have a PIN on file that the core still accepts.
#[derive(Default)]
pub(crate) struct KnownAccounts {
    pub(crate) records: Vec<InquiryAccountRecord>,
    pub(crate) standing: Accounts,
    /// Those whose PIN on file the core has refused.
    pub(crate) refused: BTreeSet<AccountId>,
}

impl KnownAccounts {
    /// Those of them that may be permitted in this linkage.
    pub(crate) fn eligible(self, linkage: &Linkage) -> Self {
        let standing = linkage.eligible(&self.standing);
        let mut records = self.records;
        records.retain(|record| standing.all().contains(&record.id));
        Self {
            records,
            standing,
            refused: self.refused,
        }
    }
}

/// Reads them from the store.
pub(crate) async fn known_accounts(app: &Services, user: UserId) -> Result<KnownAccounts, Problem> {
    let records = app.store.accounts().list_for_user(user).await?;
    let pins = app.store.registered_pins().list_for_user(user).await?;
    let (refused, registered): (Vec<_>, Vec<_>) = pins.iter().partition(|pin| pin.refused_at.is_some());
    let registered = registered.into_iter().map(|pin| pin.account_id);
    let standing = Accounts::new(records.iter().map(|record| record.id).collect(), registered);
    Ok(KnownAccounts {
        records,
        standing,
        refused: refused.into_iter().map(|pin| pin.account_id).collect(),
    })
}

/// The label of an account.
pub(crate) fn label(record: &InquiryAccountRecord) -> AccountLabel {
    AccountLabel {
        branch_name: record.branch_name.clone(),
        branch_code: record.branch_code.clone(),
        account_type: AccountType::from_code(&record.account_type).unwrap_or(AccountType::Ordinary),
        account_number: record.account_number.clone(),
    }
}
