//! What a token is bound to, from the rules' type to the store's and back.
//! Not here: establishing and checking it (`renkei_oauth::sender_constraint`).

use renkei_oauth::jwks::JwkThumbprint;
use renkei_oauth::mutual_tls::CertificateThumbprint;
use renkei_oauth::sender_constraint::Confirmation;
use renkei_store::{Sha256Digest, StoredBinding};

pub(super) const fn to_store(confirmation: Confirmation) -> StoredBinding {
    match confirmation {
        Confirmation::Certificate(thumbprint) => {
            StoredBinding::Certificate(Sha256Digest::new(*thumbprint.as_bytes()))
        }
        Confirmation::Key(thumbprint) => StoredBinding::Key(Sha256Digest::new(*thumbprint.as_bytes())),
        Confirmation::Unbound => StoredBinding::Unbound,
    }
}

pub(super) const fn from_store(binding: StoredBinding) -> Confirmation {
    match binding {
        StoredBinding::Certificate(digest) => {
            Confirmation::Certificate(CertificateThumbprint::from_bytes(*digest.as_bytes()))
        }
        StoredBinding::Key(digest) => Confirmation::Key(JwkThumbprint::from_bytes(*digest.as_bytes())),
        StoredBinding::Unbound => Confirmation::Unbound,
    }
}
