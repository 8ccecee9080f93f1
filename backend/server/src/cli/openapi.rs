//! `renkei openapi`: the description of the accounts API, as served at `/openapi.json` and checked in under `docs/`.
//! Not here: the description itself (`accounts`).

use super::say;

pub(crate) fn run() -> anyhow::Result<()> {
    say(crate::accounts::openapi::document()?.trim_end());
    Ok(())
}
