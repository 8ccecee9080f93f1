//! Keys that stand in where a client has none, so that an assertion costs the same work whoever sent it (RFC 9700; RFC 6749, 10.2).
//! Not here: any key that could authenticate somebody. The private halves were never kept, and what verifies
//! against these keys is refused all the same.

use std::sync::LazyLock;

use crate::jwks::ClientKeys;

const KEY_SET: &str = r#"{"keys": [
    {"kty": "RSA", "kid": "rsa", "e": "AQAB", "n": "t9xrzCwpBy7YXuenyxqFcbNkhxcgXFmeMQETROXBRoY-xWL6xO4V3yOB_k6YDWqfCcfRn7T97IQRZlC-2sTRLEKPmVjRylf85kjjkN7--DEX-ZZZiVq1e_GgCqAsoJiMB4nH65nt8WWTcyywL7ctlTisnD-O06BgfKVTg0ToX1d7pIRMzyuLzVAFxnNSwmijgXiz2-gzz8-InOKdXvoYTF5tRtMkvP0HLHplqBuo4jBhnEsnr1NEX6mKLTOUEqju6pCUHT-mGzikEzYgeyq-NXPCUPthuHnd9f_LYJuceWZiSoPrhuQMU1PakjqfWhhIrOmDR8fhLJhePpxylNWN8w"},
    {"kty": "EC", "kid": "ec", "crv": "P-256", "x": "xEPSsKayXmyeRgRZPWUMPSxFtBGNpoPwdmGRjSsw0XE", "y": "ISP5S4l2MxAOGIvek_A2vBH8IaaYL1AshHQsOskHvIA"},
    {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": "1Xlc7vHhwl8iTaWVtpbuBBq-q_dxJStSVU6767Q2PaI"}
]}"#;

static KEYS: LazyLock<Option<ClientKeys>> = LazyLock::new(|| ClientKeys::parse(KEY_SET).ok());

/// The stand-ins, one for each algorithm.
pub(super) fn keys() -> Option<&'static ClientKeys> {
    KEYS.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jwks::ALGORITHMS;

    #[test]
    fn there_is_one_for_each_algorithm() {
        let keys = keys().unwrap();
        for algorithm in ALGORITHMS {
            assert!(keys.find(None, algorithm).is_some(), "{algorithm:?}");
        }
    }
}
