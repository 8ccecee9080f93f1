//! What both programs begin with: the partner's registration, the connection to the bank, and the customer's way there
//! and back. In a product this is your configuration, your HTTP client and your callback handler.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use anyhow::{Context, Result, bail, ensure};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use oauth2::{AuthType, ClientSecret, CsrfToken};
use reqwest::blocking::Client;
use reqwest::{Certificate, Identity, StatusCode, redirect};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

/// Fields of `demo.json` that a partner needs.
#[derive(Deserialize)]
struct Demo {
    issuer: String,
    ca_certificate: PathBuf,
    partners: Vec<Partner>,
}

/// The partner's registration.
#[derive(Deserialize)]
pub struct Partner {
    pub client_id: String,
    auth_method: String,
    token_binding: String,
    private_jwk: Option<PrivateJwk>,
    signing_key_pem: Option<PathBuf>,
    client_secret: Option<String>,
    certificate_pem: Option<PathBuf>,
    key_pem: Option<PathBuf>,
    pub redirect_uris: Vec<String>,
    pub scopes: Vec<String>,
}

#[derive(Deserialize)]
struct PrivateJwk {
    kid: String,
}

/// The bank, as its customer's partner reaches it.
pub struct Bank {
    pub issuer: String,
    pub partner: Partner,
    /// Trusts the bank's authority and shows the partner's certificate.
    pub http: Client,
    /// Where the accounts API is.
    pub api: String,
}

impl Bank {
    /// Reads `<program> <demo.json> <client_id>` and finds the accounts API.
    pub fn connect() -> Result<Self> {
        let mut arguments = env::args().skip(1);
        let (Some(path), Some(client_id)) = (arguments.next(), arguments.next()) else {
            bail!("parameters: <demo.json> <client_id>");
        };
        let demo: Demo = serde_json::from_slice(&read(path.as_ref())?)?;
        let partner = demo
            .partners
            .into_iter()
            .find(|partner| partner.client_id == client_id)
            .with_context(|| format!("{path} names no partner {client_id}"))?;
        // Neither crate makes DPoP proofs.
        ensure!(
            partner.token_binding != "dpop",
            "take tokens that are bound to the certificate"
        );

        // Whichever provider of cryptography you have; reqwest asks for one.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut http = Client::builder()
            .add_root_certificate(Certificate::from_pem(&read(&demo.ca_certificate)?)?)
            .redirect(redirect::Policy::none());
        if partner.token_binding == "mtls" {
            // Tokens are bound to the certificate of the connection: shown in every call.
            let mut identity = read(partner.certificate_pem.as_ref().context("no certificate")?)?;
            identity.extend(read(partner.key_pem.as_ref().context("no key")?)?);
            http = http.identity(Identity::from_pem(&identity)?);
        }
        let http = http.build()?;

        let metadata: Value = http
            .get(format!("{}/.well-known/oauth-authorization-server", demo.issuer))
            .send()?
            .error_for_status()?
            .json()?;
        ensure!(metadata["issuer"] == demo.issuer, "another server answers");
        let api = metadata["protected_resources"][0]
            .as_str()
            .context("no accounts API")?
            .to_owned();
        say(
            "discovered",
            &json!({ "issuer": demo.issuer, "authentication": partner.auth_method, "binding": partner.token_binding }),
        );
        Ok(Self {
            issuer: demo.issuer,
            partner,
            http,
            api,
        })
    }

    /// Whether the partner shows a certificate: then the endpoints are those of RFC 8705, 5.
    pub fn shows_certificate(&self) -> bool {
        self.partner.token_binding == "mtls"
    }

    /// The secret of a partner of the `baseline` profile, and how it travels; the crates do the rest.
    pub fn secret(&self) -> Option<(ClientSecret, AuthType)> {
        let kind = match self.partner.auth_method.as_str() {
            "client_secret_basic" => AuthType::BasicAuth,
            "client_secret_post" => AuthType::RequestBody,
            _ => return None,
        };
        let secret = self.partner.client_secret.clone()?;
        Some((ClientSecret::new(secret), kind))
    }

    /// What authenticates this partner in a form, beside the `client_id` that the crates send: a client assertion
    /// (RFC 7523), or nothing where the certificate does it (RFC 8705). Each is good once, so ask for each request.
    pub fn authentication(&self) -> Result<Vec<(&'static str, String)>> {
        if self.partner.auth_method != "private_key_jwt" {
            return Ok(Vec::new());
        }
        let jwk = self.partner.private_jwk.as_ref().context("no key")?;
        let pem = read(self.partner.signing_key_pem.as_ref().context("no key")?)?;
        let now = jsonwebtoken::get_current_timestamp();
        let claims = json!({
            "iss": self.partner.client_id,
            "sub": self.partner.client_id,
            // The issuer, not the endpoint.
            "aud": self.issuer,
            "jti": CsrfToken::new_random().secret(),
            "iat": now,
            "exp": now + 60,
        });
        let header = Header {
            kid: Some(jwk.kid.clone()),
            ..Header::new(Algorithm::ES256)
        };
        let assertion = jsonwebtoken::encode(&header, &claims, &EncodingKey::from_ec_pem(&pem)?)?;
        Ok(vec![
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
            ),
            ("client_assertion", assertion),
        ])
    }

    /// Pushes the parameters of an authorization URL (RFC 9126), which the crates do not do by themselves; answers the
    /// URL for the customer. Partners of the `baseline` profile need not.
    pub fn push(&self, endpoint: &str, url: &Url) -> Result<Url> {
        if self.secret().is_some() {
            return Ok(url.clone());
        }
        #[derive(Deserialize)]
        struct Pushed {
            request_uri: String,
        }
        let mut form: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        form.extend(
            self.authentication()?
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
        let answer = self.http.post(endpoint).form(&form).send()?;
        if answer.status() != StatusCode::CREATED {
            bail!("the request was refused: {}", answer.text()?);
        }
        let pushed: Pushed = answer.json()?;
        let mut location = url.clone();
        location
            .query_pairs_mut()
            .clear()
            .append_pair("client_id", &self.partner.client_id)
            .append_pair("request_uri", &pushed.request_uri);
        Ok(location)
    }

    /// Sends the customer to the bank; answers the code that the customer brought back, after checking that the answer
    /// is this bank's (RFC 9207) and this customer's.
    pub fn send_customer(&self, url: &Url, state: &CsrfToken) -> Result<String> {
        println!("OPEN {url}");
        let mut line = String::new();
        io::stdin().read_line(&mut line)?;
        let returned = Url::parse(line.trim()).context("the customer did not come back")?;
        let answer: HashMap<String, String> = returned.query_pairs().into_owned().collect();
        let said = |name: &str| answer.get(name).map(String::as_str);
        ensure!(
            said("iss") == Some(&self.issuer),
            "the answer is not from this bank"
        );
        ensure!(
            said("state") == Some(state.secret()),
            "the answer is not for this customer"
        );
        match said("code") {
            Some(code) => Ok(code.to_owned()),
            None => bail!("refused: {}", said("error").unwrap_or("no code")),
        }
    }

    /// Asks the accounts API.
    pub fn get(&self, access_token: &str, path: &str) -> Result<(StatusCode, Value)> {
        let answer = self
            .http
            .get(format!("{}{path}", self.api))
            .bearer_auth(access_token)
            .send()?;
        Ok((answer.status(), answer.json()?))
    }

    /// Reads the accounts, and the statement of the first one that has one.
    pub fn read_accounts(&self, access_token: &str) -> Result<()> {
        let (_, answer) = self.get(access_token, "/accounts")?;
        let accounts = answer["accounts"].as_array().context("no accounts")?;
        say("accounts", &json!({ "accounts": accounts }));
        let account = accounts
            .iter()
            .find(|account| account["status"] == "available")
            .context("no account is available")?;
        let id = account["account_id"].as_str().context("no account_id")?;
        let path = format!("/accounts/{id}/statement");
        let (_, mut page) = self.get(access_token, &path)?;
        let mut entries = page["entries"].as_array().cloned().unwrap_or_default();
        while let Some(cursor) = page["next_cursor"].as_str() {
            (_, page) = self.get(access_token, &format!("{path}?cursor={cursor}"))?;
            entries.extend(page["entries"].as_array().cloned().unwrap_or_default());
        }
        say(
            "statement",
            &json!({ "account_id": id, "from": page["from"], "to": page["to"], "count": entries.len(), "first": entries.first() }),
        );
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Prints a token response without its secrets.
pub fn say_tokens(event: &str, response: &impl serde::Serialize) -> Result<()> {
    let mut shown = serde_json::to_value(response)?;
    if let Some(members) = shown.as_object_mut() {
        let has_refresh_token = members.contains_key("refresh_token");
        for secret in ["access_token", "refresh_token", "id_token"] {
            members.remove(secret);
        }
        members.insert("has_refresh_token".to_owned(), has_refresh_token.into());
    }
    say(event, &shown);
    Ok(())
}

/// Prints one line of JSON about what happened.
pub fn say(event: &str, details: &Value) {
    let mut line = json!({ "event": event });
    if let (Some(line), Some(details)) = (line.as_object_mut(), details.as_object()) {
        line.extend(details.clone());
    }
    println!("{line}");
}
