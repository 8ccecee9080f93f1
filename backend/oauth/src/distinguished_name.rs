//! Distinguished names, parsed: from text (RFC 4514) and from a certificate, compared by RFC 5280, 7.1.
//! Not here: who issued the certificate and whether it is good; names as mere strings are never compared.

use std::collections::BTreeSet;

use serde::Serialize;
use x509_parser::asn1_rs::{Any, Class, FromDer as _, Tag, ToDer as _};
use x509_parser::x509::X509Name;

/// The longest text that is read, in bytes.
const MAX_TEXT: usize = 2048;

/// Short names of attribute types (RFC 4514, 3, and those that certificates of companies carry).
const SHORT_NAMES: &[(&str, &str)] = &[
    ("CN", "2.5.4.3"),
    ("SN", "2.5.4.4"),
    ("SERIALNUMBER", "2.5.4.5"),
    ("C", "2.5.4.6"),
    ("L", "2.5.4.7"),
    ("ST", "2.5.4.8"),
    ("STREET", "2.5.4.9"),
    ("O", "2.5.4.10"),
    ("OU", "2.5.4.11"),
    ("TITLE", "2.5.4.12"),
    ("BUSINESSCATEGORY", "2.5.4.15"),
    ("POSTALCODE", "2.5.4.17"),
    ("NAME", "2.5.4.41"),
    ("GIVENNAME", "2.5.4.42"),
    ("ORGANIZATIONIDENTIFIER", "2.5.4.97"),
    ("UID", "0.9.2342.19200300.100.1.1"),
    ("DC", "0.9.2342.19200300.100.1.25"),
    ("EMAILADDRESS", "1.2.840.113549.1.9.1"),
];

/// A parsed distinguished name. Two are equal when they have the same attributes with the same values
/// in the same order, whatever the string type, letter case and white space (RFC 5280, 7.1). Unicode
/// normalisation is not applied, so two spellings of one name may differ: that refuses, never admits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DistinguishedName(Vec<BTreeSet<Attribute>>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Attribute {
    oid: String,
    value: Value,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
enum Value {
    Text(String),
    Der(Vec<u8>),
}

/// The text or certificate holds no usable name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed or empty distinguished name")]
pub struct MalformedName;

impl DistinguishedName {
    /// Reads the string form of RFC 4514 (most specific attribute first, as in `CN=a,O=b,C=JP`).
    /// An empty name is refused, because it would match every certificate without a subject.
    pub fn parse(text: &str) -> Result<Self, MalformedName> {
        if text.len() > MAX_TEXT {
            return Err(MalformedName);
        }
        let mut rdns = split(text, ',')?
            .into_iter()
            .map(|rdn| split(rdn, '+')?.into_iter().map(attribute).collect())
            .collect::<Result<Vec<BTreeSet<_>>, _>>()?;
        // RFC 4514, 2.1: the string starts with the last element of the sequence.
        rdns.reverse();
        Self::of(rdns)
    }

    /// Reads the name of a certificate. Of the parsed name only the DER counts: the parser stops silently at what it
    /// cannot read and leaves out the rest, so that a longer name would be taken for a shorter one.
    pub(crate) fn from_x509(name: &X509Name<'_>) -> Result<Self, MalformedName> {
        let rdns = elements(&only(name.as_raw())?, Tag::Sequence)?
            .iter()
            .map(|rdn| elements(rdn, Tag::Set)?.iter().map(Attribute::from_der).collect())
            .collect::<Result<_, _>>()?;
        Self::of(rdns)
    }

    fn of(rdns: Vec<BTreeSet<Attribute>>) -> Result<Self, MalformedName> {
        if rdns.is_empty() || rdns.iter().any(BTreeSet::is_empty) {
            Err(MalformedName)
        } else {
            Ok(Self(rdns))
        }
    }
}

impl Attribute {
    fn from_der(sequence: &Any<'_>) -> Result<Self, MalformedName> {
        match elements(sequence, Tag::Sequence)?.as_slice() {
            [kind, value] if kind.class() == Class::Universal => Ok(Self {
                oid: kind.as_oid().map_err(|_| MalformedName)?.to_id_string(),
                value: Value::from_any(value),
            }),
            _ => Err(MalformedName),
        }
    }
}

/// What these bytes hold and nothing behind it.
fn only(der: &[u8]) -> Result<Any<'_>, MalformedName> {
    match Any::from_der(der) {
        Ok(([], any)) => Ok(any),
        _ => Err(MalformedName),
    }
}

/// What a constructed value holds, to its last byte.
fn elements<'a>(value: &Any<'a>, tag: Tag) -> Result<Vec<Any<'a>>, MalformedName> {
    if value.class() != Class::Universal || !value.header.constructed() || value.tag() != tag {
        return Err(MalformedName);
    }
    let mut rest = value.data;
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let (after, element) = Any::from_der(rest).map_err(|_| MalformedName)?;
        elements.push(element);
        rest = after;
    }
    Ok(elements)
}

impl Value {
    fn text(text: &str) -> Self {
        let folded = text.to_lowercase();
        Self::Text(folded.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn from_any(any: &Any<'_>) -> Self {
        let data = any.data;
        let decoded = match any.tag() {
            _ if any.class() != Class::Universal => None,
            Tag::Utf8String | Tag::PrintableString | Tag::Ia5String | Tag::NumericString => {
                std::str::from_utf8(data).ok().map(str::to_owned)
            }
            Tag::BmpString if data.len().is_multiple_of(2) => {
                let units: Vec<u16> = data
                    .chunks_exact(2)
                    .map(|c| u16::from_be_bytes([c[0], c[1]]))
                    .collect();
                String::from_utf16(&units).ok()
            }
            _ => None,
        };
        match decoded {
            Some(text) => Self::text(&text),
            None => Self::Der(any.to_der_vec().unwrap_or_else(|_| data.to_vec())),
        }
    }
}

/// Splits at separators that are not escaped.
fn split(text: &str, separator: char) -> Result<Vec<&str>, MalformedName> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == separator {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
    }
    if escaped {
        return Err(MalformedName);
    }
    parts.push(&text[start..]);
    Ok(parts)
}

fn attribute(text: &str) -> Result<Attribute, MalformedName> {
    let (name, value) = text.split_once('=').ok_or(MalformedName)?;
    let oid = oid_of(name.trim_matches(' '))?;
    let value = value.trim_start_matches(' ');
    let value = match value.strip_prefix('#') {
        Some(hex) => hex_value(hex.trim_end_matches(' '))?,
        None => Value::text(&unescape(value)?),
    };
    if value == Value::Text(String::new()) {
        return Err(MalformedName);
    }
    Ok(Attribute { oid, value })
}

fn oid_of(name: &str) -> Result<String, MalformedName> {
    if let Some((_, oid)) = SHORT_NAMES
        .iter()
        .find(|(short, _)| short.eq_ignore_ascii_case(name))
    {
        return Ok((*oid).to_owned());
    }
    let arcs: Vec<&str> = name.split('.').collect();
    let number = |arc: &&str| {
        !arc.is_empty()
            && arc.bytes().all(|b| b.is_ascii_digit())
            && (arc.len() == 1 || !arc.starts_with('0'))
    };
    if arcs.len() >= 2 && arcs.iter().all(number) {
        Ok(name.to_owned())
    } else {
        Err(MalformedName)
    }
}

/// `"#" hexstring`: the DER of the value (RFC 4514, 2.4).
fn hex_value(hex: &str) -> Result<Value, MalformedName> {
    let digits: Vec<u8> = hex
        .bytes()
        .map(hex_digit)
        .collect::<Option<_>>()
        .ok_or(MalformedName)?;
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return Err(MalformedName);
    }
    let der: Vec<u8> = digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect();
    Ok(Value::from_any(&only(&der)?))
}

/// Undoes the escapes of RFC 4514, 2.4, and refuses characters that should have been escaped.
fn unescape(text: &str) -> Result<String, MalformedName> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => match (bytes.get(at + 1), bytes.get(at + 2)) {
                (Some(&c), _) if b" \"#+,;<=>\\".contains(&c) => {
                    out.push(c);
                    at += 2;
                }
                (Some(&high), Some(&low)) => {
                    let pair = hex_digit(high).zip(hex_digit(low)).ok_or(MalformedName)?;
                    out.push(pair.0 << 4 | pair.1);
                    at += 3;
                }
                _ => return Err(MalformedName),
            },
            b'"' | b';' | b'<' | b'>' | 0 => return Err(MalformedName),
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).map_err(|_| MalformedName)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn same(a: &str, b: &str) -> bool {
        DistinguishedName::parse(a).unwrap() == DistinguishedName::parse(b).unwrap()
    }

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (a, b) in [
            ("CN=Kaikei,O=Example,C=JP", "cn=kaikei, o=EXAMPLE, c=jp"),
            ("CN=Kaikei", "2.5.4.3=Kaikei"),
            ("CN=Kaikei  Soft ", "CN= kaikei soft"),
            ("CN=a\\, b", "CN=a\\2C b"),
            ("CN=\\E4\\BC\\9A\\E8\\A8\\88", "CN=会計"),
            // UTF8String and PrintableString of the same text.
            ("CN=#0c0141", "CN=#130141"),
            ("CN=#0c0141", "CN=A"),
            ("CN=a+OU=b,O=c", "OU=b+CN=a,O=c"),
        ] {
            assert!(same(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn different_names_differ() {
        for (a, b) in [
            ("CN=a,O=b", "O=b,CN=a"),
            ("CN=a", "CN=a,O=b"),
            ("CN=a\\,O=b", "CN=a,O=b"),
            ("CN=a", "OU=a"),
            ("CN=ab", "CN=a b"),
            ("CN=a+OU=b", "CN=a,OU=b"),
        ] {
            assert!(!same(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn malformed_names_are_refused() {
        let long = format!("CN={}", "a".repeat(MAX_TEXT));
        for text in [
            "",
            " ",
            ",",
            "CN",
            "CN=",
            "CN=a,",
            "=a",
            "X=a",
            "CN=a\\",
            "CN=a\\x",
            "CN=\"a\"",
            "CN=a;O=b",
            "CN=a<b",
            "CN=a\0",
            "1=a",
            "1..2=a",
            "01.2=a",
            "CN=#",
            "CN=#0",
            "CN=#zz",
            "CN=#0c0241",
            "CN=#0c014100",
            "CN=\\FF",
            "CN=a++OU=b",
            &long,
        ] {
            assert_eq!(DistinguishedName::parse(text), Err(MalformedName), "{text:?}");
        }
    }

    #[test]
    fn a_name_in_der_counts_as_a_whole_or_not_at_all() {
        let tlv = |tag: u8, parts: &[&[u8]]| {
            let content = parts.concat();
            [&[tag, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
        };
        let attribute = |value: &[u8]| tlv(0x30, &[&[6, 3, 0x55, 4, 3], value]);
        let (a, b) = (attribute(b"\x0c\x01a"), attribute(b"\x13\x01b"));
        let rdn = |parts: &[&[u8]]| tlv(0x31, parts);
        let read = |name: &[u8]| {
            let (_, parsed) = X509Name::from_der(name).map_err(|_| MalformedName)?;
            DistinguishedName::from_x509(&parsed)
        };
        let whole = tlv(0x30, &[&rdn(&[&a]), &rdn(&[&b])]);
        assert_eq!(read(&whole), DistinguishedName::parse("CN=b,CN=a"));
        let doubled = attribute(b"\x0c\x01a\x0c\x01b");
        let foreign = attribute(b"\x8c\x01a");
        for (what, name) in [
            ("an empty relative name", tlv(0x30, &[&rdn(&[&a]), &rdn(&[])])),
            ("no relative name", tlv(0x30, &[&rdn(&[&a]), b"\x0c\x01b"])),
            ("a cut one", tlv(0x30, &[&rdn(&[&a]), b"\x31\x05"])),
            ("no attribute", tlv(0x30, &[&rdn(&[&a, b"\x0c\x01b"])])),
            ("a cut attribute", tlv(0x30, &[&rdn(&[&a, b"\x30\x05"])])),
            ("two values", tlv(0x30, &[&rdn(&[&doubled])])),
            ("nothing", tlv(0x30, &[])),
        ] {
            assert_eq!(read(&name), Err(MalformedName), "{what}");
        }
        // A value that is no text, although its tag's number is that of one.
        let other = read(&tlv(0x30, &[&rdn(&[&foreign])])).unwrap();
        assert_ne!(Ok(other), DistinguishedName::parse("CN=a"));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "[A-Za-z0-9=,+#\\\\ \"é会.]{0,60}") {
            let _ = DistinguishedName::parse(&text);
        }
    }
}
