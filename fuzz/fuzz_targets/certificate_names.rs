//! Names of certificates, as registered in text and as shown in DER (RFC 4514; RFC 5280, 4.1.2.6 and 4.2.1.6; RFC 8705, 2.1).
//! Not here: chains and keys.
#![no_main]

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use arbitrary::{Arbitrary, Unstructured};
use aws_lc_rs::digest::{SHA256, digest};
use http::HeaderMap;
use libfuzzer_sys::{Corpus, fuzz_target};
use renkei_fuzz::certificate::{AlternativeName, Attribute, AttributeType, AttributeValue, with_names};
use renkei_fuzz::{NOW, clients};
use renkei_oauth::client_authentication::{Authentication, PresentedCredentials};
use renkei_oauth::distinguished_name::DistinguishedName;
use renkei_oauth::mutual_tls::{
    CertificateSubject, CertificateThumbprint, MalformedSubject, PeerCertificate, RegisteredCertificates,
    VerifiedChain,
};
use renkei_oauth::parameters::Parameters;
use serde_json::json;

/// A subject, at most this many relative names of at most this many attributes.
const MAX_NAMES: usize = 4;

fuzz_target!(
    init: {
        let subject = vec![vec![(AttributeType::CommonName, AttributeValue::Utf8("Kaikei".to_owned()))]];
        let names = [AlternativeName::Dns("a.example".to_owned()), AlternativeName::Ip(vec![192, 0, 2, 7])];
        let certificate = with_names(&subject, &names, false);
        for good in [
            CertificateSubject::distinguished_name("cn=kaikei"),
            CertificateSubject::dns("A.example"),
            CertificateSubject::ip("192.0.2.7"),
        ] {
            assert!(is_admitted(good.unwrap(), &certificate), "a good certificate must get through");
        }
    },
    |input: &[u8]| -> Corpus {
        match input {
            // A text, as somebody registers it.
            [b'T', rest @ ..] => match std::str::from_utf8(rest) {
                Ok(text) => check_text(text),
                Err(_) => return Corpus::Reject,
            },
            // A certificate, as it comes out of the handshake.
            [b'C', rest @ ..] => check_der(rest),
            // Names, of which a certificate and a registration are made.
            [b'N', rest @ ..] => match Names::arbitrary(&mut Unstructured::new(rest)) {
                Ok(names) => check_names(&names),
                Err(_) => return Corpus::Reject,
            },
            _ => return Corpus::Reject,
        }
        Corpus::Keep
    }
);

/// Whether a client that registered this subject is authenticated by this certificate.
fn is_admitted(subject: CertificateSubject, der: &[u8]) -> bool {
    let certificate = PeerCertificate::from_handshake(der).expect("a well-formed certificate");
    let form = Parameters::from_pairs([("client_id", "tls")]).unwrap();
    let credentials = PresentedCredentials::extract(&HeaderMap::new(), &form, Some(&certificate)).unwrap();
    let client = clients::with_subject(subject);
    let verify = |chain: Option<&VerifiedChain>| {
        credentials.verify(Some(Arc::clone(&client)), chain, clients::issuer(), NOW)
    };
    assert!(verify(None).is_err(), "admitted without a good chain");
    let chain = VerifiedChain::judge(certificate.clone(), |_| Ok::<(), ()>(())).unwrap();
    matches!(verify(Some(&chain)), Ok(Authentication::Complete(_)))
}

fn check_text(text: &str) {
    type Reader = fn(&str) -> Result<CertificateSubject, MalformedSubject>;
    // Forms that are compared without regard to the case of ASCII letters.
    let folded: [Reader; 2] = [CertificateSubject::distinguished_name, CertificateSubject::dns];
    for read in folded {
        let subject = read(text);
        assert_eq!(subject, read(&text.to_ascii_uppercase()));
        assert_eq!(subject, read(&text.to_ascii_lowercase()));
    }
    assert_eq!(
        DistinguishedName::parse(text).is_ok(),
        CertificateSubject::distinguished_name(text).is_ok()
    );
    // What can be registered is found in a certificate that has it, and in none that has another.
    let other = |text: &str| format!("x{text}");
    let cases = [
        (
            CertificateSubject::dns(text),
            AlternativeName::Dns(text.to_owned()),
            AlternativeName::Dns(other(text)),
        ),
        (
            CertificateSubject::uri(text),
            AlternativeName::Uri(text.to_owned()),
            AlternativeName::Uri(other(text)),
        ),
        (
            CertificateSubject::email(text),
            AlternativeName::Email(text.to_owned()),
            AlternativeName::Email(other(text)),
        ),
    ];
    for (subject, same, another) in cases {
        let Ok(subject) = subject else { continue };
        assert!(text.is_ascii() && !text.contains(['\0', '\n', ' ']));
        assert!(is_admitted(
            subject.clone(),
            &with_names(&[], std::slice::from_ref(&same), false)
        ));
        assert!(!is_admitted(subject.clone(), &with_names(&[], &[another], false)));
        assert!(
            !is_admitted(subject, &with_names(&[], &[same], true)),
            "a doubled extension names nobody"
        );
    }
    if let Ok(subject) = CertificateSubject::ip(text) {
        let address: IpAddr = text.parse().unwrap();
        let octets = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        assert_eq!(
            CertificateSubject::ip(&address.to_string()).as_ref(),
            Ok(&subject)
        );
        assert!(is_admitted(
            subject.clone(),
            &with_names(&[], &[AlternativeName::Ip(octets.clone())], false)
        ));
        assert!(!is_admitted(
            subject,
            &with_names(&[], &[AlternativeName::Ip([octets, vec![0]].concat())], false)
        ));
    }
}

fn check_der(der: &[u8]) {
    let Ok(certificate) = PeerCertificate::from_handshake(der) else {
        return;
    };
    assert_eq!(certificate.der(), der);
    let thumbprint = certificate.thumbprint();
    assert_eq!(thumbprint.as_bytes().as_slice(), digest(&SHA256, der).as_ref());
    assert_eq!(
        CertificateThumbprint::parse(&thumbprint.to_base64url()),
        Some(thumbprint)
    );
    let trailing = [der, &[0]].concat();
    assert!(
        PeerCertificate::from_handshake(&trailing).is_err(),
        "accepted with trailing bytes"
    );
    // Nobody has registered these names.
    for subject in [
        CertificateSubject::distinguished_name("CN=nobody,O=nowhere,L=7d1f"),
        CertificateSubject::dns("nobody.7d1f.example"),
    ] {
        assert!(!is_admitted(subject.unwrap(), der));
    }
    // One that stands in a key set must be of the key that it stands with.
    let key = json!({"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "x5c": ["AAAA"]});
    assert!(RegisteredCertificates::from_keys(&[key]).is_err());
}

/// A certificate's names, and a change to them before they are registered.
#[derive(Arbitrary, Debug)]
struct Names {
    subject: Vec<Vec<Attribute>>,
    alternatives: Vec<AlternativeName>,
    doubled: bool,
    change: Change,
    spelling: Spelling,
    asked: Option<AlternativeName>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Change {
    None,
    DropFirst,
    DropLast,
    Reverse,
    RepeatLast,
    OtherType,
    Longer,
    Merge,
}

/// How the text is written, where RFC 4514 leaves a choice.
#[expect(clippy::struct_excessive_bools, reason = "four choices")]
#[derive(Arbitrary, Clone, Copy, Debug)]
struct Spelling {
    upper: bool,
    spaces: bool,
    hexadecimal: bool,
    der: bool,
}

/// A name as it is compared: by my own reading of RFC 5280, 7.1.
type Compared = Vec<BTreeSet<(AttributeType, Result<String, Vec<u8>>)>>;

fn check_names(names: &Names) {
    let subject: Vec<Vec<Attribute>> = names.subject.iter().take(MAX_NAMES).cloned().collect();
    let subject: Vec<Vec<Attribute>> = subject
        .into_iter()
        .map(|rdn| rdn.into_iter().take(MAX_NAMES).collect())
        .collect();
    let certificate = with_names(&subject, &names.alternatives, names.doubled);
    let changed = changed(&subject, names.change);
    let registered = compared(&changed);
    let is_blank =
        |(_, value): &(AttributeType, Result<String, Vec<u8>>)| value.as_ref().is_ok_and(String::is_empty);
    let is_name = !registered.is_empty()
        && registered
            .iter()
            .all(|rdn| !rdn.is_empty() && !rdn.iter().any(is_blank));
    let text = written(&changed, names.spelling);
    if text.len() <= 2048 {
        let read = CertificateSubject::distinguished_name(&text);
        assert_eq!(read.is_ok(), is_name, "{text:?}");
        if let Ok(read) = read {
            let same = registered == compared(&subject);
            assert_eq!(
                is_admitted(read, &certificate),
                same,
                "{text:?} against {subject:?}"
            );
        }
    }
    if let Some(asked) = &names.asked {
        check_alternative(asked, names, &certificate);
    }
}

fn changed(subject: &[Vec<Attribute>], change: Change) -> Vec<Vec<Attribute>> {
    let mut changed = subject.to_vec();
    let last = changed.last().cloned();
    match change {
        Change::None => {}
        Change::DropFirst => drop(changed.drain(..changed.len().min(1))),
        Change::DropLast => drop(changed.pop()),
        Change::Reverse => changed.reverse(),
        Change::RepeatLast => changed.extend(last),
        Change::OtherType => {
            if let Some((kind, _)) = changed.first_mut().and_then(|rdn| rdn.first_mut()) {
                *kind = AttributeType::Jurisdiction;
            }
        }
        Change::Longer => {
            if let Some((_, AttributeValue::Utf8(text))) = changed.first_mut().and_then(|rdn| rdn.first_mut())
            {
                text.push('x');
            }
        }
        Change::Merge => changed = vec![changed.concat()],
    }
    changed
}

fn compared(rdns: &[Vec<Attribute>]) -> Compared {
    let value = |value: &AttributeValue| match value {
        AttributeValue::Utf8(text)
        | AttributeValue::Printable(text)
        | AttributeValue::Ia5(text)
        | AttributeValue::Bmp(text) => Ok(text
            .to_lowercase()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")),
        AttributeValue::Teletex(_) => Err(value.der()),
    };
    rdns.iter()
        .map(|rdn| rdn.iter().map(|(kind, text)| (*kind, value(text))).collect())
        .collect()
}

/// The string form of RFC 4514.
fn written(rdns: &[Vec<Attribute>], spelling: Spelling) -> String {
    let (comma, plus, equals) = if spelling.spaces {
        (" , ", " + ", " = ")
    } else {
        (",", "+", "=")
    };
    let attribute = |(kind, value): &Attribute| {
        let name = if spelling.upper {
            kind.name().to_uppercase()
        } else {
            kind.name().to_owned()
        };
        format!("{name}{equals}{}", value_text(value, spelling))
    };
    let rdn = |rdn: &Vec<Attribute>| rdn.iter().map(attribute).collect::<Vec<_>>().join(plus);
    rdns.iter().rev().map(rdn).collect::<Vec<_>>().join(comma)
}

fn value_text(value: &AttributeValue, spelling: Spelling) -> String {
    let hexadecimal = |bytes: &[u8], mark: &str| {
        let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
        digits
            .flat_map(|digits| [mark.to_owned(), digits])
            .collect::<String>()
    };
    let text = match value {
        AttributeValue::Teletex(_) => return format!("#{}", hexadecimal(&value.der(), "")),
        _ if spelling.der => return format!("#{}", hexadecimal(&value.der(), "")),
        AttributeValue::Utf8(text)
        | AttributeValue::Printable(text)
        | AttributeValue::Ia5(text)
        | AttributeValue::Bmp(text) => text,
    };
    if spelling.hexadecimal {
        return hexadecimal(text.as_bytes(), "\\");
    }
    text.chars()
        .map(|c| match c {
            ' ' | '"' | '#' | '+' | ',' | ';' | '<' | '=' | '>' | '\\' => format!("\\{c}"),
            '\0' => "\\00".to_owned(),
            _ => c.to_string(),
        })
        .collect()
}

fn check_alternative(asked: &AlternativeName, names: &Names, certificate: &[u8]) {
    let subject = match asked {
        AlternativeName::Dns(text) => CertificateSubject::dns(text),
        AlternativeName::Uri(text) => CertificateSubject::uri(text),
        AlternativeName::Email(text) => CertificateSubject::email(text),
        AlternativeName::Ip(octets) => match address(octets) {
            Some(address) => CertificateSubject::ip(&address.to_string()),
            None => return,
        },
        AlternativeName::Registered => return,
    };
    let Ok(subject) = subject else { return };
    let is_same = |name: &AlternativeName| match (asked, name) {
        (AlternativeName::Dns(asked), AlternativeName::Dns(name)) => asked.eq_ignore_ascii_case(name),
        (AlternativeName::Email(asked), AlternativeName::Email(name)) => {
            let (asked, name) = (asked.rsplit_once('@'), name.rsplit_once('@'));
            let same = |((local, domain), (other, other_domain)): ((&str, &str), (&str, &str))| {
                local == other && domain.eq_ignore_ascii_case(other_domain)
            };
            asked.zip(name).is_some_and(same)
        }
        (asked, name) => asked == name,
    };
    let expected = !names.doubled && names.alternatives.iter().any(is_same);
    let is_ascii = |name: &AlternativeName| match name {
        AlternativeName::Dns(text) | AlternativeName::Uri(text) | AlternativeName::Email(text) => {
            text.is_ascii()
        }
        AlternativeName::Ip(octets) => address(octets).is_some(),
        AlternativeName::Registered => true,
    };
    let admitted = is_admitted(subject, certificate);
    assert!(
        expected || !admitted,
        "{asked:?} is not among {:?}",
        names.alternatives
    );
    // A malformed name may make the whole extension unreadable: that refuses, never admits.
    if names.alternatives.iter().all(is_ascii) {
        assert_eq!(admitted, expected, "{asked:?} among {:?}", names.alternatives);
    }
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    v4.or(<[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
}
