//! X.500 names: written and read as RFC 4514 strings, compared by attribute.
//! Not here: alternative names, and which name a partner is registered with.

use std::fmt::{self, Display, Formatter, Write};

use x509_parser::asn1_rs::{Any, Tag, ToDer};
use x509_parser::x509::X509Name;

/// Short names of attribute types: those of RFC 4514 section 3, then what certificates carry in practice
/// (RFC 4519, X.520, PKCS #9).
const SHORT_NAMES: &[(&str, &str)] = &[
    ("2.5.4.3", "CN"),
    ("2.5.4.7", "L"),
    ("2.5.4.8", "ST"),
    ("2.5.4.10", "O"),
    ("2.5.4.11", "OU"),
    ("2.5.4.6", "C"),
    ("2.5.4.9", "STREET"),
    ("0.9.2342.19200300.100.1.25", "DC"),
    ("0.9.2342.19200300.100.1.1", "UID"),
    ("2.5.4.4", "SN"),
    ("2.5.4.5", "serialNumber"),
    ("2.5.4.12", "title"),
    ("2.5.4.17", "postalCode"),
    ("2.5.4.42", "givenName"),
    ("2.5.4.97", "organizationIdentifier"),
    ("1.2.840.113549.1.9.1", "emailAddress"),
];

/// A string is not a distinguished name in the form of RFC 4514.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a distinguished name in the form of RFC 4514")]
pub struct MalformedName;

/// A distinguished name.
///
/// Equal names have the same attributes in the same relative names in the same order; attribute values that are
/// text are compared without regard to case, width of spaces or the ASN.1 string type (RFC 5280 section 7.1), and
/// within a multi-valued relative name the order does not matter. Comparing the strings instead would make two
/// spellings of one name different.
#[derive(Clone, Debug)]
pub struct DistinguishedName {
    /// Relative names in the order of the encoding: the most general first, the reverse of the string.
    relative: Vec<Vec<Attribute>>,
}

#[derive(Clone, Debug)]
struct Attribute {
    /// Dotted decimal.
    kind: String,
    value: Value,
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    /// DER of a value that is no text.
    Encoded(Vec<u8>),
}

impl DistinguishedName {
    /// The name as a parsed certificate carries it.
    pub(crate) fn from_x509(name: &X509Name<'_>) -> Self {
        let relative = name
            .iter_rdn()
            .map(|set| {
                set.iter()
                    .map(|attribute| Attribute {
                        kind: attribute.attr_type().to_id_string(),
                        value: Value::of(attribute.attr_value()),
                    })
                    .collect()
            })
            .collect();
        Self { relative }
    }

    /// Reads an RFC 4514 string, such as a partner's `tls_client_auth_subject_dn` (RFC 8705 section 2.1.2).
    ///
    /// # Errors
    /// [`MalformedName`], also for an empty string: an empty name identifies nobody.
    pub fn parse(text: &str) -> Result<Self, MalformedName> {
        let mut relative = Vec::new();
        for part in split_unescaped(text, ',') {
            let attributes: Result<Vec<_>, _> = split_unescaped(part, '+')
                .into_iter()
                .map(Attribute::parse)
                .collect();
            relative.push(attributes?);
        }
        relative.reverse();
        Ok(Self { relative })
    }

    /// The common name for people to read, or the whole name where there is none.
    pub fn display_name(&self) -> String {
        self.relative
            .iter()
            .rev()
            .flatten()
            .find_map(|attribute| match &attribute.value {
                Value::Text(text) if attribute.kind == "2.5.4.3" => Some(text.clone()),
                _ => None,
            })
            .unwrap_or_else(|| self.to_string())
    }

    fn comparable(&self) -> Vec<Vec<(&str, Vec<u8>)>> {
        self.relative
            .iter()
            .map(|set| {
                let mut set: Vec<_> = set
                    .iter()
                    .map(|attribute| (attribute.kind.as_str(), attribute.value.comparable()))
                    .collect();
                set.sort();
                set
            })
            .collect()
    }
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.comparable() == other.comparable()
    }
}

impl Eq for DistinguishedName {}

impl Display for DistinguishedName {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (index, set) in self.relative.iter().rev().enumerate() {
            if index > 0 {
                formatter.write_char(',')?;
            }
            for (index, attribute) in set.iter().enumerate() {
                if index > 0 {
                    formatter.write_char('+')?;
                }
                let short = SHORT_NAMES.iter().find(|(kind, _)| *kind == attribute.kind);
                formatter.write_str(short.map_or(attribute.kind.as_str(), |(_, short)| short))?;
                formatter.write_char('=')?;
                attribute.value.fmt(formatter)?;
            }
        }
        Ok(())
    }
}

impl Attribute {
    fn parse(text: &str) -> Result<Self, MalformedName> {
        let (kind, value) = text.split_once('=').ok_or(MalformedName)?;
        let kind = kind.trim();
        let known = SHORT_NAMES
            .iter()
            .find(|(_, short)| short.eq_ignore_ascii_case(kind));
        let dotted = !kind.is_empty()
            && kind
                .split('.')
                .all(|arc| !arc.is_empty() && arc.bytes().all(|octet| octet.is_ascii_digit()));
        let kind = match known {
            Some((dotted, _)) => (*dotted).to_owned(),
            None if dotted => kind.to_owned(),
            None => return Err(MalformedName),
        };
        Ok(Self {
            kind,
            value: Value::parse(value)?,
        })
    }
}

impl Value {
    fn of(any: &Any<'_>) -> Self {
        let data = any.as_bytes();
        let text = match any.tag() {
            Tag::Utf8String
            | Tag::PrintableString
            | Tag::Ia5String
            | Tag::NumericString
            | Tag::VisibleString => std::str::from_utf8(data).ok().map(str::to_owned),
            Tag::BmpString if data.len().is_multiple_of(2) => {
                let units: Vec<u16> = data
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect();
                String::from_utf16(&units).ok()
            }
            // T.61 in name, Latin-1 in what certificates hold.
            Tag::TeletexString => Some(data.iter().map(|octet| char::from(*octet)).collect()),
            _ => None,
        };
        match text {
            Some(text) => Self::Text(text),
            None => Self::Encoded(any.to_der_vec_raw().unwrap_or_else(|_| data.to_vec())),
        }
    }

    /// RFC 4514 section 3, `attributeValue`.
    fn parse(text: &str) -> Result<Self, MalformedName> {
        let text = trim_unescaped(text);
        if let Some(digits) = text.strip_prefix('#') {
            let pairs: Option<Vec<u8>> =
                (digits.len().is_multiple_of(2) && !digits.is_empty() && digits.is_ascii())
                    .then(|| {
                        (0..digits.len())
                            .step_by(2)
                            .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok())
                            .collect()
                    })
                    .flatten();
            return pairs.map(Self::Encoded).ok_or(MalformedName);
        }
        let mut octets = Vec::with_capacity(text.len());
        let mut rest = text.bytes();
        while let Some(octet) = rest.next() {
            match octet {
                b'\\' => {
                    let first = rest.next().ok_or(MalformedName)?;
                    if let Some(high) = hex_digit(first) {
                        let low = rest.next().and_then(hex_digit).ok_or(MalformedName)?;
                        octets.push(high << 4 | low);
                    } else if b" \"#+,;<=>\\".contains(&first) {
                        octets.push(first);
                    } else {
                        return Err(MalformedName);
                    }
                }
                b'"' | b';' | b'<' | b'>' | 0 => return Err(MalformedName),
                other => octets.push(other),
            }
        }
        if octets.is_empty() {
            return Err(MalformedName);
        }
        String::from_utf8(octets)
            .map(Self::Text)
            .map_err(|_| MalformedName)
    }

    fn comparable(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => {
                let folded: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
                // A prefix keeps text apart from encoded values that hold the same octets.
                format!("t{}", folded.join(" ")).into_bytes()
            }
            Self::Encoded(der) => [b"e", der.as_slice()].concat(),
        }
    }
}

impl Display for Value {
    /// RFC 4514 section 2.4, but letters beyond ASCII stay readable. Control characters and those that change
    /// the direction of writing are escaped: whoever made the certificate chose them, and a page shows them.
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Text(text) => text,
            Self::Encoded(der) => {
                formatter.write_char('#')?;
                return der.iter().try_for_each(|octet| write!(formatter, "{octet:02X}"));
            }
        };
        let last = text.chars().count().saturating_sub(1);
        for (index, character) in text.chars().enumerate() {
            match character {
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' => write!(formatter, "\\{character}")?,
                ' ' if index == 0 || index == last => formatter.write_str("\\ ")?,
                '#' if index == 0 => formatter.write_str("\\#")?,
                _ if character.is_control() || changes_direction(character) => {
                    let mut octets = [0; 4];
                    for octet in character.encode_utf8(&mut octets).bytes() {
                        write!(formatter, "\\{octet:02X}")?;
                    }
                }
                _ => formatter.write_char(character)?,
            }
        }
        Ok(())
    }
}

fn changes_direction(character: char) -> bool {
    matches!(character, '\u{200E}' | '\u{200F}' | '\u{061C}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn hex_digit(octet: u8) -> Option<u8> {
    char::from(octet)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Splits at a separator that no backslash precedes.
fn split_unescaped(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if character == separator && !escaped {
            parts.push(&text[start..at]);
            start = at + character.len_utf8();
        }
        escaped = character == '\\' && !escaped;
    }
    parts.push(&text[start..]);
    parts
}

/// Takes away the spaces around a value, but not one that a backslash keeps.
fn trim_unescaped(text: &str) -> &str {
    let text = text.trim_start_matches(' ');
    let trimmed = text.trim_end_matches(' ');
    let backslashes = trimmed.bytes().rev().take_while(|octet| *octet == b'\\').count();
    if backslashes % 2 == 1 && trimmed.len() < text.len() {
        &text[..=trimmed.len()]
    } else {
        trimmed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> DistinguishedName {
        DistinguishedName::parse(text).unwrap()
    }

    #[test]
    fn the_examples_of_rfc_4514_are_read_and_written_back() {
        for text in [
            "UID=jsmith,DC=example,DC=net",
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            "CN=James \\\"Jim\\\" Smith\\, III,DC=example,DC=net",
            "CN=Before\\0DAfter,DC=example,DC=net",
            "1.3.6.1.4.1.1466.0=#04024869",
            "CN=Lučić",
            "CN=\\ leading and trailing\\ ",
            "CN=\\#hash",
        ] {
            assert_eq!(name(text).to_string(), text);
        }
        assert_eq!(name("CN=Lu\\C4\\8Di\\C4\\87"), name("CN=Lučić"));
    }

    #[test]
    fn spelling_does_not_matter_but_content_and_order_do() {
        assert_eq!(
            name("cn = Kaikei  Soft , O=ACME"),
            name("CN=kaikei soft,2.5.4.10=acme")
        );
        assert_eq!(name("OU=Sales+CN=J"), name("CN=J+OU=Sales"));
        assert_ne!(name("CN=a,O=b"), name("O=b,CN=a"));
        assert_ne!(name("CN=a,O=b"), name("CN=a"));
        assert_ne!(name("CN=a\\,O=b"), name("CN=a,O=b"));
        assert_ne!(name("CN=#04024869"), name("CN=\\#04024869"));
    }

    #[test]
    fn broken_names_are_refused() {
        for text in [
            "",
            ",",
            "CN",
            "CN=",
            "=x",
            "nickname=x",
            "CN=a,",
            "CN=#0",
            "CN=#zz",
            "CN=a\\",
            "CN=a\\zb",
            "CN=a;b",
            "CN=\\FF",
        ] {
            assert_eq!(
                DistinguishedName::parse(text).unwrap_err(),
                MalformedName,
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_could_mislead_a_reader_is_escaped() {
        let spoofed = DistinguishedName {
            relative: vec![vec![Attribute {
                kind: "2.5.4.3".to_owned(),
                value: Value::Text("a\u{202E}b\n髙".to_owned()),
            }]],
        };
        assert_eq!(spoofed.to_string(), "CN=a\\E2\\80\\AEb\\0A髙");
    }
}
