//! Queries of the accounts API, read strictly: a name that an address does not know is refused, since passing over a
//! misspelt `from` would answer another question. Not here: what the parameters mean (`statement`).

use crate::web::problem::Problem;
use renkei_shared::problem::{FieldProblem, ProblemCode, ProblemDocument};
use url::form_urlencoded;

/// Of a name that nobody knows this much is repeated to the partner.
const SHOWN: usize = 64;

/// Refuses names other than these.
pub(super) fn check_names(query: Option<&str>, known: &[&str]) -> Result<(), Problem> {
    let unknown = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .map(|(name, _)| name)
        .find(|name| !known.contains(&name.as_ref()));
    unknown.map_or(Ok(()), |name| {
        Err(invalid(&name.chars().take(SHOWN).collect::<String>()))
    })
}

/// The refusal of one parameter that cannot be read, by name.
pub(super) fn invalid(parameter: &str) -> Problem {
    wrong(ProblemCode::ParameterInvalid, parameter)
}

/// The refusal of one parameter, by name, for a reason of its own.
pub(super) fn wrong(code: ProblemCode, parameter: &str) -> Problem {
    ProblemDocument::new(code)
        .with_fields(vec![FieldProblem {
            field: parameter.to_owned(),
            explanation: code.explain(),
        }])
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(query: &str, known: &[&str]) -> Option<String> {
        let refusal = check_names(Some(query), known).err()?;
        Some(refusal.document().fields[0].field.clone())
    }

    #[test]
    fn the_first_unknown_name_is_named() {
        let known = ["from", "to"];
        for query in [
            "",
            "&",
            "from=2026-01-01",
            "to=&from=x&from=y",
            "fr%6Fm=1",
            "from",
        ] {
            assert_eq!(refused(query, &known), None, "{query}");
        }
        for (query, name) in [
            ("form=2026-01-01", "form"),
            ("from=2026-01-01&From=2026-01-01", "From"),
            ("to=1&%E7%A9%BA=1", "空"),
            ("=1", ""),
        ] {
            assert_eq!(refused(query, &known).as_deref(), Some(name), "{query}");
        }
        assert_eq!(refused("from=1", &[]).as_deref(), Some("from"));
        assert_eq!(check_names(None, &[]).map_err(|_| ()), Ok(()));
        assert_eq!(refused(&"x".repeat(9_000), &[]), Some("x".repeat(64)));
    }
}
