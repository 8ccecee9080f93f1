//! The name by which a partner's sector knows a customer (OpenID Connect Core 1.0, 8.1).
//! Not here: what a sector is (`renkei_oauth::client`).

use crate::ambient::RandomnessFailed;
use crate::services::Services;
use renkei_oauth::client::ClientMetadata;
use renkei_oauth::openid::Subject;
use renkei_procedure::identity::UserId;
use renkei_store::StoreError;

/// The name that the user has, or has from now on.
pub(crate) async fn subject_of<E: From<StoreError> + From<RandomnessFailed>>(
    app: &Services,
    client: &ClientMetadata,
    user: UserId,
) -> Result<Subject, E> {
    let candidate = Subject::from_random(&app.ambient.random()?);
    let sector = client.sector_identifier();
    let kept = app
        .store
        .subjects()
        .pairwise(&sector, user, candidate.as_str())
        .await?;
    Ok(Subject::parse(&kept).map_err(|_| StoreError::Corrupt("subject"))?)
}
