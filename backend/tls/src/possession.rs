//! The handshake's part of client certificates: proof of possession, nothing else.
//! Not here: whether a certificate is any good, which is judged per request (`judgement`).

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
    verify_tls13_signature_with_raw_key,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, Error, SignatureScheme};
use rustls_pki_types::{CertificateDer, SubjectPublicKeyInfoDer, UnixTime};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Asks for a client certificate, accepts none or any, and has the handshake signature verified.
///
/// A strict verifier would end the connection with a TLS alert, which a browser shows as its own error page;
/// accepting here lets an HTTP page say what is wrong, and lets a revocation reach connections that are open.
#[derive(Debug)]
pub(crate) struct ProofOfPossession {
    hints: Vec<DistinguishedName>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ProofOfPossession {
    /// `hints`: the authorities named in the certificate request, so that a browser offers only theirs.
    pub(crate) fn new(hints: Vec<DistinguishedName>, provider: &CryptoProvider) -> Self {
        Self {
            hints,
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ClientCertVerifier for ProofOfPossession {
    fn offer_client_auth(&self) -> bool {
        true
    }

    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.hints
    }

    fn verify_client_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // webpki refuses to parse some certificates (X.509 version 1, for one) whose owner still deserves a page
        // that explains: possession is proved against the bare key, and the judgement refuses the certificate.
        verify_tls13_signature(message, certificate, signature, &self.algorithms).or_else(|refusal| {
            let (_, parsed) = X509Certificate::from_der(certificate).map_err(|_| refusal)?;
            let key = SubjectPublicKeyInfoDer::from(parsed.public_key().raw);
            verify_tls13_signature_with_raw_key(message, &key, signature, &self.algorithms)
        })
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
