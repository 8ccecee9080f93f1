//! What a linkage gives a partner on the way: the request under way, the answer of the redirect, the tokens.
//! Not here: asking for them (`partner`).

use super::answer::Answer;
use super::jose::verified;
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// A linkage that the partner has begun.
pub(crate) struct Attempt {
    /// Where the browser is sent.
    pub(crate) url: String,
    /// The PKCE verifier (RFC 7636 section 4.1).
    pub(crate) verifier: String,
    pub(crate) state: String,
}

/// What came back by the redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Returned {
    /// The redirect URI, as registered.
    pub(crate) address: String,
    pub(crate) parameters: BTreeMap<String, String>,
}

impl Returned {
    /// An error says in plain English what is wrong, in the characters of RFC 6749 section 4.1.2.1.
    #[track_caller]
    fn of(address: String, parameters: BTreeMap<String, String>) -> Self {
        if parameters.contains_key("error") {
            let description = parameters.get("error_description").map(String::as_str);
            let description = description.unwrap_or_default();
            let allowed = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
            assert!(
                description.contains(' ') && description.bytes().all(allowed),
                "{parameters:?}"
            );
        }
        Self { address, parameters }
    }

    /// Splits a redirect, whose query may begin with what the redirect URI already had; the answer may travel in the
    /// fragment.
    pub(crate) fn read(location: &str) -> Self {
        let url = Url::parse(location).unwrap();
        let mut parameters = BTreeMap::new();
        let fragment = url::form_urlencoded::parse(url.fragment().unwrap_or_default().as_bytes());
        for (name, value) in url.query_pairs().chain(fragment) {
            let twice = parameters.insert(name.into_owned(), value.into_owned());
            assert_eq!(twice, None, "{location}");
        }
        let end = location.find(['?', '#']).unwrap();
        Self::of(location[..end].to_owned(), parameters)
    }

    /// What the page of `form_post` posts, read as a browser reads it.
    #[track_caller]
    pub(crate) fn posted(page: &Answer) -> Self {
        assert_eq!(page.status, 200, "{}", page.text());
        let text = page.text();
        let attribute = |tag: &str, name: &str| {
            let (_, rest) = tag.split_once(&format!(" {name}=\"")).unwrap();
            let escaped = rest.split('"').next().unwrap();
            ["&quot;\"", "&#39;'", "&lt;<", "&gt;>", "&amp;&"].iter().fold(
                escaped.to_owned(),
                |text, pair| {
                    let (entity, character) = pair.split_at(pair.len() - 1);
                    text.replace(entity, character)
                },
            )
        };
        let form = text
            .split("<form")
            .nth(1)
            .unwrap()
            .split("</form>")
            .next()
            .unwrap();
        let mut parameters = BTreeMap::new();
        for input in form.split("<input").skip(1) {
            let twice = parameters.insert(attribute(input, "name"), attribute(input, "value"));
            assert_eq!(twice, None, "{text}");
        }
        assert!(attribute(form, "method") == "post", "{form}");
        Self::of(attribute(form, "action"), parameters)
    }

    /// The parameters of a signed answer (JARM), for this client, at this time, by the bank's keys.
    #[track_caller]
    pub(crate) fn unsealed(&self, jwks: &Value, issuer: &str, client_id: &str, now: i64) -> Self {
        let (header, claims) = verified(self.get("response"), jwks);
        assert_eq!(header["typ"], "JWT");
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&issuer.into(), &client_id.into())
        );
        let expires = claims["exp"].as_i64().unwrap();
        assert!(now < expires && expires <= now + 600, "{claims}");
        let members = claims.as_object().unwrap().iter();
        let parameters = members
            .filter(|(name, _)| !["aud", "exp"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
            .collect();
        Self::of(self.address.clone(), parameters)
    }

    #[track_caller]
    pub(crate) fn get(&self, name: &str) -> &str {
        self.parameters
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    pub(crate) fn code(&self) -> &str {
        self.get("code")
    }
}

/// What a redemption gave.
#[derive(Debug, Clone)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) answer: Value,
}

impl Tokens {
    /// Of the answer of the token endpoint.
    #[track_caller]
    pub(crate) fn of(answer: &Value) -> Self {
        let text = |name: &str| {
            answer[name]
                .as_str()
                .unwrap_or_else(|| panic!("{answer}"))
                .to_owned()
        };
        Self {
            access: text("access_token"),
            refresh: text("refresh_token"),
            answer: answer.clone(),
        }
    }
}
