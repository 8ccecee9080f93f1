//! The OpenAPI description of the accounts API, served at `/openapi.json` and checked in as `docs/openapi.json`.
//! Not here: OAuth's own endpoints, which their RFCs describe.

use super::problem_schema::{Code, FieldProblem, Problem, Texts};
use super::wire::{
    Account, AccountList, AccountStatus, BalanceAnswer, StatementAnswer, StatementRow, TransferRow,
    TransfersAnswer,
};
use utoipa::openapi::content::Content;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::server::{ServerBuilder, ServerVariableBuilder};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{Modify, OpenApi};

/// The description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Renkei accounts API",
        description = "Accounts, balances and statements that a customer of the institution has permitted. \
            Errors are problem documents (RFC 9457) with a stable `code`. \
            With `Accept: application/jwt` an answer comes as a JWT of type `renkei-response+jwt`, signed with a key of the \
            server's `jwks_uri`: `iss` is the server's issuer identifier, `aud` the partner's `client_id`, and the claim \
            `response` holds what the JSON form would say. Errors are never signed.",
        license(name = "MIT OR Apache-2.0")
    ),
    paths(super::list::accounts, super::balance::balance, super::statement::statement, super::statement::transfers),
    components(schemas(
        Account, AccountList, AccountStatus, BalanceAnswer, StatementAnswer, StatementRow, TransferRow, TransfersAnswer,
        Code, FieldProblem, Problem, Texts
    )),
    modifiers(&Security, &Problems, &Servers),
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

/// Every answer that is no success is a problem document, also those that any request may get.
struct Problems;

impl Modify for Problems {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let operations = openapi
            .paths
            .paths
            .values_mut()
            .filter_map(|path| path.get.as_mut());
        for operation in operations {
            let any = ResponseBuilder::new()
                .description("any other problem: `internal_error`, or `host_unknown` where the request names another host")
                .build();
            let responses = &mut operation.responses.responses;
            responses.insert("default".to_owned(), any.into());
            for (status, response) in responses {
                if let (false, RefOr::T(response)) = (status.starts_with('2'), response) {
                    let content = Content::new(Some(Ref::from_schema_name("Problem")));
                    response
                        .content
                        .insert("application/problem+json".to_owned(), content.into());
                }
            }
        }
    }
}

struct Servers;

impl Modify for Servers {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let authority = ServerVariableBuilder::new()
            .default_value("localhost:8445")
            .description(Some(
                "Host and port as the cooperative has told you; the default is the demo's.",
            ));
        let server = ServerBuilder::new()
            .url("https://{authority}")
            .description(Some("The partners' listener, by mutual TLS."))
            .parameter("authority", authority);
        openapi.servers = Some(vec![server.build()]);
    }
}

/// The description as JSON text.
pub(crate) fn document() -> Result<String, serde_json::Error> {
    let mut text = Description::openapi().to_pretty_json()?;
    text.push('\n');
    Ok(text)
}
