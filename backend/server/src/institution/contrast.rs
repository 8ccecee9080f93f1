//! Whether colours can be told apart: each pair that stands on the pages, against WCAG 2.2 (1.4.3, 1.4.11).
//! Not here: where the colours come from (`colours`).

use super::InstitutionError;
use super::scheme::{Colour, Scheme};
use palette::color_difference::Wcag21RelativeContrast as _;

/// What text needs.
const TEXT: f32 = 4.5;
/// What borders and signs need.
const SIGN: f32 = 3.0;

/// What no institution sets: the rest of style/tokens.css, as far as it meets an institution's colours.
pub(super) struct Ground {
    name: &'static str,
    pub(super) default: Scheme,
    surface: Colour,
    pub(super) surface_quiet: Colour,
    field_surface: Colour,
    text: Colour,
    text_strong: Colour,
    text_muted: Colour,
}

pub(super) const LIGHT: Ground = Ground {
    name: "light",
    default: Scheme {
        primary: Colour::new(0x00, 0x17, 0xc1),
        primary_hover: Colour::new(0x00, 0x11, 0x8f),
        primary_active: Colour::new(0x00, 0x00, 0x60),
        on_primary: Colour::new(0xff, 0xff, 0xff),
        primary_tint: Colour::new(0xe8, 0xf1, 0xfe),
        surface_strip: Colour::new(0xe8, 0xf1, 0xfe),
        selected: Colour::new(0xd9, 0xe6, 0xff),
    },
    surface: Colour::new(0xff, 0xff, 0xff),
    surface_quiet: Colour::new(0xf2, 0xf2, 0xf2),
    field_surface: Colour::new(0xff, 0xff, 0xff),
    text: Colour::new(0x33, 0x33, 0x33),
    text_strong: Colour::new(0x1a, 0x1a, 0x1a),
    text_muted: Colour::new(0x66, 0x66, 0x66),
};

pub(super) const DARK: Ground = Ground {
    name: "dark",
    default: Scheme {
        primary: Colour::new(0x9d, 0xb7, 0xf9),
        primary_hover: Colour::new(0xb8, 0xcb, 0xfb),
        primary_active: Colour::new(0xd9, 0xe6, 0xff),
        on_primary: Colour::new(0x00, 0x09, 0x3f),
        primary_tint: Colour::new(0x1c, 0x25, 0x40),
        surface_strip: Colour::new(0x1c, 0x22, 0x33),
        selected: Colour::new(0x22, 0x30, 0x5c),
    },
    surface: Colour::new(0x16, 0x18, 0x1d),
    surface_quiet: Colour::new(0x22, 0x25, 0x2c),
    field_surface: Colour::new(0x0f, 0x11, 0x15),
    text: Colour::new(0xe2, 0xe4, 0xe9),
    text_strong: Colour::new(0xf5, 0xf6, 0xf8),
    text_muted: Colour::new(0xb0, 0xb5, 0xc0),
};

type Named = (&'static str, Colour);

/// Refuses the first pair that cannot be told apart.
pub(super) fn check(ground: &Ground, scheme: &Scheme) -> Result<(), InstitutionError> {
    for (front, back, needed) in pairs(ground, scheme) {
        let [one, other] = [front.1, back.1].map(|colour| colour.0.into_format::<f32>());
        let measured = one.relative_contrast(other);
        if measured < needed {
            return Err(InstitutionError::Contrast {
                scheme: ground.name,
                front: front.0,
                back: back.0,
                measured,
                needed,
            });
        }
    }
    Ok(())
}

/// Every pair that stands on the pages.
fn pairs(ground: &Ground, scheme: &Scheme) -> Vec<(Named, Named, f32)> {
    let primary = ("primary", scheme.primary);
    let hover = ("primary_hover", scheme.primary_hover);
    let active = ("primary_active", scheme.primary_active);
    let on_primary = ("on_primary", scheme.on_primary);
    let surface = ("surface", ground.surface);
    let quiet = ("surface_quiet", ground.surface_quiet);
    let tints = [
        ("primary_tint", scheme.primary_tint),
        ("surface_strip", scheme.surface_strip),
        ("selected", scheme.selected),
    ];
    let texts = [
        ("text", ground.text),
        ("text_strong", ground.text_strong),
        ("text_muted", ground.text_muted),
    ];
    let buttons = [primary, hover, active].map(|back| (on_primary, back, TEXT));
    let links = [primary, hover]
        .into_iter()
        .flat_map(|front| [surface, quiet, tints[0]].map(|back| (front, back, TEXT)));
    let texts = texts
        .into_iter()
        .flat_map(|front| tints.map(|back| (front, back, TEXT)));
    let signs = [("field_surface", ground.field_surface), tints[2]].map(|back| (primary, back, SIGN));
    buttons
        .into_iter()
        .chain(links)
        .chain(texts)
        .chain(signs)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    const TOKENS: &str = include_str!("../../../../style/tokens.css");

    /// The values of the style sheet, `var(…)` followed; in the dark scheme where `dark`.
    fn tokens(dark: bool) -> BTreeMap<&'static str, &'static str> {
        let (light, dark_scheme) = TOKENS.split_once("prefers-color-scheme: dark").unwrap();
        let text = [light, if dark { dark_scheme } else { "" }];
        let declared = text.into_iter().flat_map(str::lines).filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": ")?;
            Some((name, value.trim_end_matches(';')))
        });
        let declared: BTreeMap<_, _> = declared.collect();
        let value = |name: &&'static str| {
            let mut value = declared[*name];
            while let Some(other) = value.strip_prefix("var(--") {
                value = declared[other.trim_end_matches(')')];
            }
            value
        };
        declared.keys().map(|name| (*name, value(name))).collect()
    }

    #[test]
    fn the_colours_are_those_of_the_style_sheet() {
        for ground in [LIGHT, DARK] {
            let tokens = tokens(ground.name == "dark");
            let fixed = [
                ("surface", ground.surface),
                ("surface-quiet", ground.surface_quiet),
                ("field-surface", ground.field_surface),
                ("text", ground.text),
                ("text-strong", ground.text_strong),
                ("text-muted", ground.text_muted),
            ];
            for (name, colour) in ground.default.tokens().into_iter().chain(fixed) {
                assert_eq!(colour.to_string(), tokens[name], "{} {name}", ground.name);
            }
        }
    }

    #[test]
    fn the_default_can_be_read() {
        for ground in [LIGHT, DARK] {
            check(&ground, &ground.default).unwrap();
        }
    }

    #[test]
    fn each_colour_is_held_against_what_it_meets() {
        type Which = fn(&mut Scheme) -> &mut Colour;
        let cases: [(Which, &str, &str); 7] = [
            (|scheme| &mut scheme.primary, "on_primary", "primary"),
            (|scheme| &mut scheme.primary_hover, "on_primary", "primary_hover"),
            (
                |scheme| &mut scheme.primary_active,
                "on_primary",
                "primary_active",
            ),
            (|scheme| &mut scheme.on_primary, "on_primary", "primary"),
            (|scheme| &mut scheme.primary_tint, "primary", "primary_tint"),
            (|scheme| &mut scheme.surface_strip, "text", "surface_strip"),
            (|scheme| &mut scheme.selected, "text", "selected"),
        ];
        for (which, front, back) in cases {
            let mut scheme = LIGHT.default;
            *which(&mut scheme) = Colour::new(0x80, 0x80, 0x80);
            let error = check(&LIGHT, &scheme).unwrap_err().to_string();
            assert!(error.contains(&format!(": {front} on {back} has")), "{error}");
        }
    }

    #[test]
    fn contrast_is_measured_as_wcag_says() {
        let white = palette::Srgb::new(1.0_f32, 1.0, 1.0);
        let black = palette::Srgb::new(0.0_f32, 0.0, 0.0);
        assert!((white.relative_contrast(black) - 21.0).abs() < 0.01);
    }
}
