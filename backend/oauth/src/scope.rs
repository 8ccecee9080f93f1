//! Scopes as a list of tokens (RFC 6749, 3.3).
//! Not here: which businesses exist and what each permits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A list of scope tokens, in the order given, none twice. It may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Scopes(Vec<String>);

/// The text is no scope by the grammar of RFC 6749, 3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed scope")]
pub struct MalformedScope;

impl Scopes {
    /// Reads `scope-token *( SP scope-token )`; a repeated token counts once.
    pub fn parse(text: &str) -> Result<Self, MalformedScope> {
        Self::from_tokens(text.split(' '))
    }

    /// Collects tokens; a repeated one counts once.
    pub fn from_tokens<'a>(tokens: impl IntoIterator<Item = &'a str>) -> Result<Self, MalformedScope> {
        let mut list: Vec<String> = Vec::new();
        for token in tokens {
            if !is_token(token) {
                return Err(MalformedScope);
            }
            if !list.iter().any(|known| known == token) {
                list.push(token.to_owned());
            }
        }
        Ok(Self(list))
    }

    /// Whether this token is among them.
    pub fn contains(&self, token: &str) -> bool {
        self.0.iter().any(|known| known == token)
    }

    /// Whether each of these is also among `others`.
    pub fn is_subset_of(&self, others: &Self) -> bool {
        self.iter().all(|token| others.contains(token))
    }

    /// The tokens in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn is_token(token: &str) -> bool {
    !token.is_empty()
        && token
            .bytes()
            .all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

impl From<Scopes> for String {
    fn from(scopes: Scopes) -> Self {
        scopes.0.join(" ")
    }
}

impl TryFrom<String> for Scopes {
    type Error = MalformedScope;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.is_empty() {
            Ok(Self::default())
        } else {
            Self::parse(&text)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_order_and_drops_repeats() {
        let scopes = Scopes::parse("statement accounts statement").unwrap();
        assert_eq!(scopes.to_string(), "statement accounts");
        assert!(scopes.contains("accounts"));
        assert!(!scopes.contains("balance"));
    }

    #[test]
    fn refuses_what_the_grammar_refuses() {
        for text in [
            "",
            " accounts",
            "accounts ",
            "a  b",
            "a\tb",
            "a\"b",
            "a\\b",
            "残高",
            "a\nb",
        ] {
            assert_eq!(Scopes::parse(text), Err(MalformedScope), "{text:?}");
        }
    }

    #[test]
    fn an_empty_list_survives_storage() {
        let stored = serde_json::to_string(&Scopes::default()).unwrap();
        assert_eq!(
            serde_json::from_str::<Scopes>(&stored).unwrap(),
            Scopes::default()
        );
    }

    proptest! {
        #[test]
        fn what_parses_prints_to_something_that_parses_the_same(text in "\\PC{0,40}") {
            if let Ok(scopes) = Scopes::parse(&text) {
                prop_assert_eq!(Scopes::parse(&scopes.to_string()).unwrap(), scopes);
            }
        }
    }
}
