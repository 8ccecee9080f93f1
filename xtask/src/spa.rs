//! `cargo xtask spa`: the front end for release, in target/spa, where the server embeds it from.
//! Not here: how front-end developers build while they work (trunk, Trunk.toml).

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use aws_lc_rs::digest::{SHA256, digest};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

use crate::interrupt::Interrupt;
use crate::workspace::Workspace;
use crate::{files, toolchain};

/// Raise it when this file makes something else from the same inputs.
const EDITION: &str = "1";
const MODULE: &str = "renkei-frontend";
/// Brotli's own scale, 0 to 11.
const BROTLI_QUALITY: u32 = 11;
/// 2 to the power of 22 octets, the largest window that browsers are sure to know.
const BROTLI_WINDOW: u32 = 22;
const BUFFER: usize = 64 * 1024;

/// Builds the front end, unless it is there already, made from the same inputs.
pub(crate) fn build(workspace: &Workspace, interrupt: &Interrupt) -> Result<()> {
    println!("Building the front end (the first time takes some minutes)");
    // A test and a demo may ask at the same time.
    let lock = workspace.target().join("spa.lock");
    fs::create_dir_all(workspace.target())?;
    let lock = fs::File::create(&lock).with_context(|| format!("cannot open {}", lock.display()))?;
    lock.lock().context("cannot lock the front end")?;
    let mut cargo = toolchain::cargo(workspace);
    cargo.args(["build", "--package", MODULE, "--bin", MODULE]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--profile", "wasm-release"]);
    let built = toolchain::build(&mut cargo, interrupt)?;
    let wasm = toolchain::program(&built, &format!("{MODULE}.wasm"))?;

    let sources = Sources::read(workspace, &wasm)?;
    let stamp = sources.stamp();
    let stamp_file = workspace.target().join("spa.stamp");
    let folder = workspace.spa();
    if folder.join("index.html").is_file() && fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        println!("The front end in {} is up to date", folder.display());
        return Ok(());
    }
    let site = sources.assemble()?;
    let weight = site.write(&folder)?;
    files::write_public(&stamp_file, stamp.as_bytes())?;
    println!("The front end is in {}: {weight}", folder.display());
    Ok(())
}

/// What the site is made of.
struct Sources {
    wasm: PathBuf,
    wasm_digest: String,
    /// The painted static shell.
    shell: String,
    boot: String,
    /// Name and text, in the order in which the shell names them.
    styles: Vec<(String, String)>,
}

impl Sources {
    fn read(workspace: &Workspace, wasm: &Path) -> Result<Self> {
        let text =
            |path: &Path| fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()));
        let frontend = workspace.root().join("frontend");
        let shell = text(&frontend.join("index.html"))?;
        let mut styles = Vec::new();
        for link in trunk_links(&shell).into_iter().filter(|link| link.rel == "css") {
            // Relative to the shell, as for trunk.
            styles.push((link.href.to_owned(), text(&frontend.join(link.href))?));
        }
        if styles.is_empty() {
            bail!("frontend/index.html names no style sheet");
        }
        Ok(Self {
            wasm_digest: hex_digest(&fs::read(wasm)?),
            wasm: wasm.to_owned(),
            boot: text(&frontend.join("boot.js"))?,
            shell,
            styles,
        })
    }

    fn stamp(&self) -> String {
        let mut all = format!("{EDITION}\0{}\0{}\0{}", self.wasm_digest, self.shell, self.boot);
        for (name, text) in &self.styles {
            all.extend(["\0", name, "\0", text]);
        }
        hex_digest(all.as_bytes())
    }

    fn assemble(&self) -> Result<Site> {
        let mut site = Site::default();
        let folder = tempfile::tempdir()?;
        Bindgen::new()
            .input_path(&self.wasm)
            .out_name(MODULE)
            .web(true)?
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true)
            .omit_default_module_path(true)
            .generate(folder.path())?;
        if folder.path().join("snippets").exists() {
            bail!("a dependency of the front end brings JavaScript of its own, which nothing here serves");
        }
        let wasm = fs::read(folder.path().join(format!("{MODULE}_bg.wasm")))?;
        let glue = fs::read_to_string(folder.path().join(format!("{MODULE}.js")))?;
        let style: String = self
            .styles
            .iter()
            .map(|(_, text)| text.as_str())
            .collect::<Vec<_>>()
            .join("\n");

        let wasm_url = site.add_asset(&format!("{MODULE}_bg"), "wasm", wasm);
        let glue_url = site.add_asset(MODULE, "js", glue.into_bytes());
        let names = [
            (format!("/{MODULE}_bg.wasm"), wasm_url),
            (format!("/{MODULE}.js"), glue_url),
        ];
        let boot = rename(&self.boot, &names, "boot.js")?;
        let boot_url = site.add_asset("boot", "js", boot.into_bytes());
        let style_url = site.add_asset("style", "css", style.into_bytes());

        let shell = without_trunk_links(
            &self.shell,
            &format!("<link rel=\"stylesheet\" href=\"{style_url}\">"),
        );
        let shell = rename(&shell, &[("/boot.js".to_owned(), boot_url)], "index.html")?;
        // Where the shell asks for them early.
        let shell = names
            .iter()
            .fold(shell, |shell, (from, to)| shell.replace(from.as_str(), to));
        site.add("index.html", shell.into_bytes());
        Ok(site)
    }
}

/// Files by path below the site's root.
#[derive(Default)]
struct Site(BTreeMap<String, Vec<u8>>);

impl Site {
    fn add(&mut self, path: &str, content: Vec<u8>) {
        self.0.insert(path.to_owned(), content);
    }

    /// Adds a file under a name that changes with its content, so that it may be cached for ever.
    fn add_asset(&mut self, name: &str, extension: &str, content: Vec<u8>) -> String {
        let path = format!("assets/{name}-{}.{extension}", &hex_digest(&content)[..16]);
        self.add(&path, content);
        format!("/{path}")
    }

    /// Replaces the folder by the site, with each file as it is, in brotli and in gzip. Answers what one page load
    /// costs over the wire, in brotli.
    fn write(&self, folder: &Path) -> Result<String> {
        let mut total = 0;
        let mut parts = Vec::new();
        let new = folder.with_extension("new");
        files::remove(&new)?;
        for (name, content) in &self.0 {
            let path = new.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let beside = |extension: &str| {
                let mut name = path.clone().into_os_string();
                name.push(extension);
                PathBuf::from(name)
            };
            let write = |path: &Path, content: &[u8]| {
                fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
            };
            write(&path, content)?;
            let brotli = brotli(content)?;
            total += brotli.len();
            parts.push(format!("{name} {}", brotli.len()));
            write(&beside(".br"), &brotli)?;
            write(&beside(".gz"), &gzip(content)?)?;
        }
        files::remove(folder)?;
        fs::rename(&new, folder).with_context(|| format!("cannot replace {}", folder.display()))?;
        Ok(format!("{total} octets a page load ({})", parts.join(", ")))
    }
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), BUFFER, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(content)?;
    Ok(writer.into_inner())
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

fn hex_digest(content: &[u8]) -> String {
    hex::encode(digest(&SHA256, content))
}

/// Replaces names, each of which must occur: otherwise somebody changed the file and the site would not start.
fn rename(text: &str, names: &[(String, String)], file: &str) -> Result<String> {
    names.iter().try_fold(text.to_owned(), |text, (from, to)| {
        if !text.contains(from.as_str()) {
            bail!("frontend/{file} does not mention {from}");
        }
        Ok(text.replace(from.as_str(), to))
    })
}

/// A `<link data-trunk rel=... href=...>`: an instruction to trunk that no browser should see.
struct TrunkLink<'a> {
    element: &'a str,
    rel: &'a str,
    href: &'a str,
}

fn trunk_links(shell: &str) -> Vec<TrunkLink<'_>> {
    let mut links = Vec::new();
    let mut rest = shell;
    while let Some(start) = rest.find("<link") {
        rest = &rest[start..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let (element, after) = rest.split_at(end);
        rest = after;
        if element.contains("data-trunk") {
            links.push(TrunkLink {
                element,
                rel: attribute(element, "rel"),
                href: attribute(element, "href"),
            });
        }
    }
    links
}

fn attribute<'a>(element: &'a str, name: &str) -> &'a str {
    element
        .split_once(&format!(" {name}=\""))
        .and_then(|(_, value)| value.split('"').next())
        .unwrap_or_default()
}

/// The shell without instructions to trunk, `style` in the place of the first style sheet.
fn without_trunk_links(shell: &str, style: &str) -> String {
    let mut style = Some(style);
    let mut text = shell.to_owned();
    for link in trunk_links(shell) {
        let replacement = if link.rel == "css" { style.take() } else { None };
        text = match replacement {
            Some(style) => text.replacen(link.element, style, 1),
            None => text.replacen(&format!("{}\n", link.element), "", 1),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHELL: &str = r#"<head>
<link data-trunk rel="rust" data-bin="renkei-frontend">
<link data-trunk rel="css" href="../style/tokens.css">
<link data-trunk
      rel="css" href="../style/base.css">
<link rel="icon" href="data:,">
</head>"#;

    #[test]
    fn trunk_is_told_in_links_that_no_browser_sees() {
        let styles: Vec<&str> = trunk_links(SHELL)
            .iter()
            .filter(|link| link.rel == "css")
            .map(|link| link.href)
            .collect();
        assert_eq!(styles, ["../style/tokens.css", "../style/base.css"]);
        let shell = without_trunk_links(SHELL, "<link rel=\"stylesheet\" href=\"/assets/style-1.css\">");
        assert!(!shell.contains("data-trunk"), "{shell}");
        assert_eq!(shell.matches("style-1.css").count(), 1);
        assert!(shell.contains("rel=\"icon\""));
    }

    #[test]
    fn a_name_that_is_gone_is_noticed() {
        let names = [("/boot.js".to_owned(), "/assets/boot-1.js".to_owned())];
        assert_eq!(
            rename("a /boot.js b", &names, "x").unwrap(),
            "a /assets/boot-1.js b"
        );
        assert!(rename("a /start.js b", &names, "x").is_err());
    }

    #[test]
    fn an_asset_is_named_by_its_content() {
        let mut site = Site::default();
        let one = site.add_asset("boot", "js", b"1".to_vec());
        let two = site.add_asset("boot", "js", b"2".to_vec());
        assert_ne!(one, two);
        let digits = one
            .strip_prefix("/assets/boot-")
            .and_then(|rest| rest.strip_suffix(".js"))
            .unwrap();
        assert_eq!(digits.len(), 16);
    }

    #[test]
    fn compressed_files_are_what_browsers_expect() {
        let content = "空知しんくみ ".repeat(1000).into_bytes();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&content).unwrap().as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, content);
        let packed = gzip(&content).unwrap();
        assert_eq!(packed[..2], [0x1F, 0x8B]);
        assert!(packed.len() < content.len());
    }
}
