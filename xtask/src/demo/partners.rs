//! The demo's partners: those of the story, one of each kind, and those that the real clients' tests need.
//! Not here: their secrets (`partner_secrets`), certificates (`certificates`), and the files that register them
//! (`configuration`).

use serde::Serialize;
use serde_json::{Value, json};

use crate::pki::Subject;

/// Every business that the accounts API knows.
const ALL_SCOPES: &[&str] = &["accounts", "balance", "statement", "transfers"];
/// The same with OpenID Connect.
const OPENID_SCOPES: &[&str] = &["openid", "accounts", "balance", "statement", "transfers"];
/// What a partner may be registered for beyond what it asks a customer for.
const MORE_SCOPES: [&str; 3] = ["openid", "grant_management_query", "grant_management_revoke"];

/// How a partner authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AuthMethod {
    /// RFC 7523.
    PrivateKeyJwt,
    /// RFC 8705 section 2.1.
    TlsClientAuth,
    /// RFC 8705 section 2.2.
    SelfSignedTlsClientAuth,
    /// RFC 6749 section 2.3.1; for the `baseline` profile only.
    ClientSecretBasic,
    /// The same in the form.
    ClientSecretPost,
}

impl AuthMethod {
    /// Whether it is by a secret.
    pub(crate) const fn is_by_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// What a partner's tokens are bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum TokenBinding {
    /// Its certificate (RFC 8705 section 3).
    Mtls,
    /// A key that it proves (RFC 9449).
    Dpop,
    /// Nothing; for the `baseline` profile only.
    None,
}

/// The algorithm of a partner's own signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SigningAlgorithm {
    /// ECDSA on P-256.
    Es256,
    /// RSASSA-PSS.
    Ps256,
}

/// What the partner is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Profile {
    /// FAPI 2.0.
    Fapi2,
    /// Plain OAuth 2.0 with PKCE, an exception by name.
    Baseline,
}

/// Whether the customer chooses the businesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Businesses {
    /// The selection page is shown.
    Choose,
    /// What the partner asks for, all of it.
    Fixed,
}

/// A partner of the demo.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Partner {
    /// Client id.
    pub(crate) client_id: &'static str,
    /// Product name, as customers know it.
    pub(crate) name: &'static str,
    /// The company.
    pub(crate) legal_name: &'static str,
    /// Registration as 電子決済等代行業者.
    pub(crate) registration_number: &'static str,
    /// What the data is for.
    pub(crate) purpose: &'static str,
    /// Where to complain.
    pub(crate) complaint_contact: &'static str,
    /// Profile.
    pub(crate) profile: Profile,
    /// Authentication.
    pub(crate) auth_method: AuthMethod,
    /// Its tokens.
    pub(crate) token_binding: TokenBinding,
    /// Its signatures, where it makes any.
    pub(crate) algorithm: SigningAlgorithm,
    /// Whether it signs its requests and has answers signed (FAPI 2.0 Message Signing).
    pub(crate) signs_messages: bool,
    /// What it asks for.
    pub(crate) scopes: &'static [&'static str],
    /// Selection.
    pub(crate) businesses: Businesses,
}

impl Partner {
    /// The subject of its TLS certificate.
    pub(crate) const fn subject(&self) -> Subject<'static> {
        Subject {
            organization: self.legal_name,
            common_name: self.client_id,
        }
    }

    /// Its registration in the names of RFC 7591. `jwks` are its public keys, where it has any.
    pub(crate) fn registration(&self, redirect_uris: &[String], jwks: Option<&Value>) -> Value {
        let mut registration = json!({
            "token_endpoint_auth_method": self.auth_method,
            "redirect_uris": redirect_uris,
            "scope": self.registered_scopes().join(" "),
        });
        let mut set = |member: &str, value: Value| registration[member] = value;
        if let Some(jwks) = jwks {
            set("jwks", jwks.clone());
        }
        match self.token_binding {
            TokenBinding::Mtls => set("tls_client_certificate_bound_access_tokens", json!(true)),
            TokenBinding::Dpop => set("dpop_bound_access_tokens", json!(true)),
            TokenBinding::None => {}
        }
        if self.auth_method == AuthMethod::TlsClientAuth {
            set("tls_client_auth_subject_dn", json!(self.subject().rfc4514()));
        }
        if self.auth_method == AuthMethod::PrivateKeyJwt {
            set("token_endpoint_auth_signing_alg", json!(self.algorithm.name()));
        }
        if self.profile == Profile::Fapi2 {
            // The last is how a partner asks for grants of its own (Grant Management for OAuth 2.0, 6.1).
            let all = ["authorization_code", "refresh_token", "client_credentials"];
            set("grant_types", json!(all));
        }
        if self.signs_messages {
            set("require_signed_request_object", json!(true));
            set("request_object_signing_alg", json!(self.algorithm.name()));
            set("authorization_signed_response_alg", json!("ES256"));
            set("introspection_signed_response_alg", json!("ES256"));
        }
        registration
    }

    /// What it asks for, and what else it may have.
    fn registered_scopes(&self) -> Vec<&'static str> {
        let mut scopes = self.scopes.to_vec();
        let more = match self.profile {
            Profile::Fapi2 => &MORE_SCOPES[..],
            Profile::Baseline => &MORE_SCOPES[..1],
        };
        for scope in more {
            if !scopes.contains(scope) {
                scopes.push(scope);
            }
        }
        scopes
    }
}

impl SigningAlgorithm {
    /// As JOSE names it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Ps256 => "PS256",
        }
    }
}

/// The demo's partners; the first is the one that the accounting software links with unless told otherwise. It can be
/// the first three; the others are for programs (docs/examples).
pub(crate) const PARTNERS: [Partner; 11] = [
    Partner {
        client_id: "kaikei-soft",
        name: "会計ソフト",
        legal_name: "空知会計サービス株式会社",
        registration_number: "北海道財務局長（電代）第1号（デモ）",
        purpose: "入出金明細を会計帳簿に取り込むため",
        complaint_contact: "空知会計サービス株式会社 お客様相談窓口 0120-000-001（デモ）",
        profile: Profile::Fapi2,
        auth_method: AuthMethod::PrivateKeyJwt,
        token_binding: TokenBinding::Mtls,
        algorithm: SigningAlgorithm::Es256,
        signs_messages: false,
        scopes: ALL_SCOPES,
        businesses: Businesses::Choose,
    },
    Partner {
        client_id: "kyuyo-cloud",
        name: "給与クラウド",
        legal_name: "石狩給与クラウド株式会社",
        registration_number: "北海道財務局長（電代）第2号（デモ）",
        purpose: "給与振込の結果を口座の明細で確かめるため",
        complaint_contact: "石狩給与クラウド株式会社 サポートデスク 0120-000-002（デモ）",
        profile: Profile::Fapi2,
        auth_method: AuthMethod::TlsClientAuth,
        token_binding: TokenBinding::Mtls,
        algorithm: SigningAlgorithm::Es256,
        signs_messages: false,
        scopes: &["accounts", "statement"],
        businesses: Businesses::Fixed,
    },
    Partner {
        client_id: "keihi-note",
        name: "経費ノート",
        legal_name: "天塩経費ノート合同会社",
        registration_number: "北海道財務局長（電代）第3号（デモ）",
        purpose: "経費の支払いを口座の明細と照合するため",
        complaint_contact: "天塩経費ノート合同会社 受付 0120-000-003（デモ）",
        profile: Profile::Baseline,
        auth_method: AuthMethod::ClientSecretBasic,
        token_binding: TokenBinding::None,
        algorithm: SigningAlgorithm::Es256,
        signs_messages: false,
        scopes: ALL_SCOPES,
        businesses: Businesses::Choose,
    },
    Partner {
        auth_method: AuthMethod::PrivateKeyJwt,
        ..for_programs("pkjwt-mtls", "署名と証明書")
    },
    Partner {
        auth_method: AuthMethod::PrivateKeyJwt,
        token_binding: TokenBinding::Dpop,
        ..for_programs("pkjwt-dpop", "署名とDPoP")
    },
    for_programs("mtls-mtls", "証明書"),
    Partner {
        token_binding: TokenBinding::Dpop,
        ..for_programs("mtls-dpop", "証明書とDPoP")
    },
    Partner {
        auth_method: AuthMethod::SelfSignedTlsClientAuth,
        ..for_programs("self-signed", "自己署名証明書")
    },
    Partner {
        auth_method: AuthMethod::PrivateKeyJwt,
        algorithm: SigningAlgorithm::Ps256,
        ..for_programs("ps256", "RSA署名")
    },
    Partner {
        auth_method: AuthMethod::PrivateKeyJwt,
        signs_messages: true,
        ..for_programs("jar-jarm", "署名つきメッセージ")
    },
    Partner {
        profile: Profile::Baseline,
        auth_method: AuthMethod::ClientSecretPost,
        token_binding: TokenBinding::None,
        ..for_programs("post-baseline", "秘密とフォーム")
    },
];

/// How many of them the accounting software can be.
pub(crate) const STORY_PARTNERS: usize = 3;

/// A FAPI 2.0 partner for programs: by the certificate and bound to it, unless said otherwise.
const fn for_programs(client_id: &'static str, name: &'static str) -> Partner {
    Partner {
        client_id,
        name,
        legal_name: "空知接続試験株式会社",
        registration_number: "北海道財務局長（電代）第4号（デモ）",
        purpose: "接続を試験するため",
        complaint_contact: "空知接続試験株式会社 受付 0120-000-004（デモ）",
        profile: Profile::Fapi2,
        auth_method: AuthMethod::TlsClientAuth,
        token_binding: TokenBinding::Mtls,
        algorithm: SigningAlgorithm::Es256,
        signs_messages: false,
        scopes: OPENID_SCOPES,
        businesses: Businesses::Choose,
    }
}

/// The terms on which programs may register clients of their own.
pub(crate) fn terms() -> Value {
    let Partner {
        legal_name,
        registration_number,
        purpose,
        complaint_contact,
        profile,
        businesses,
        ..
    } = for_programs("", "");
    json!({
        "name": "自分で登録するソフト",
        "legal_name": legal_name,
        "registration_number": registration_number,
        "purpose": purpose,
        "complaint_contact": complaint_contact,
        "profile": profile,
        "businesses": businesses,
        "scopes": OPENID_SCOPES.join(" "),
    })
}
