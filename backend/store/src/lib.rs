//! What Renkei remembers: entities, migrations and one repository a trade, on SQLite or PostgreSQL.
//! Not here: rules, clocks, randomness and cryptography. Instants, ids and hashes come in as arguments.
//!
//! Everything that is consumed once or counted is decided by one conditional statement, or inside a
//! transaction that holds the write lock from its first statement on: right on both databases, under concurrency.
//! Secrets arrive sealed or hashed; neither errors nor `Debug` output show a stored value.

mod column;
mod connection;
mod entity;
mod error;
mod migration;
mod repository;
#[cfg(feature = "testing")]
pub mod testing;
mod transaction;

pub use column::digest::Sha256Digest;
pub use column::text::{JsonText, Undisclosed};
pub use connection::{Store, StoreOptions};
pub use error::StoreError;
pub use repository::accounts::{Accounts, CoreAccountRow, InquiryAccountRecord};
pub use repository::audit::{AuditEventRecord, AuditFilter, AuditTrail, NewAuditEvent};
pub use repository::authorization_codes::{
    AuthorizationCodeRecord, AuthorizationCodes, CodePut, NewAuthorizationCode, NewTokens, Redemption,
};
pub use repository::certificate_attempts::{
    CertificateAttemptRecord, CertificateAttempts, CertificateJudgement, NewCertificateAttempt,
};
pub use repository::client_certificates::{CertificateBinding, ClientCertificates};
pub use repository::grants::{EndReason, GrantInForce, GrantRecord, GrantStatus, Grants, NewGrant};
pub use repository::housekeeping::{Forgettable, ForgottenKind, Housekeeping};
pub use repository::initial_access_tokens::{
    InitialAccessTokenRecord, InitialAccessTokens, NewInitialAccessToken,
};
pub use repository::partner_accounts::PartnerAccounts;
pub use repository::partners::{
    BusinessesMode, PartnerProfile, PartnerRecord, Partners, RegistrationUpdate, SecretChange,
    SelfRegistration,
};
pub use repository::pushed_requests::{NewPushedRequest, PushedRequests};
pub use repository::registered_pins::{
    NewRegisteredPin, PinGate, PinLease, RegisteredPinRecord, RegisteredPins,
};
pub use repository::replays::{ReplayKind, Replays};
pub use repository::runs::{
    ClaimOutcome, ClaimRequest, ClaimedRun, Completion, CookieMark, Effects, MAX_OF_REQUEST, NewRun, RunId,
    RunKind, RunRecord, RunUpdate, Runs, Withdrawal,
};
pub use repository::subjects::Subjects;
pub use repository::tokens::{
    AccessTokenView, NewAccessToken, NewRefreshToken, RefreshTokenView, Rotation, StoredBinding, Tokens,
};
pub use repository::users::{NewUser, TryOutcome, UserRecord, UserRole, Users};
