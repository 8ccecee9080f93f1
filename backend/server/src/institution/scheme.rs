//! A colour, and the colours of a scheme that are an institution's own.
//! Not here: who sets them (`colours`), and whether they can be read (`contrast`).

use palette::Srgb;
use serde::Deserialize;
use std::fmt;

/// A colour, `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Colour(pub(super) Srgb<u8>);

impl Colour {
    pub(super) const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self(Srgb::new(red, green, blue))
    }
}

impl TryFrom<String> for Colour {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let whole = text.len() == 7 && text.starts_with('#');
        let colour = whole.then(|| text.parse().ok()).flatten();
        colour
            .map(Self)
            .ok_or_else(|| format!("{text} is no colour; one is written as #rrggbb"))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Srgb { red, green, blue, .. } = self.0;
        write!(formatter, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The institution's colours of a scheme, all of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scheme {
    pub(super) primary: Colour,
    pub(super) primary_hover: Colour,
    pub(super) primary_active: Colour,
    pub(super) on_primary: Colour,
    pub(super) primary_tint: Colour,
    pub(super) surface_strip: Colour,
    pub(super) selected: Colour,
}
