//! The OpenAPI description of the accounts API, served at `/openapi.json` and checked in as `docs/openapi.json`.
//! Not here: OAuth's own endpoints, which their RFCs describe.

use super::wire::{
    Account, AccountList, AccountStatus, BalanceAnswer, StatementAnswer, StatementRow, TransferRow,
    TransfersAnswer,
};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Renkei accounts API",
        description = "Accounts, balances and statements that a customer of 空知しんくみビジネスバンキング has permitted. \
            Errors are problem documents (RFC 9457) with a stable `code`. \
            With `Accept: application/jwt` an answer comes as a JWT of type `renkei-response+jwt`, signed with a key of the \
            server's `jwks_uri`: `iss` is the server's issuer identifier, `aud` the partner's `client_id`, and the claim \
            `response` holds what the JSON form would say. Errors are never signed.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(super::list::accounts, super::balance::balance, super::statement::statement, super::statement::transfers),
    components(schemas(
        Account, AccountList, AccountStatus, BalanceAnswer, StatementAnswer, StatementRow, TransferRow, TransfersAnswer
    )),
    modifiers(&Security),
    tags((name = "accounts", description = "What was granted, and nothing else"))
)]
struct Description;

struct Security;

impl Modify for Security {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An access token bound to the client certificate of the connection (RFC 8705); the operator may \
                 except partners of the baseline profile by name.",
            ))
            .build();
        // OpenAPI's list of HTTP schemes does not know DPoP to this library.
        let by_key = ApiKeyValue::with_description(
            "Authorization",
            "`DPoP <access token>`, and in the header `DPoP` a proof of the key to which the token is bound (RFC 9449).",
        );
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("mtls_bound_token", SecurityScheme::Http(scheme));
        components.add_security_scheme("dpop_bound_token", SecurityScheme::ApiKey(ApiKey::Header(by_key)));
    }
}

/// The description as JSON text.
pub(crate) fn document() -> Result<String, serde_json::Error> {
    let mut text = Description::openapi().to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
