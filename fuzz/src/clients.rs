//! The clients that the targets know, of each kind that the rules tell apart (RFC 6749, 2; FAPI 2.0).
//! Not here: what they send.

use std::sync::{Arc, LazyLock};

use http::HeaderMap;
use renkei_oauth::client::{
    AuthenticationMethod, BearerException, ClientMetadata, ClientPreferences, ClientRegistration,
    ClientSecretHash, PkceException, Profile, TokenBinding,
};
use renkei_oauth::client_authentication::{AuthenticatedClient, Authentication, PresentedCredentials};
use renkei_oauth::issuer_identification::Issuer;
use renkei_oauth::jwks::{ALGORITHMS, ClientKeys};
use renkei_oauth::mutual_tls::CertificateSubject;
use renkei_oauth::parameters::Parameters;
use renkei_oauth::scope::Scopes;
use serde_json::json;

use crate::jwt::good_assertion;
use crate::{ISSUER, NOW, keys};

/// The type of client assertions (RFC 7523, 2.2).
pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

const SECRET: &str = "the secret of the baseline clients";

static CLIENTS: LazyLock<Vec<Arc<ClientMetadata>>> = LazyLock::new(|| {
    let fapi2 = registration("fapi2", Profile::Fapi2);
    let eddsa = Some(ALGORITHMS[2]);
    let baseline = || ClientRegistration {
        authentication: AuthenticationMethod::ClientSecretPost {
            secret: ClientSecretHash::of(SECRET),
        },
        redirect_uris: vec!["https://kaikei.example/callback?from=bank".to_owned()],
        ..registration("baseline", Profile::Baseline)
    };
    [
        fapi2.clone(),
        // Signs everything, with one algorithm.
        ClientRegistration {
            client_id: "signing".to_owned(),
            preferences: ClientPreferences {
                require_signed_request_object: true,
                request_object_signing_alg: eddsa,
                token_endpoint_auth_signing_alg: eddsa,
                ..ClientPreferences::default()
            },
            ..fapi2.clone()
        },
        // Authenticates otherwise, though it has keys.
        ClientRegistration {
            client_id: "tls".to_owned(),
            authentication: AuthenticationMethod::TlsClientAuth {
                subject: CertificateSubject::distinguished_name("CN=tls,O=Kaikei").unwrap(),
            },
            ..fapi2
        },
        ClientRegistration {
            token_binding: TokenBinding::Bearer(BearerException::find(&["baseline"], "baseline").unwrap()),
            ..baseline()
        },
        ClientRegistration {
            client_id: "exempt".to_owned(),
            pkce_exception: PkceException::find(&["exempt"], "exempt"),
            ..baseline()
        },
    ]
    .into_iter()
    .map(|registration| Arc::new(registration.try_into().unwrap()))
    .collect()
});

fn registration(client_id: &str, profile: Profile) -> ClientRegistration {
    let keys: Vec<_> = keys::all().iter().map(|key| key.jwk().clone()).collect();
    ClientRegistration {
        client_id: client_id.to_owned(),
        profile,
        authentication: AuthenticationMethod::PrivateKeyJwt,
        keys: Some(ClientKeys::parse(&json!({ "keys": keys }).to_string()).unwrap()),
        redirect_uris: vec![
            "https://kaikei.example/callback".to_owned(),
            "https://kaikei.example/other".to_owned(),
        ],
        scopes: Scopes::parse("openid accounts balance statement grant_management_query").unwrap(),
        token_binding: TokenBinding::MtlsOrDpop,
        pkce_exception: None,
        preferences: ClientPreferences::default(),
    }
}

/// A client with a subject for its certificate.
pub fn with_subject(subject: CertificateSubject) -> Arc<ClientMetadata> {
    let registration = ClientRegistration {
        authentication: AuthenticationMethod::TlsClientAuth { subject },
        ..registration("tls", Profile::Fapi2)
    };
    Arc::new(registration.try_into().unwrap())
}

/// All of them.
pub fn all() -> &'static [Arc<ClientMetadata>] {
    &CLIENTS
}

/// The client of that name.
pub fn find(client_id: &str) -> Option<&'static Arc<ClientMetadata>> {
    CLIENTS.iter().find(|client| client.client_id() == client_id)
}

/// Our issuer identifier.
pub fn issuer() -> &'static Issuer {
    static PARSED: LazyLock<Issuer> = LazyLock::new(|| Issuer::parse(ISSUER).unwrap());
    &PARSED
}

/// The client of that name after it authenticated; `None` for one that needs a certificate.
pub fn authenticated(client_id: &str) -> Option<&'static AuthenticatedClient> {
    static AUTHENTICATED: LazyLock<Vec<AuthenticatedClient>> =
        LazyLock::new(|| CLIENTS.iter().filter_map(authenticate).collect());
    AUTHENTICATED
        .iter()
        .find(|client| client.client_id() == client_id)
}

fn authenticate(client: &Arc<ClientMetadata>) -> Option<AuthenticatedClient> {
    let client_id = client.client_id();
    let form = match client.authentication() {
        AuthenticationMethod::PrivateKeyJwt => Parameters::from_pairs([
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", &good_assertion(client_id)),
        ]),
        AuthenticationMethod::ClientSecretPost { .. } => {
            Parameters::from_pairs([("client_id", client_id), ("client_secret", SECRET)])
        }
        _ => return None,
    };
    let credentials = PresentedCredentials::extract(&HeaderMap::new(), &form.unwrap(), None).unwrap();
    match credentials
        .verify(Some(Arc::clone(client)), None, issuer(), NOW)
        .unwrap()
    {
        Authentication::Complete(client) => Some(client),
        Authentication::AwaitsReplayCheck(pending) => Some(pending.recorded(true).unwrap()),
    }
}
