//! The bank's answer at the redirect URI, read with suspicion (RFC 6749, 4.1.2; RFC 9207).
//! Not here: redeeming the code.

use url::form_urlencoded;

/// What came back from the bank.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    /// The value that ties it to a pending link.
    pub state: String,
    /// Who claims to have answered.
    iss: Option<String>,
    /// The outcome.
    pub outcome: Outcome,
}

/// The outcome of a run at the bank.
#[derive(PartialEq, Eq)]
pub enum Outcome {
    /// The customer permitted; here is the code.
    Permitted(String),
    /// There is no code; here is the cleaned error code.
    Failed(String),
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Permitted(_) => f.write_str("Permitted(..)"),
            Self::Failed(code) => f.debug_tuple("Failed").field(code).finish(),
        }
    }
}

/// Why an answer is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// A parameter is missing or doubled.
    #[error("the answer is malformed")]
    Malformed,
    /// `iss` is missing or names somebody else: a mix-up (RFC 9207, 2.4).
    #[error("the answer is not from the bank that was asked")]
    WrongIssuer,
}

impl Answer {
    /// Reads the query of the redirect URI.
    ///
    /// # Errors
    /// [`AnswerError::Malformed`].
    pub fn from_query(query: &str) -> Result<Self, AnswerError> {
        let once = |name: &str| {
            let mut values = form_urlencoded::parse(query.as_bytes())
                .filter(|(key, _)| key == name)
                .map(|(_, value)| value);
            let value = values.next().map(std::borrow::Cow::into_owned);
            if values.next().is_some() {
                Err(AnswerError::Malformed)
            } else {
                Ok(value)
            }
        };
        let outcome = match (once("code")?, once("error")?) {
            (Some(code), None) if !code.is_empty() => Outcome::Permitted(code),
            (None, Some(error)) => Outcome::Failed(clean_code(&error)),
            _ => return Err(AnswerError::Malformed),
        };
        let state = once("state")?
            .filter(|state| !state.is_empty())
            .ok_or(AnswerError::Malformed)?;
        Ok(Self {
            state,
            iss: once("iss")?,
            outcome,
        })
    }

    /// Checks `iss` (RFC 9207, 2.4); the bank announces that it always sends it.
    ///
    /// # Errors
    /// [`AnswerError::WrongIssuer`].
    pub fn check_issuer(&self, issuer: &str) -> Result<(), AnswerError> {
        if self.iss.as_deref() == Some(issuer) {
            Ok(())
        } else {
            Err(AnswerError::WrongIssuer)
        }
    }
}

/// An error code as the standards form it; anything else is not repeated on a page.
pub(super) fn clean_code(code: &str) -> String {
    let sound =
        !code.is_empty() && code.len() <= 64 && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if sound {
        code.to_owned()
    } else {
        "unknown_error".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ISSUER: &str = "https://localhost:8443";

    #[test]
    fn both_outcomes() {
        let permitted =
            Answer::from_query("code=c%201&state=s&iss=https%3A%2F%2Flocalhost%3A8443&x=1&x=2").unwrap();
        assert_eq!(permitted.outcome, Outcome::Permitted("c 1".into()));
        assert_eq!(permitted.state, "s");
        assert_eq!(permitted.check_issuer(ISSUER), Ok(()));
        let failed = Answer::from_query("error=access_denied&error_description=x&state=s").unwrap();
        assert_eq!(failed.outcome, Outcome::Failed("access_denied".into()));
        let odd = Answer::from_query("error=%3Cscript%3E&state=s").unwrap();
        assert_eq!(odd.outcome, Outcome::Failed("unknown_error".into()));
        assert!(!format!("{permitted:?}").contains("c 1"));
    }

    #[test]
    fn malformed_answers() {
        for query in [
            "",
            "code=c",
            "state=s",
            "code=&state=s",
            "code=c&state=",
            "code=c&error=access_denied&state=s",
            "code=a&code=b&state=s",
            "code=c&state=s&state=s",
            "code=c&state=s&iss=a&iss=a",
        ] {
            assert_eq!(Answer::from_query(query), Err(AnswerError::Malformed), "{query}");
        }
    }

    #[test]
    fn the_issuer_is_compared_to_the_letter() {
        for query in [
            "code=c&state=s",
            "code=c&state=s&iss=",
            "code=c&state=s&iss=https%3A%2F%2Flocalhost%3A8443%2F",
        ] {
            let answer = Answer::from_query(query).unwrap();
            assert_eq!(
                answer.check_issuer(ISSUER),
                Err(AnswerError::WrongIssuer),
                "{query}"
            );
        }
    }

    proptest! {
        #[test]
        fn never_panics(query in "\\PC{0,120}") {
            let _ = Answer::from_query(&query);
        }
    }
}
