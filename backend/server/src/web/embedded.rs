//! The files of the single-page app, embedded in the binary.
//! Not here: how they are served (`spa`).

use rust_embed::RustEmbed;

/// The static shell, which stands at every page's address.
pub(super) const SHELL: &str = "index.html";

/// What `cargo xtask spa` has built; a server built without it says so.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../target/spa"]
#[allow_missing = true]
pub(super) struct Spa;

/// The address of the page's style sheet, for pages that the server renders itself.
pub(crate) fn style_sheet() -> Option<String> {
    let shell = shell()?;
    let link = shell.split("<link").find(|tag| tag.contains("stylesheet"))?;
    let address = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(address.to_owned())
}

/// The shell as it was built, where it was.
pub(crate) fn shell() -> Option<String> {
    let shell = Spa::get(SHELL)?;
    String::from_utf8(shell.data.into_owned()).ok()
}
