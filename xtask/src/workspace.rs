//! Where things are in this repository.
//! Not here: making or removing any of them.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The repository's folders.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// The repository that this program was built in.
    pub(crate) fn find() -> Result<Self> {
        // Cargo sets the variable at run time too; a repository that was moved is found that way.
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask has no parent folder")?
            .to_owned();
        Ok(Self { root })
    }

    /// The repository's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// `target` in the repository. What others look for (demo.json, the front end that the server embeds) is here
    /// even where CARGO_TARGET_DIR sends the compiler's output elsewhere.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// What the running demo keeps.
    pub(crate) fn demo(&self) -> PathBuf {
        self.target().join("demo")
    }

    /// The front end, built for release.
    pub(crate) fn spa(&self) -> PathBuf {
        self.target().join("spa")
    }

    /// The fuzz targets and their corpora.
    pub(crate) fn fuzz(&self) -> PathBuf {
        self.root.join("fuzz")
    }

    /// Tools that we install ourselves: `bin` is below.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target().join("tools")
    }
}
