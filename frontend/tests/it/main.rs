//! The whole application in a browser's page, with `fetch` answered by the test (see tests/README.md).
//! Not here: leaving the page, certificates, a real server; `e2e/` has those.

#![cfg(target_arch = "wasm32")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests: clippy only knows functions that are tests themselves"
)]

mod acts;
mod fixtures;
mod linkages;
mod login;
mod page;
mod returning;
mod steps;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
