//! The SPA's entry: `boot.js` instantiates the module, and this runs.

fn main() {
    renkei_frontend::start();
}
