//! Who is registered with a test's bank: the demo's users with their certificates and passwords, and partners of each
//! kind with their credentials; written down as an operator's files. Not here: bringing them in (`bank`).

use super::pki::{Leaf, Pki, write};
use anyhow::Context as _;
use argon2::password_hash::PasswordHasher as _;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::KeyPair;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// A user of a customer.
pub struct RegisteredUser {
    /// The login name, which is also the key in the core.
    pub login_name: &'static str,
    /// ログインパスワード.
    pub password: String,
    /// The certificate that logs the user in.
    pub certificate: Leaf,
}

/// How a partner authenticates (RFC 8414 names).
pub enum Credentials {
    /// `private_key_jwt`, ES256.
    PrivateKeyJwt {
        /// The signing key, PKCS#8 in PEM.
        key_pem: String,
        /// `kid` of its public half.
        key_id: String,
    },
    /// `tls_client_auth`, by the subject of the partner's certificate.
    TlsClientAuth,
    /// `self_signed_tls_client_auth`, by the certificate itself.
    SelfSignedTlsClientAuth,
    /// `client_secret_basic`.
    ClientSecretBasic {
        /// The secret.
        secret: String,
    },
    /// `client_secret_post`.
    ClientSecretPost {
        /// The secret.
        secret: String,
    },
}

/// A partner.
pub struct RegisteredPartner {
    /// The client id.
    pub client_id: &'static str,
    /// Its first redirect URI.
    pub redirect_uri: String,
    /// How it authenticates.
    pub credentials: Credentials,
    /// The certificate that it shows at the mutual-TLS listener; `None` for a partner that has none.
    pub certificate: Option<Leaf>,
}

const USERS: [(&str, &str, &str, &str, bool); 4] = [
    ("sorachi-taro", "空知 太郎", "空知商事株式会社", "master", true),
    (
        "hokkai-hanako",
        "北海 花子",
        "北海物産株式会社",
        "administrator",
        true,
    ),
    (
        "yubari-jiro",
        "夕張 次郎",
        "夕張工業株式会社",
        "administrator",
        true,
    ),
    ("bibai-saburo", "美唄 三郎", "美唄運輸株式会社", "ordinary", false),
];

/// Writes `users.toml` and the users' certificates.
pub(super) fn write_users(folder: &Path, pki: &Pki) -> anyhow::Result<Vec<RegisteredUser>> {
    let mut file = String::new();
    let mut users = Vec::with_capacity(USERS.len());
    for (login_name, name, company, role, may_link) in USERS {
        let password = format!("kotoba-{login_name}-2026");
        let certificate = pki.clients.client(name)?;
        write(folder, &format!("{login_name}.pem"), &certificate.certificate_pem)?;
        writeln!(
            file,
            "[[user]]\nlogin_name = {login_name:?}\nname = {name:?}\ncompany = {company:?}\nrole = {role:?}\n\
             may_link = {may_link}\ncore_user = {login_name:?}\npassword_hash = {hash:?}\n\
             certificates = [\"{login_name}.pem\"]",
            hash = cheap_hash(&password)?,
        )?;
        users.push(RegisteredUser {
            login_name,
            password,
            certificate,
        });
    }
    write(folder, "users.toml", &file)?;
    Ok(users)
}

/// As weak as Argon2 allows: the strong one costs each test 20 ms a login, and the PHC form says which it is.
fn cheap_hash(password: &str) -> anyhow::Result<String> {
    let params = Params::new(8, 1, 1, None).ok().context("Argon2 parameters")?;
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), b"the salt of tests")
        .ok()
        .context("Argon2")?;
    Ok(hash.to_string())
}

/// Writes `partners.toml` and the partners' secrets: `kaikei` (FAPI 2.0, `private_key_jwt`, businesses chosen),
/// `chobo` (FAPI 2.0, `tls_client_auth`, businesses fixed), `kihon` (baseline, `client_secret_basic`, bearer tokens).
pub(super) fn write_partners(folder: &Path, pki: &Pki) -> anyhow::Result<Vec<RegisteredPartner>> {
    let key = KeyPair::generate()?;
    let key_id = "kaikei-1".to_owned();
    let secret = "kihon-secret-of-43-characters-0123456789abc".to_owned();
    std::fs::write(folder.join("kihon.secret"), &secret)?;
    owner_only(&folder.join("kihon.secret"))?;
    let partners = vec![
        RegisteredPartner {
            client_id: "kaikei",
            redirect_uri: "https://kaikei.example/callback".to_owned(),
            certificate: Some(pki.partners.client("kaikei")?),
            credentials: Credentials::PrivateKeyJwt {
                key_pem: key.serialize_pem(),
                key_id: key_id.clone(),
            },
        },
        RegisteredPartner {
            client_id: "chobo",
            redirect_uri: "https://chobo.example/callback?from=bank".to_owned(),
            certificate: Some(pki.partners.client("chobo")?),
            credentials: Credentials::TlsClientAuth,
        },
        RegisteredPartner {
            client_id: "kihon",
            redirect_uri: "https://kihon.example/callback".to_owned(),
            certificate: None,
            credentials: Credentials::ClientSecretBasic { secret },
        },
    ];
    // Ours, and those of RFC 7591.
    let lines = [
        (
            "profile = \"fapi2\"\nbusinesses = \"choose\"",
            json!({
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": { "keys": [es256_jwk(&key, &key_id)] },
                "tls_client_certificate_bound_access_tokens": true,
            }),
        ),
        (
            "profile = \"fapi2\"\nbusinesses = \"fixed\"",
            json!({
                "token_endpoint_auth_method": "tls_client_auth",
                "tls_client_auth_subject_dn": "CN=chobo",
                "tls_client_certificate_bound_access_tokens": true,
            }),
        ),
        (
            "profile = \"baseline\"\nbusinesses = \"choose\"\nclient_secret_file = \"kihon.secret\"",
            json!({ "token_endpoint_auth_method": "client_secret_basic" }),
        ),
    ];
    let mut file = String::new();
    for (partner, (ours, mut registration)) in partners.iter().zip(lines) {
        let RegisteredPartner {
            client_id,
            redirect_uri,
            ..
        } = partner;
        registration["redirect_uris"] = json!([redirect_uri]);
        registration["scope"] = json!("accounts balance statement transfers");
        let registration = toml::to_string(&json!({ "registration": registration }))?
            .replace("[registration", "[partner.registration");
        writeln!(
            file,
            "[[partner]]\nclient_id = {client_id:?}\nname = \"{client_id} 会計\"\nlegal_name = \"{client_id} 株式会社\"\n\
             registration_number = \"北海道財務局長（電代）第1号\"\npurpose = \"会計帳簿の作成\"\n\
             complaint_contact = \"011-000-0000\"\n{ours}\n{registration}"
        )?;
    }
    write(folder, "partners.toml", &file)?;
    Ok(partners)
}

/// The public half of a P-256 key (RFC 7518 section 6.2.1).
fn es256_jwk(key: &KeyPair, key_id: &str) -> Value {
    // An uncompressed point: 0x04, then x and y of 32 bytes each (SEC 1 section 2.3.3).
    let point = key.public_key_raw();
    let half = |from: usize| URL_SAFE_NO_PAD.encode(point.get(from..from + 32).unwrap_or_default());
    json!({ "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key_id, "x": half(1), "y": half(33) })
}

/// Writes `pins.toml`: the PINs that the demo starts with, by the simulator's own description.
pub(super) fn write_pins(folder: &Path, description: &Value) -> anyhow::Result<()> {
    let mut file = String::new();
    let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    for user in list(description, "users") {
        for account in list(&user, "accounts") {
            if account["registered"] == true {
                writeln!(
                    file,
                    "[[pin]]\nuser = {}\nbranch_code = {}\ntype = {}\nnumber = {}\npin = {}",
                    user["core_user"],
                    account["branch_code"],
                    account["type"],
                    account["number"],
                    account["pin"]
                )?;
            }
        }
    }
    write(folder, "pins.toml", &file)
}

pub(super) fn owner_only(path: &Path) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}
