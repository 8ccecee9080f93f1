//! The login's dealings with the world: a try at the certificate listener, the taking back of its result, the check
//! of the password. Linkages and customer sessions both use them. Not here: the rules (`renkei_procedure::login`).

mod certificate;
mod password;

pub(crate) use certificate::{attempt_url, collect, login_view, register_attempt};
pub(crate) use password::{check_password, password_view};
