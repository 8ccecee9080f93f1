//! The page's id of one intent.
//! Not here: what became of it (`turn`).

use renkei_shared::problem::ProblemCode;

/// 1 to 64 letters, digits, `-` or `_`; pages send a random UUID.
pub(crate) struct ActId(String);

impl ActId {
    pub(crate) fn check(text: String) -> Result<Self, ProblemCode> {
        let fits = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if fits {
            Ok(Self(text))
        } else {
            Err(ProblemCode::RequestMalformed)
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
