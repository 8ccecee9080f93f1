//! A stub of the bank over real TLS: a plain listener for the metadata, one that demands a client certificate for the rest.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use axum_server::tls_rustls::RustlsConfig;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use renkei_demo::Config;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};

pub(crate) type Fields = HashMap<String, String>;

/// A request that the bank saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: &'static str,
    pub(crate) form: Fields,
    pub(crate) authorization: Option<String>,
}

/// How the bank behaves and what it saw.
#[derive(Default)]
pub(crate) struct Behaviour {
    pub(crate) seen: Vec<Seen>,
    /// Answers of the token endpoint, by grant type; `None` means tokens.
    pub(crate) token_error: HashMap<&'static str, &'static str>,
    pub(crate) par_error: Option<&'static str>,
    pub(crate) revocation_status: Option<u16>,
    /// Lifetime of access tokens, seconds.
    pub(crate) expires_in: u32,
    /// How many access tokens were issued; only the newest is accepted.
    pub(crate) issued: u32,
    pub(crate) refuse_access: bool,
    pub(crate) problem: Option<(u16, Value)>,
    issuer: String,
    mutual: String,
}

pub(crate) struct Bank {
    pub(crate) issuer: String,
    pub(crate) behaviour: Arc<Mutex<Behaviour>>,
    pub(crate) folder: tempfile::TempDir,
}

type Shared = State<Arc<Mutex<Behaviour>>>;

impl Bank {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pki = Pki::make(folder.path());
        let plain = listen();
        let mutual = listen();
        let url = |socket: &std::net::TcpListener| format!("https://localhost:{}", port(socket));
        let behaviour = Behaviour {
            issuer: url(&plain),
            mutual: url(&mutual),
            expires_in: 300,
            ..Behaviour::default()
        };
        let (issuer, behaviour) = (behaviour.issuer.clone(), Arc::new(Mutex::new(behaviour)));
        spawn(
            plain,
            pki.server(false),
            router().with_state(Arc::clone(&behaviour)),
        );
        spawn(
            mutual,
            pki.server(true),
            router().with_state(Arc::clone(&behaviour)),
        );
        Self {
            issuer,
            behaviour,
            folder,
        }
    }

    pub(crate) fn config(&self) -> Config {
        let text = format!(
            r#"
            listen = "127.0.0.1:1"
            public_url = "https://kaikei.localhost:8446"
            issuer = "{}"
            client_id = "kaikei"
            certificate_pem = "client.pem"
            key_pem = "client.key"
            tls_certificate = "server.pem"
            tls_key = "server.key"
            ca_certificate = "ca.pem"
            state_dir = "state"

            [[registration]]
            client_id = "secret"
            name = "ライト版"
            auth_method = "client_secret_basic"
            client_secret_file = "secret.txt"
            scopes = ["accounts"]

            [[registration]]
            client_id = "signer"
            name = "署名版"
            auth_method = "private_key_jwt"
            signing_key_pem = "signing.key"
            key_id = "k1"
            certificate_pem = "client.pem"
            key_pem = "client.key"
            "#,
            self.issuer
        );
        Config::parse(&text, self.folder.path()).unwrap()
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }

    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        let behaviour = self.behaviour.lock().unwrap();
        behaviour
            .seen
            .iter()
            .filter(|seen| seen.path == path)
            .cloned()
            .collect()
    }
}

fn listen() -> std::net::TcpListener {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    socket
}

fn port(socket: &std::net::TcpListener) -> u16 {
    let address: SocketAddr = socket.local_addr().unwrap();
    address.port()
}

fn spawn(socket: std::net::TcpListener, tls: ServerConfig, router: Router) {
    let server = axum_server::from_tcp_rustls(socket, RustlsConfig::from_config(Arc::new(tls))).unwrap();
    tokio::spawn(server.serve(router.into_make_service()));
}

fn router() -> Router<Arc<Mutex<Behaviour>>> {
    Router::new()
        .route("/.well-known/oauth-authorization-server", get(metadata))
        .route("/par", post(par))
        .route("/token", post(token))
        .route("/revoke", post(revoke))
        .route("/v1/accounts", get(accounts))
        .route("/v1/accounts/a1/balance", get(balance))
        .route("/v1/accounts/a1/statement", get(statement))
        .route("/v1/accounts/a1/transfers", get(transfers))
}

async fn metadata(State(behaviour): Shared) -> Json<Value> {
    let behaviour = behaviour.lock().unwrap();
    let endpoints = |base: &str| {
        json!({
            "pushed_authorization_request_endpoint": format!("{base}/par"),
            "token_endpoint": format!("{base}/token"),
            "revocation_endpoint": format!("{base}/revoke"),
        })
    };
    let mut document = endpoints(&behaviour.issuer);
    document["issuer"] = behaviour.issuer.clone().into();
    document["authorization_endpoint"] = format!("{}/authorize", behaviour.issuer).into();
    document["authorization_response_iss_parameter_supported"] = true.into();
    document["mtls_endpoint_aliases"] = endpoints(&behaviour.mutual);
    Json(document)
}

fn note(behaviour: &mut Behaviour, path: &'static str, headers: &HeaderMap, form: Fields) {
    let authorization = headers
        .get("authorization")
        .map(|value| value.to_str().unwrap().to_owned());
    behaviour.seen.push(Seen {
        path,
        form,
        authorization,
    });
}

fn refusal(code: &str) -> Response {
    (
        StatusCode::BAD_REQUEST,
        Json(json!({"error": code, "error_description": "<b>stub</b>"})),
    )
        .into_response()
}

async fn par(State(behaviour): Shared, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    note(&mut behaviour, "/par", &headers, form);
    if let Some(code) = behaviour.par_error {
        return refusal(code);
    }
    let answer = json!({"request_uri": "urn:ietf:params:oauth:request_uri:abc", "expires_in": 90});
    (StatusCode::CREATED, Json(answer)).into_response()
}

async fn token(State(behaviour): Shared, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    let error = behaviour.token_error.get(form["grant_type"].as_str()).copied();
    note(&mut behaviour, "/token", &headers, form);
    if let Some(code) = error {
        return refusal(code);
    }
    behaviour.issued += 1;
    Json(json!({
        "access_token": format!("access-{}", behaviour.issued), "token_type": "Bearer",
        "expires_in": behaviour.expires_in, "refresh_token": "refresh-secret",
        "scope": "accounts balance statement transfers", "permission_expires_at": "2027-04-16T00:00:00+09:00"
    }))
    .into_response()
}

async fn revoke(State(behaviour): Shared, headers: HeaderMap, Form(form): Form<Fields>) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    note(&mut behaviour, "/revoke", &headers, form);
    StatusCode::from_u16(behaviour.revocation_status.unwrap_or(200))
        .unwrap()
        .into_response()
}

/// The refusal of an API call, if one is due.
fn gate(
    behaviour: &mut Behaviour,
    path: &'static str,
    headers: &HeaderMap,
    query: Fields,
) -> Option<Response> {
    let newest = format!("Bearer access-{}", behaviour.issued);
    note(behaviour, path, headers, query);
    if behaviour.refuse_access
        || headers
            .get("authorization")
            .is_none_or(|value| value.as_bytes() != newest.as_bytes())
    {
        return Some((StatusCode::UNAUTHORIZED, Json(json!({"code": "invalid_token"}))).into_response());
    }
    None
}

async fn accounts(State(behaviour): Shared, headers: HeaderMap) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    if let Some(refusal) = gate(&mut behaviour, "/v1/accounts", &headers, Fields::new()) {
        return refusal;
    }
    Json(json!({"accounts": [
        {"account_id": "a1", "branch_code": "001", "branch_name": "インターネット支店", "account_type": "1",
         "account_number": "2000002", "memo": "<b>給与</b>", "status": "available", "businesses": []},
        {"account_id": "a2", "branch_code": "202", "branch_name": "札幌支店", "account_type": "1",
         "account_number": "1111111", "status": "registration_required"}
    ]}))
    .into_response()
}

async fn balance(State(behaviour): Shared, headers: HeaderMap) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    if let Some(refusal) = gate(&mut behaviour, "/balance", &headers, Fields::new()) {
        return refusal;
    }
    Json(
        json!({"account_id": "a1", "current": "1234567", "available": null, "currency": "JPY",
                "as_of": "2027-01-31T09:00:00+09:00"}),
    )
    .into_response()
}

/// Three pages of two rows, to be followed by cursors.
async fn statement(State(behaviour): Shared, headers: HeaderMap, Query(query): Query<Fields>) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    let page: u32 = query.get("cursor").map_or(0, |cursor| cursor.parse().unwrap());
    if let Some(refusal) = gate(&mut behaviour, "/statement", &headers, query) {
        return refusal;
    }
    if let Some((status, problem)) = &behaviour.problem {
        return (StatusCode::from_u16(*status).unwrap(), Json(problem.clone())).into_response();
    }
    let row = |number: u32| {
        json!({"entry_id": number, "booked_on": "2027-01-05", "value_on": "2027-01-05",
               "kind": if number.is_multiple_of(2) { "deposit" } else { "withdrawal" },
               "amount": format!("{}", 1000 + number), "balance_after": "5000", "summary": "=振込",
               "counterparty": format!("ｶ)ﾄﾘﾋｷｻｷ{number}"), "memo": null})
    };
    let next = (page < 2).then(|| (page + 1).to_string());
    Json(
        json!({"account_id": "a1", "from": "x", "to": "x", "history_from": "2025-12-01",
                "entries": [row(page * 2), row(page * 2 + 1)], "next_cursor": next}),
    )
    .into_response()
}

async fn transfers(State(behaviour): Shared, headers: HeaderMap, Query(query): Query<Fields>) -> Response {
    let mut behaviour = behaviour.lock().unwrap();
    if let Some(refusal) = gate(&mut behaviour, "/transfers", &headers, query) {
        return refusal;
    }
    Json(json!({"account_id": "a1", "entries": [
        {"entry_id": "t", "booked_on": "2027-01-06", "amount": "50000", "sender_name": "髙﨑商店",
         "sender_bank": "北海道銀行", "sender_branch": "本店", "summary": "振込", "edi": null}
    ], "next_cursor": null}))
    .into_response()
}

/// A small authority with a server and a client certificate, as files in a folder.
struct Pki {
    authority: CertificateDer<'static>,
    server: CertificateDer<'static>,
    server_key: Vec<u8>,
}

impl Pki {
    fn make(folder: &Path) -> Self {
        let authority_key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = params.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(params, authority_key);
        let leaf = |name: &str| {
            let key = KeyPair::generate().unwrap();
            let certificate = CertificateParams::new(vec![name.to_owned()])
                .unwrap()
                .signed_by(&key, &issuer)
                .unwrap();
            (certificate, key)
        };
        let (server, server_key) = leaf("localhost");
        let (client, client_key) = leaf("kaikei.example");
        let signing_key = KeyPair::generate().unwrap();
        for (name, content) in [
            ("ca.pem", authority.pem()),
            ("server.pem", server.pem()),
            ("server.key", server_key.serialize_pem()),
            ("client.pem", client.pem()),
            ("client.key", client_key.serialize_pem()),
            ("signing.key", signing_key.serialize_pem()),
            ("secret.txt", "the client secret\n".to_owned()),
        ] {
            std::fs::write(folder.join(name), content).unwrap();
        }
        Self {
            authority: authority.der().clone(),
            server: server.der().clone(),
            server_key: server_key.serialize_der(),
        }
    }

    fn server(&self, demands_certificate: bool) -> ServerConfig {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let builder = if demands_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(self.authority.clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::try_from(self.server_key.clone()).unwrap();
        builder.with_single_cert(vec![self.server.clone()], key).unwrap()
    }
}
