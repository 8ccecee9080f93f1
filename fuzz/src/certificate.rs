//! Certificates of any names, written as DER (RFC 5280, 4.1), with a signature that nobody checks.
//! Not here: chains. The listeners judge them before a name counts.

use arbitrary::Arbitrary;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OCTET_STRING: u8 = 0x04;
const BIT_STRING: u8 = 0x03;
const OID: u8 = 0x06;
/// `id-Ed25519`.
const ED25519: [u8; 3] = [0x2b, 0x65, 0x70];
/// `id-ce-subjectAltName`.
const ALTERNATIVE_NAME: [u8; 3] = [0x55, 0x1d, 0x11];

/// An attribute type: the short name in text, and the DER of its identifier.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AttributeType {
    /// `CN`.
    CommonName,
    /// `O`.
    Organization,
    /// `C`.
    Country,
    /// `SERIALNUMBER`.
    SerialNumber,
    /// `DC`.
    DomainComponent,
    /// One without a short name: `1.3.6.1.4.1.311.60.2.1.3`.
    Jurisdiction,
}

impl AttributeType {
    const fn oid(self) -> &'static [u8] {
        match self {
            Self::CommonName => &[0x55, 4, 3],
            Self::Organization => &[0x55, 4, 10],
            Self::Country => &[0x55, 4, 6],
            Self::SerialNumber => &[0x55, 4, 5],
            Self::DomainComponent => &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 0x01, 0x19],
            Self::Jurisdiction => &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 0x3c, 2, 1, 3],
        }
    }

    /// How RFC 4514 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CommonName => "CN",
            Self::Organization => "O",
            Self::Country => "C",
            Self::SerialNumber => "SERIALNUMBER",
            Self::DomainComponent => "dc",
            Self::Jurisdiction => "1.3.6.1.4.1.311.60.2.1.3",
        }
    }
}

/// An attribute's value and its ASN.1 type.
#[derive(Arbitrary, Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// `UTF8String`.
    Utf8(String),
    /// `PrintableString`; it may hold what it should not.
    Printable(String),
    /// `IA5String`; it may hold what it should not.
    Ia5(String),
    /// `BMPString`: UTF-16.
    Bmp(String),
    /// `TeletexString`, whose characters nobody knows: compared as DER.
    Teletex(Vec<u8>),
}

impl AttributeValue {
    /// The DER.
    pub fn der(&self) -> Vec<u8> {
        match self {
            Self::Utf8(text) => tlv(0x0c, text.as_bytes()),
            Self::Printable(text) => tlv(0x13, text.as_bytes()),
            Self::Ia5(text) => tlv(0x16, text.as_bytes()),
            Self::Bmp(text) => tlv(
                0x1e,
                &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>(),
            ),
            Self::Teletex(bytes) => tlv(0x14, bytes),
        }
    }
}

/// An attribute of a relative distinguished name.
pub type Attribute = (AttributeType, AttributeValue);

/// A subject alternative name.
#[derive(Arbitrary, Clone, Debug, PartialEq, Eq)]
pub enum AlternativeName {
    /// `dNSName`.
    Dns(String),
    /// `uniformResourceIdentifier`.
    Uri(String),
    /// `rfc822Name`.
    Email(String),
    /// `iPAddress`.
    Ip(Vec<u8>),
    /// `registeredID`, which nobody can register.
    Registered,
}

impl AlternativeName {
    fn der(&self) -> Vec<u8> {
        match self {
            Self::Email(text) => tlv(0x81, text.as_bytes()),
            Self::Dns(text) => tlv(0x82, text.as_bytes()),
            Self::Uri(text) => tlv(0x86, text.as_bytes()),
            Self::Ip(octets) => tlv(0x87, octets),
            Self::Registered => tlv(0x88, &ED25519),
        }
    }
}

/// A certificate with this subject and these alternative names; `doubled` brings the extension twice.
pub fn with_names(subject: &[Vec<Attribute>], alternatives: &[AlternativeName], doubled: bool) -> Vec<u8> {
    let algorithm = tlv(SEQUENCE, &tlv(OID, &ED25519));
    let validity = tlv(
        SEQUENCE,
        &[tlv(0x17, b"200101000000Z"), tlv(0x17, b"491231235959Z")].concat(),
    );
    let key = tlv(
        SEQUENCE,
        &[
            algorithm.clone(),
            tlv(BIT_STRING, &[[0].as_slice(), &[7; 32]].concat()),
        ]
        .concat(),
    );
    let names: Vec<u8> = alternatives.iter().flat_map(AlternativeName::der).collect();
    let extension = tlv(
        SEQUENCE,
        &[
            tlv(OID, &ALTERNATIVE_NAME),
            tlv(OCTET_STRING, &tlv(SEQUENCE, &names)),
        ]
        .concat(),
    );
    let extensions = match (alternatives.is_empty(), doubled) {
        (true, _) => Vec::new(),
        (false, false) => tlv(0xa3, &tlv(SEQUENCE, &extension)),
        (false, true) => tlv(0xa3, &tlv(SEQUENCE, &extension.repeat(2))),
    };
    let to_be_signed = tlv(
        SEQUENCE,
        &[
            tlv(0xa0, &tlv(2, &[2])),
            tlv(2, &[1]),
            algorithm.clone(),
            name(&[vec![(
                AttributeType::CommonName,
                AttributeValue::Utf8("An issuer".to_owned()),
            )]]),
            validity,
            name(subject),
            key,
            extensions,
        ]
        .concat(),
    );
    let signature = tlv(BIT_STRING, &[0; 65]);
    tlv(SEQUENCE, &[to_be_signed, algorithm, signature].concat())
}

fn name(rdns: &[Vec<Attribute>]) -> Vec<u8> {
    let attribute = |(kind, value): &Attribute| tlv(SEQUENCE, &[tlv(OID, kind.oid()), value.der()].concat());
    let rdn = |rdn: &Vec<Attribute>| tlv(SET, &rdn.iter().flat_map(attribute).collect::<Vec<_>>());
    tlv(SEQUENCE, &rdns.iter().flat_map(rdn).collect::<Vec<_>>())
}

/// Tag, length, value (X.690, 8.1).
fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = value.len().to_be_bytes();
    let significant = &length[length.iter().take_while(|byte| **byte == 0).count()..];
    match significant {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | u8::try_from(long.len()).unwrap());
            out.extend(long);
        }
    }
    out.extend(value);
    out
}
