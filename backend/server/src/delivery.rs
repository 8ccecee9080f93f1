//! Answers of the authorization endpoint on their way to the partner, signed where their response mode says so (JARM).
//! Not here: what they say (`renkei_oauth::authorization`), and the page that posts them (`web::form_post`).

use crate::oauth::clients;
use crate::services::Services;
use crate::web::problem::Problem;
use renkei_oauth::authorization::{AuthorizationResponse, Delivery, Prepared};
use renkei_oauth::jarm;
use renkei_procedure::identity::PartnerId;
use renkei_store::PartnerRecord;
use renkei_vault::signing_keys::SigningAlgorithm;

/// Gives an answer the form in which it travels. A signed one is signed anew each time, so that it is never stale.
/// `None`: the partner has taken the redirect URI from its registration since it asked (RFC 7592 section 2.2), so nothing
/// goes there any more.
pub(crate) async fn deliver(
    app: &Services,
    client_id: &str,
    response: AuthorizationResponse,
) -> Result<Option<Delivery>, Problem> {
    let partner = app.store.partners().find(&PartnerId::new(client_id)).await?;
    if !partner.is_some_and(|partner| answers_at(&partner, response.redirect_uri())) {
        return Ok(None);
    }
    let now = app.ambient.now().unix_seconds();
    match response.prepare(now) {
        Prepared::Ready(delivery) => Ok(Some(delivery)),
        Prepared::ToSign(unsigned) => {
            let algorithm = response_algorithm(app, client_id).await?;
            let jwt = app
                .signing
                .current()
                .sign(jarm::TYPE, algorithm, unsigned.claims(), now)?;
            Ok(Some(unsigned.finish(jwt)))
        }
    }
}

/// Whether the partner answers at this redirect URI still, suspended or not.
pub(crate) fn answers_at(partner: &PartnerRecord, redirect_uri: &str) -> bool {
    clients::registered(partner)
        .is_ok_and(|registered| registered.redirect_uris.iter().any(|uri| uri == redirect_uri))
}

/// The algorithm that the client has registered for these answers (JARM, 3).
async fn response_algorithm(app: &Services, client_id: &str) -> Result<Option<SigningAlgorithm>, Problem> {
    let client = clients::find(app, client_id).await?;
    let wanted = client.and_then(|client| client.metadata.preferences().authorization_signed_response_alg);
    Ok(wanted.and_then(|wanted| {
        SigningAlgorithm::ALL
            .into_iter()
            .find(|ours| jsonwebtoken::Algorithm::from(*ours) == wanted)
    }))
}
