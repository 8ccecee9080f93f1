//! Rich authorization requests (RFC 9396) and their one type, `renkei_statements`: businesses, accounts, first day.
//! Not here: which accounts there are, and the permission page that shows what a request says.
//!
//! ```json
//! [{"type": "renkei_statements", "businesses": ["balance", "statement"],
//!   "accounts": ["6f0e2c1a-6a53-4f0c-9a3e-2f4f5d1b7c10"], "from_date": "2026-04-01"}]
//! ```
//!
//! There is at most one element, because a linkage is one permission. `businesses` names one to three of `balance`,
//! `statement` and `transfers` that are registered as scopes of the client; the list of accounts (scope `accounts`) comes
//! with them where it is registered. `accounts` holds 1 to 1,000 account ids as the accounts API gives them to this partner;
//! without it the customer chooses freely. `from_date` is the first day of statements that may be read. Both limit the
//! permission as a whole, whether a business is named here or by `scope`.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use time::Date;
use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use uuid::Uuid;

use crate::client::ClientMetadata;
use crate::error::{ErrorCode, OAuthError};
use crate::parameters::Parameters;
use crate::scope::Scopes;

/// The one `type`, for `authorization_details_types_supported` (RFC 9396, 10).
pub const TYPE: &str = "renkei_statements";

/// The scope that every rich request asks for beside its businesses: ids without the list they stand in serve nobody.
const ACCOUNTS: &str = "accounts";
/// The most accounts of one request.
const MAX_ACCOUNTS: usize = 1_000;
const DATE: StaticFormatDescription = format_description!("[year]-[month]-[day]");

/// A business, by the name of its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Business {
    /// Balances.
    Balance,
    /// Statements.
    Statement,
    /// Incoming transfers.
    Transfers,
}

impl Business {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Balance, Self::Statement, Self::Transfers];

    /// The scope that permits the same.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Statement => "statement",
            Self::Transfers => "transfers",
        }
    }
}

/// A checked `authorization_details`: what is asked for, or what was granted. Serialised it is the canonical JSON array,
/// each value once and in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[Element; 1]", into = "[Element; 1]")]
pub struct AuthorizationDetails {
    businesses: BTreeSet<Business>,
    accounts: Option<BTreeSet<Uuid>>,
    from_date: Option<Date>,
}

/// The element as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Element {
    #[serde(rename = "type")]
    kind: String,
    businesses: Vec<Business>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    accounts: Option<Vec<String>>,
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    from_date: Option<String>,
}

/// Only what is left out counts as absent; `null` is a wrong type.
fn present<'d, D: Deserializer<'d>, T: Deserialize<'d>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

impl AuthorizationDetails {
    /// Takes `authorization_details` out of an authorization request.
    ///
    /// # Errors
    /// `invalid_authorization_details` for whatever the type does not know (RFC 9396, 5), for a client that has
    /// registered for other types only (RFC 9396, 10), and for businesses that are not registered as scopes of the client.
    pub(crate) fn from_parameters(
        client: &ClientMetadata,
        parameters: &Parameters,
    ) -> Result<Option<Self>, OAuthError> {
        let Some(json) = parameters.get("authorization_details") else {
            return Ok(None);
        };
        let details = Self::parse(json)?;
        let types = client.preferences().authorization_details_types.as_deref();
        if !types.is_none_or(|types| types.iter().any(|name| name == TYPE)) {
            return Err(invalid(
                "the type of authorization_details is not registered for this client",
            ));
        }
        if details
            .businesses
            .iter()
            .all(|business| client.scopes().contains(business.scope()))
        {
            Ok(Some(details))
        } else {
            Err(invalid(
                "authorization_details names a business that is not registered for this client",
            ))
        }
    }

    /// Reads the JSON of the parameter.
    ///
    /// # Errors
    /// `invalid_authorization_details`.
    pub fn parse(json: &str) -> Result<Self, OAuthError> {
        // Derived readers take an array for a struct, and a map takes a member twice: both readings must pass.
        let objects = serde_json::from_str::<[Map<String, Value>; 1]>(json);
        let elements = serde_json::from_str::<[Element; 1]>(json);
        let (Ok(_), Ok(elements)) = (objects, elements) else {
            return Err(invalid(
                "authorization_details must be an array with one object of the members type, businesses, accounts and from_date",
            ));
        };
        let [Element { accounts, .. }] = &elements;
        if accounts.as_ref().is_some_and(|ids| ids.len() > MAX_ACCOUNTS) {
            return Err(invalid("accounts names more than 1000 accounts"));
        }
        Self::try_from(elements).map_err(|wrong| invalid(wrong.0))
    }

    /// The scopes that stand for the details, of those registered for the client.
    pub fn scopes<'s>(&'s self, registered: &'s Scopes) -> impl Iterator<Item = &'s str> {
        let businesses = self.businesses.iter().map(|business| business.scope());
        std::iter::once(ACCOUNTS)
            .chain(businesses)
            .filter(|scope| registered.contains(scope))
    }

    /// The businesses named.
    pub const fn businesses(&self) -> &BTreeSet<Business> {
        &self.businesses
    }

    /// The accounts named; `None` leaves them to the customer.
    pub const fn accounts(&self) -> Option<&BTreeSet<Uuid>> {
        self.accounts.as_ref()
    }

    /// The first day of statements.
    pub const fn from_date(&self) -> Option<Date> {
        self.from_date
    }

    /// What was granted to a request of these details (RFC 9396, 7), for token and introspection answers: the businesses
    /// among the granted scopes, the permitted accounts, and the first day as asked. `None` when no business was granted.
    pub fn granted(&self, scopes: &Scopes, accounts: impl IntoIterator<Item = Uuid>) -> Option<Self> {
        Self::of_grant(scopes, accounts, self.from_date)
    }

    /// The details of a grant, also of one that is merged from several requests. `None` when no business was granted.
    pub fn of_grant(
        scopes: &Scopes,
        accounts: impl IntoIterator<Item = Uuid>,
        from_date: Option<Date>,
    ) -> Option<Self> {
        let businesses: BTreeSet<_> = Business::ALL
            .into_iter()
            .filter(|business| scopes.contains(business.scope()))
            .collect();
        (!businesses.is_empty()).then(|| Self {
            businesses,
            accounts: Some(accounts.into_iter().collect()),
            from_date,
        })
    }

    /// These details as far as the scopes of a token reach: what is said of a token whose scope is narrower. `None` when they
    /// reach no business.
    pub fn within(&self, scopes: &Scopes) -> Option<Self> {
        let covered = |business: &Business| scopes.contains(business.scope());
        let businesses: BTreeSet<_> = self.businesses.iter().copied().filter(covered).collect();
        (!businesses.is_empty()).then(|| Self {
            businesses,
            ..self.clone()
        })
    }

    /// What a token gets that asks for `fewer` of these granted details (RFC 9396, 6.1). What `fewer` leaves open stays
    /// as it was granted.
    ///
    /// # Errors
    /// `invalid_authorization_details` where it goes beyond what was granted.
    pub fn narrowed_to(&self, fewer: &Self) -> Result<Self, OAuthError> {
        let accounts = match (&fewer.accounts, &self.accounts) {
            (Some(asked), Some(granted)) if !asked.is_subset(granted) => return Err(beyond()),
            (Some(asked), _) => Some(asked.clone()),
            (None, granted) => granted.clone(),
        };
        if !fewer.businesses.is_subset(&self.businesses) || earlier(fewer.from_date, self.from_date) {
            return Err(beyond());
        }
        Ok(Self {
            businesses: fewer.businesses.clone(),
            accounts,
            from_date: fewer.from_date.or(self.from_date),
        })
    }
}

/// Whether a day was asked for before the first one granted.
fn earlier(asked: Option<Date>, granted: Option<Date>) -> bool {
    matches!((asked, granted), (Some(asked), Some(granted)) if asked < granted)
}

const fn invalid(description: &'static str) -> OAuthError {
    OAuthError::new(ErrorCode::InvalidAuthorizationDetails, description)
}

/// The answer to details beyond what was granted, or where none were (RFC 9396, 6).
pub(crate) const fn beyond() -> OAuthError {
    invalid("authorization_details goes beyond what was granted")
}

/// Why an element means nothing, as a literal for the client's developer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Meaningless(&'static str);

impl TryFrom<[Element; 1]> for AuthorizationDetails {
    type Error = Meaningless;

    fn try_from([element]: [Element; 1]) -> Result<Self, Self::Error> {
        if element.kind != TYPE {
            return Err(Meaningless(
                "the type of authorization_details must be renkei_statements",
            ));
        }
        let businesses: BTreeSet<_> = element.businesses.into_iter().collect();
        if businesses.is_empty() {
            return Err(Meaningless(
                "businesses must name balance, statement or transfers",
            ));
        }
        let accounts: Option<BTreeSet<_>> = element
            .accounts
            .map(|ids| ids.iter().map(|id| account_id(id)).collect::<Option<_>>())
            .map(|ids| ids.ok_or(Meaningless("accounts must hold account ids of the accounts API")))
            .transpose()?;
        if accounts.as_ref().is_some_and(BTreeSet::is_empty) {
            return Err(Meaningless("accounts must name an account or be left out"));
        }
        let from_date = element
            .from_date
            .map(|text| date(&text).ok_or(Meaningless("from_date must be a date such as 2026-04-01")))
            .transpose()?;
        Ok(Self {
            businesses,
            accounts,
            from_date,
        })
    }
}

impl From<AuthorizationDetails> for [Element; 1] {
    fn from(details: AuthorizationDetails) -> Self {
        [Element {
            kind: TYPE.to_owned(),
            businesses: details.businesses.into_iter().collect(),
            accounts: details
                .accounts
                .map(|ids| ids.into_iter().map(|id| id.as_hyphenated().to_string()).collect()),
            from_date: details.from_date.map(|date| date.to_string()),
        }]
    }
}

/// An id has one spelling: lower case, with hyphens.
fn account_id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.as_hyphenated().to_string() == text).then_some(id)
}

fn date(text: &str) -> Option<Date> {
    let date = Date::parse(text, DATE).ok()?;
    (date.to_string() == text).then_some(date)
}

#[cfg(test)]
mod tests;
