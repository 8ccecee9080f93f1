//! The colours that an institution may set, which are those of style/tokens.css that show who it is.
//! Not here: whether they can be read (`contrast`).

use super::InstitutionError;
use super::contrast;
use super::scheme::{Colour, Scheme};
use serde::Deserialize;

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
