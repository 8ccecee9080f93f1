//! OpenID Connect Core 1.0 on top of the authorization code flow: what a request wants of the login, and what is said of it.
//! Not here: discovery (`metadata`), registration, and the signatures, which the server makes with the vault.

pub mod authentication_context;
mod authentication_request;
mod claims_request;
mod hash;
pub mod id_token;
mod prompt;
mod subject;
pub mod userinfo;

pub use authentication_context::CustomerLogin;
pub use authentication_request::{AuthenticationRequest, UiLocale};
pub use claims_request::{Claim, ClaimsRequest};
pub use prompt::PROMPT_VALUES;
pub use subject::{MalformedSubject, Subject};

/// The scope that makes an authorization request one of OpenID Connect (OpenID Connect Core 1.0, 3.1.2.1).
pub const OPENID: &str = "openid";
