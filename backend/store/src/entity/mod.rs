//! One table a file, as sea-orm sees it.
//! Not here: how a table is made (`migration`) and who reads and writes it (`repository`).

pub(crate) mod access_token;
pub(crate) mod audit_event;
pub(crate) mod authorization_code;
pub(crate) mod certificate_attempt;
pub(crate) mod client_certificate;
pub(crate) mod grant;
pub(crate) mod grant_account;
pub(crate) mod initial_access_token;
pub(crate) mod inquiry_account;
pub(crate) mod pairwise_subject;
pub(crate) mod partner;
pub(crate) mod partner_account;
pub(crate) mod procedure_act;
pub(crate) mod procedure_run;
pub(crate) mod pushed_request;
pub(crate) mod refresh_token;
pub(crate) mod registered_pin;
pub(crate) mod replay;
pub(crate) mod user;
pub(crate) mod user_account;
