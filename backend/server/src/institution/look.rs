//! What the pages' files are for this institution: made once at the start, never per request.
//! Not here: how files are answered (`crate::web::spa`).

use super::Institution;
use anyhow::{Context as _, bail};
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use maud::html;
use renkei_shared::vocabulary::Language;
use std::io::Write as _;

/// Brotli's own scale, 0 to 11, and the largest window that browsers are sure to know.
const BROTLI: (u32, u32) = (11, 22);
const BUFFER: usize = 16 * 1024;

/// A file in each encoding.
pub(crate) struct File {
    /// As it is.
    pub(crate) plain: Bytes,
    /// Brotli.
    pub(crate) brotli: Bytes,
    /// Gzip.
    pub(crate) gzip: Bytes,
}

impl File {
    fn compress(text: String) -> anyhow::Result<Self> {
        let mut brotli = brotli::CompressorWriter::new(Vec::new(), BUFFER, BROTLI.0, BROTLI.1);
        brotli.write_all(text.as_bytes())?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(text.as_bytes())?;
        Ok(Self {
            brotli: brotli.into_inner().into(),
            gzip: gzip.finish()?.into(),
            plain: text.into(),
        })
    }
}

/// The institution's own files; what is absent is as it is embedded.
pub(crate) struct Look {
    /// The static shell.
    pub(crate) shell: Option<File>,
    /// The style sheet that sets its colours, with its address.
    pub(crate) style: Option<(String, File)>,
}

impl Look {
    /// Makes them from the embedded shell, which says what the default institution is.
    pub(crate) fn of(institution: &Institution, embedded: Option<&str>) -> anyhow::Result<Self> {
        let style = institution.colours.as_ref().map(|colours| {
            let text = colours.style_sheet();
            let hash = hex::encode(digest(&SHA256, text.as_bytes()));
            let hash: String = hash.chars().take(16).collect();
            anyhow::Ok((format!("/assets/institution-{hash}.css"), File::compress(text)?))
        });
        let style = style.transpose()?;
        let address = style.as_ref().map(|(address, _)| address.as_str());
        let shell = match embedded {
            Some(embedded) if *institution != Institution::default() => {
                let shell = shell(embedded, institution, address).context("the embedded shell")?;
                Some(File::compress(shell)?)
            }
            _ => None,
        };
        Ok(Self { shell, style })
    }
}

/// The shell with this institution's texts in the places of the default's. Each must occur: otherwise somebody changed
/// frontend/index.html, and customers would read another institution's name.
fn shell(embedded: &str, institution: &Institution, style: Option<&str>) -> anyhow::Result<String> {
    let default = Institution::default();
    let mut text = embedded.to_owned();
    for language in [Language::Ja, Language::En] {
        let tag = language.tag();
        replace(
            &mut text,
            default.name.of(language),
            &escaped(institution.name.of(language)),
        )?;
        let lines = [
            ("contact", institution.contact_text(language)),
            ("help", institution.help_text(language).map(str::to_owned)),
        ];
        for (name, line) in lines {
            let place = format!("data-institution=\"{name}-{tag}\"");
            let (empty, filled) = (format!("{place} hidden>"), line.as_deref().map(escaped));
            let filled = filled.map_or_else(|| empty.clone(), |line| format!("{place}>{line}"));
            replace(&mut text, &empty, &filled)?;
        }
    }
    if let Some(address) = style {
        let link = html! { link rel="stylesheet" href=(address); }.into_string();
        // After the pages' own, over which it goes.
        replace(&mut text, "</head>", &format!("{link}\n</head>"))?;
    }
    Ok(text)
}

fn replace(text: &mut String, from: &str, to: &str) -> anyhow::Result<()> {
    if !text.contains(from) {
        bail!("it does not hold {from}");
    }
    *text = text.replace(from, to);
    Ok(())
}

fn escaped(text: &str) -> String {
    html! { (text) }.into_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As front-end developers see it; `cargo xtask spa` changes other lines of it.
    const SHELL: &str = include_str!("../../../../frontend/index.html");

    fn institution(text: &str) -> Institution {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn the_default_needs_no_file_of_its_own() {
        let look = Look::of(&Institution::default(), Some(SHELL)).unwrap();
        assert!(look.shell.is_none() && look.style.is_none());
    }

    #[test]
    fn the_shell_speaks_of_this_institution_and_of_no_other() {
        let look = Look::of(
            &institution(
                r##"
                name = { ja = "石狩<しんくみ>", en = "Ishikari & Co" }
                contact = { name = { ja = "窓口", en = "Counter" }, telephone = "0133", hours = { ja = "平日", en = "weekdays" } }
                colours = { light = { primary = "#0b5d2a" }, dark = { primary = "#8fd7a8" } }
                "##,
            ),
            Some(SHELL),
        )
        .unwrap();
        let shell = look.shell.unwrap();
        let text = std::str::from_utf8(&shell.plain).unwrap();
        assert!(text.contains("｜石狩&lt;しんくみ&gt;</title>"), "{text}");
        assert!(text.contains("Ishikari &amp; Co"));
        assert!(!text.contains("空知") && !text.contains("Sorachi"));
        assert!(text.contains("data-institution=\"contact-ja\">お問い合わせ：窓口　電話 0133（平日）</p>"));
        assert!(text.contains("data-institution=\"help-en\" hidden></p>"));
        let (address, style) = look.style.unwrap();
        let own = text.find(&address).unwrap();
        assert!(own > text.find("tokens.css").unwrap(), "after the pages' own");
        let style = std::str::from_utf8(&style.plain).unwrap();
        assert!(style.contains(":root{--primary:#0b5d2a;"), "{style}");
        assert!(style.contains("dark){:root{--primary:#8fd7a8;"), "{style}");
    }

    #[test]
    fn compressed_files_hold_the_same() {
        let file = File::compress("空知しんくみ".repeat(100)).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut file.brotli.as_ref(), &mut unpacked).unwrap();
        assert_eq!(unpacked, file.plain);
        assert_eq!(file.gzip[..2], [0x1F, 0x8B]);
    }

    #[test]
    fn a_shell_that_lost_its_places_is_noticed() {
        let another = institution("name = { ja = \"a\", en = \"b\" }");
        assert!(Look::of(&another, Some("<head></head>")).is_err());
        assert!(Look::of(&another, None).unwrap().shell.is_none());
    }
}
