//! FAPI 2.0 Security Profile with the crate `oauth2`: the code flow with PAR and PKCE, by private_key_jwt or
//! tls_client_auth, with tokens bound to the certificate. Or the `baseline` profile: a client secret, no PAR, tokens that
//! are bound to nothing.
//!
//! ```sh
//! cargo run --bin linkage_oauth2 ../../../target/demo/demo.json pkjwt-mtls
//! ```

use anyhow::{Context, Result};
use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, AuthorizationCode, ClientId, CsrfToken, IntrospectionUrl, PkceCodeChallenge, RedirectUrl,
    RefreshToken, RevocationUrl, Scope, TokenIntrospectionResponse, TokenResponse, TokenUrl,
};
use renkei_example_rust::{Bank, say, say_tokens};
use serde::Deserialize;
use serde_json::json;

/// Fields of the bank's metadata (RFC 8414) that this program uses.
#[derive(Deserialize)]
struct Metadata {
    authorization_endpoint: AuthUrl,
    #[serde(flatten)]
    endpoints: Endpoints,
    mtls_endpoint_aliases: Endpoints,
}

/// With a certificate, they are those of RFC 8705, 5.
#[derive(Deserialize)]
struct Endpoints {
    pushed_authorization_request_endpoint: String,
    token_endpoint: TokenUrl,
    introspection_endpoint: IntrospectionUrl,
    revocation_endpoint: RevocationUrl,
}

fn main() -> Result<()> {
    let bank = Bank::connect()?;
    let metadata: Metadata = bank
        .http
        .get(format!("{}/.well-known/oauth-authorization-server", bank.issuer))
        .send()?
        .error_for_status()?
        .json()?;
    let endpoints = if bank.shows_certificate() {
        metadata.mtls_endpoint_aliases
    } else {
        metadata.endpoints
    };
    // Without a client secret the crate sends the client_id alone; the rest is `bank.authentication()`.
    let client = BasicClient::new(ClientId::new(bank.partner.client_id.clone()))
        .set_auth_uri(metadata.authorization_endpoint)
        .set_token_uri(endpoints.token_endpoint)
        .set_introspection_url(endpoints.introspection_endpoint)
        .set_revocation_url(endpoints.revocation_endpoint)
        .set_redirect_uri(RedirectUrl::new(bank.partner.redirect_uris[0].clone())?);
    let client = match bank.secret() {
        Some((secret, kind)) => client.set_client_secret(secret).set_auth_type(kind),
        None => client,
    };

    // New for every customer; keep them in the customer's session at your place.
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    // Without openid: the crate knows no id_token, its neighbour `openidconnect` does.
    let scopes = bank
        .partner
        .scopes
        .iter()
        .filter(|scope| *scope != "openid")
        .cloned()
        .map(Scope::new);
    let (url, state) = client
        .authorize_url(CsrfToken::new_random)
        .add_scopes(scopes)
        .set_pkce_challenge(challenge)
        .url();
    let url = bank.push(&endpoints.pushed_authorization_request_endpoint, &url)?;
    let code = bank.send_customer(&url, &state)?;

    let request = client
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(verifier);
    let tokens = bank
        .authentication()?
        .into_iter()
        .fold(request, |request, (name, value)| {
            request.add_extra_param(name, value)
        })
        .request(&bank.http)?;
    say_tokens("tokens", &tokens)?;

    bank.read_accounts(tokens.access_token().secret())?;

    let refresh_token = tokens.refresh_token().context("no refresh token")?;
    let refreshed = bank
        .authentication()?
        .into_iter()
        .fold(
            client.exchange_refresh_token(refresh_token),
            |request, (name, value)| request.add_extra_param(name, value),
        )
        .request(&bank.http)?;
    say_tokens("refreshed", &refreshed)?;
    let (_, accounts) = bank.get(refreshed.access_token().secret(), "/accounts")?;
    say(
        "accounts_after_refresh",
        &json!({ "count": accounts["accounts"].as_array().map(Vec::len) }),
    );

    let introspect = || {
        bank.authentication()?
            .into_iter()
            .fold(
                client.introspect(refreshed.access_token()),
                |request, (name, value)| request.add_extra_param(name, value),
            )
            .request(&bank.http)
            .context("the bank does not say what the token is")
    };
    say("introspection", &serde_json::to_value(introspect()?)?);

    // A refresh token ends the whole permission, its access tokens included.
    let last: &RefreshToken = refreshed.refresh_token().unwrap_or(refresh_token);
    bank.authentication()?
        .into_iter()
        .fold(client.revoke_token(last.into())?, |request, (name, value)| {
            request.add_extra_param(name, value)
        })
        .request(&bank.http)?;
    let (status, problem) = bank.get(refreshed.access_token().secret(), "/accounts")?;
    let refusal = json!({ "status": status.as_u16(), "error": problem["code"] });
    say(
        "revoked",
        &json!({ "active": introspect()?.active(), "refusal": refusal }),
    );
    Ok(())
}
