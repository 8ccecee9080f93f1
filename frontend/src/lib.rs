//! The single-page application: it renders what the server says, sends what the customer does, and keeps nothing.
//! No rule of the procedure lives here; the only checks of its own are those of `renkei-shared` on the form of input.

mod acts;
mod api;
mod app;
mod browser;
mod components;
mod dates;
mod deadline;
mod institution;
mod language;
mod pages;
mod reaction;
mod steps;
mod trouble;
mod wire;

#[expect(
    deprecated,
    reason = "its successor, leptos_i18n_build, draws all of ICU into a build script for two small files"
)]
mod keys {
    //! Made of `src/locales`: a key that is missing in a language does not compile.
    leptos_i18n::load_locales!();
}
use keys::i18n;

/// Mounts the application into `#app` and takes the static shell away once there is something to show.
pub fn start() {
    app::mount();
}
