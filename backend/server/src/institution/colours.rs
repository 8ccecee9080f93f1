//! The colours that an institution may set, which are those of style/tokens.css that show who it is.
//! Not here: whether they can be read (`contrast`).

use super::InstitutionError;
use super::contrast;
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

/// Both schemes: who sets one sees to the other, or customers would meet two institutions.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Colours {
    light: Settings,
    dark: Settings,
}

/// What is set of a scheme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    primary: Colour,
    primary_hover: Option<Colour>,
    primary_active: Option<Colour>,
    on_primary: Option<Colour>,
    primary_tint: Option<Colour>,
    surface_strip: Option<Colour>,
    selected: Option<Colour>,
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

impl Settings {
    /// With a grey for each tint that is not set: the default's are tints of its own blue.
    fn over(&self, default: &Scheme, grey: Colour) -> Scheme {
        Scheme {
            primary: self.primary,
            primary_hover: self.primary_hover.unwrap_or(self.primary),
            primary_active: self.primary_active.unwrap_or(self.primary),
            on_primary: self.on_primary.unwrap_or(default.on_primary),
            primary_tint: self.primary_tint.unwrap_or(grey),
            surface_strip: self.surface_strip.unwrap_or(grey),
            selected: self.selected.unwrap_or(grey),
        }
    }
}

impl Scheme {
    /// The names in style/tokens.css.
    pub(super) fn tokens(&self) -> [(&'static str, Colour); 7] {
        [
            ("primary", self.primary),
            ("primary-hover", self.primary_hover),
            ("primary-active", self.primary_active),
            ("on-primary", self.on_primary),
            ("primary-tint", self.primary_tint),
            ("surface-strip", self.surface_strip),
            ("selected", self.selected),
        ]
    }

    fn rule(&self) -> String {
        let tokens = self.tokens().map(|(name, colour)| format!("--{name}:{colour};"));
        format!(":root{{{}}}", tokens.concat())
    }
}

impl Colours {
    fn light(&self) -> Scheme {
        let ground = &contrast::LIGHT;
        self.light.over(&ground.default, ground.surface_quiet)
    }

    fn dark(&self) -> Scheme {
        let ground = &contrast::DARK;
        self.dark.over(&ground.default, ground.surface_quiet)
    }

    /// Whether every customer can read what stands in them.
    pub(super) fn check(&self) -> Result<(), InstitutionError> {
        contrast::check(&contrast::LIGHT, &self.light())?;
        contrast::check(&contrast::DARK, &self.dark())
    }

    /// The main colour on white.
    pub(super) const fn on_white(&self) -> Colour {
        self.light.primary
    }

    /// The style sheet that sets them, to be linked after the pages' own.
    pub(super) fn style_sheet(&self) -> String {
        let (light, dark) = (self.light().rule(), self.dark().rule());
        format!("@layer tokens{{{light}@media (prefers-color-scheme: dark){{{dark}}}}}\n")
    }
}
