//! FAPI 2.0 Security Profile with the crate `openidconnect`: the code flow with PAR, PKCE and a verified id_token, by
//! private_key_jwt or tls_client_auth, with tokens bound to the certificate. Or the `baseline` profile: a client secret, no
//! PAR, tokens that are bound to nothing.
//!
//! ```sh
//! cargo run --bin linkage_openidconnect ../../../target/demo/demo.json pkjwt-mtls
//! ```

use anyhow::{Context, Result, ensure};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm,
    CoreResponseMode, CoreResponseType, CoreSubjectIdentifierType, CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AdditionalProviderMetadata, AuthorizationCode, ClientId, CsrfToken, IntrospectionUrl,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadata, RedirectUrl, RefreshToken,
    RevocationUrl, Scope, TokenIntrospectionResponse, TokenResponse, TokenUrl, UserInfoUrl,
};
use renkei_example_rust::{Bank, say, say_tokens};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Metadata that OpenID Connect Discovery does not name.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct FurtherMetadata {
    introspection_endpoint: IntrospectionUrl,
    revocation_endpoint: RevocationUrl,
    mtls_endpoint_aliases: Endpoints,
}

/// With a certificate, the endpoints are those of RFC 8705, 5.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Endpoints {
    pushed_authorization_request_endpoint: String,
    token_endpoint: TokenUrl,
    userinfo_endpoint: UserInfoUrl,
    introspection_endpoint: IntrospectionUrl,
    revocation_endpoint: RevocationUrl,
}

impl AdditionalProviderMetadata for FurtherMetadata {}

type Metadata = ProviderMetadata<
    FurtherMetadata,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

fn main() -> Result<()> {
    let bank = Bank::connect()?;
    // Fetches the bank's public keys too.
    let metadata = Metadata::discover(&IssuerUrl::new(bank.issuer.clone())?, &bank.http)?;
    let further = metadata.additional_metadata().clone();
    let mut endpoints = further.mtls_endpoint_aliases;
    if !bank.shows_certificate() {
        endpoints.token_endpoint = metadata.token_endpoint().context("no token endpoint")?.clone();
        endpoints.userinfo_endpoint = metadata.userinfo_endpoint().context("no UserInfo")?.clone();
        endpoints.introspection_endpoint = further.introspection_endpoint;
        endpoints.revocation_endpoint = further.revocation_endpoint;
    }
    // Without a client secret the crate sends the client_id alone; the rest is `bank.authentication()`.
    let client =
        CoreClient::from_provider_metadata(metadata, ClientId::new(bank.partner.client_id.clone()), None)
            .set_token_uri(endpoints.token_endpoint)
            .set_user_info_url(endpoints.userinfo_endpoint)
            .set_introspection_url(endpoints.introspection_endpoint)
            .set_revocation_url(endpoints.revocation_endpoint)
            .set_redirect_uri(RedirectUrl::new(bank.partner.redirect_uris[0].clone())?);
    let client = match bank.secret() {
        Some((secret, kind)) => client.set_client_secret(secret).set_auth_type(kind),
        None => client,
    };

    // New for every customer; keep them in the customer's session at your place.
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    // The crate adds openid itself.
    let scopes = bank
        .partner
        .scopes
        .iter()
        .filter(|scope| *scope != "openid")
        .cloned()
        .map(Scope::new);
    let (url, state, nonce) = client
        .authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            CsrfToken::new_random,
            Nonce::new_random,
        )
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

    // Checks signature, iss, aud, exp and nonce.
    let id_token = tokens.id_token().context("no id_token")?;
    let id_token_verifier = client.id_token_verifier();
    let claims = id_token.claims(&id_token_verifier, &nonce)?;
    if let Some(expected) = claims.access_token_hash() {
        let key = id_token.signing_key(&id_token_verifier)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), id_token.signing_alg()?, key)?;
        ensure!(
            actual == *expected,
            "the id_token was made for another access token"
        );
    }
    say("id_token", &json!({ "claims": claims }));
    let userinfo: CoreUserInfoClaims = client
        .user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        .request(&bank.http)?;
    say("userinfo", &json!({ "claims": userinfo }));

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
