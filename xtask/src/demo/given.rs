//! What the command line gives is looked at before anything is built: a slip must not cost some minutes.
//! Not here: the defaults.

use url::{Host, Url};

/// An origin as Renkei takes one for `frontend_origin`.
pub(super) fn frontend_origin(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    // An origin has neither path nor query nor user.
    let origin = url.origin().ascii_serialization();
    if url.scheme() == "http" && on_this_machine && url.as_str() == format!("{origin}/") {
        Ok(origin)
    } else {
        Err("must be http://localhost:port".to_owned())
    }
}

/// An address that the store can open.
pub(super) fn database_url(text: &str) -> Result<String, String> {
    if let Some(file) = text.strip_prefix("sqlite:") {
        let file = file.split('?').next().unwrap_or_default();
        if file.trim_matches('/').is_empty() || text.contains(":memory:") || text.contains("mode=memory") {
            return Err("must name a file: sqlite:///path/to/renkei.db?mode=rwc".to_owned());
        }
        return Ok(text.to_owned());
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if matches!(url.scheme(), "postgres" | "postgresql") && url.has_authority() {
        Ok(text.to_owned())
    } else {
        Err("must be postgres://user:password@host:port/database or sqlite:///path/to/file".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::Options;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn line(option: &str, value: &str) -> Result<Options, String> {
        let parsed = Line::try_parse_from(["demo", option, value]);
        parsed.map(|line| line.options).map_err(|error| error.to_string())
    }

    #[test]
    fn a_front_end_is_on_this_machine() {
        for (given, taken) in [
            ("http://localhost:8080", "http://localhost:8080"),
            ("http://localhost:8080/", "http://localhost:8080"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            let options = line("--frontend-origin", given).unwrap();
            assert_eq!(options.frontend_origin.as_deref(), Some(taken));
        }
        for given in [
            "",
            "localhost:8080",
            "https://localhost:8080",
            "http://example.com:8080",
            "http://localhost:8080/x",
            "http://localhost:8080/?x",
            "http://localhost:8080/#x",
            "http://user@localhost:8080",
            "http://localhost:99999",
        ] {
            let said = line("--frontend-origin", given).err().unwrap();
            assert!(said.contains("--frontend-origin"), "{given}: {said}");
        }
    }

    #[test]
    fn a_database_is_of_a_kind_that_the_store_opens() {
        for given in [
            "postgres://renkei@localhost/renkei",
            "postgresql://renkei:secret@db:5432/renkei?sslmode=require",
            "postgres:///renkei?host=/run/postgresql",
            "sqlite:///tmp/renkei.db?mode=rwc",
            "sqlite://renkei.db",
            "sqlite:renkei.db",
        ] {
            let options = line("--database-url", given).unwrap();
            assert_eq!(options.database_url.as_deref(), Some(given));
        }
        for given in [
            "",
            "renkei.db",
            "/tmp/renkei.db",
            "mysql://localhost/renkei",
            "postgres:renkei",
            "postgres://localhost:port/renkei",
            "sqlite:",
            "sqlite://?mode=rwc",
            "sqlite::memory:",
            "sqlite://renkei.db?mode=memory",
        ] {
            let said = line("--database-url", given).err().unwrap();
            assert!(said.contains("--database-url"), "{given}: {said}");
        }
    }
}
