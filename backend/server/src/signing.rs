//! The signing keys in use: read at the start, read again on demand, rotated in their file on the server's own schedule.
//! Not here: the keys themselves (`renkei_vault::signing_keys`), and when a rotation is looked for (`serving`).

use crate::ambient::Ambient;
use anyhow::Context as _;
use arc_swap::ArcSwap;
use jsonwebtoken::Algorithm;
use renkei_oauth::jwks::{JwkSet, KeyError, PublicJwk};
use renkei_procedure::time::Instant;
use renkei_vault::signing_keys::{Rotation, SigningKeys, Successor};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The signing keys, which are replaced as a whole while the server runs.
pub(crate) struct Signing {
    path: PathBuf,
    keys: ArcSwap<SigningKeys>,
}

impl Signing {
    /// Reads the file for the first time.
    pub(crate) fn load(path: PathBuf, now: Instant) -> anyhow::Result<Self> {
        let keys = read(&path, now)?;
        Ok(Self {
            path,
            keys: ArcSwap::from_pointee(keys),
        })
    }

    /// The keys as of now; ask for them anew in each request.
    pub(crate) fn current(&self) -> Arc<SigningKeys> {
        self.keys.load_full()
    }

    /// What is published now (RFC 7517 section 5).
    pub(crate) fn jwks(&self, now: Instant) -> Result<JwkSet, KeyError> {
        published(&self.current(), now)
    }

    /// The algorithms that sign now, the preferred one first.
    pub(crate) fn algorithms(&self, now: Instant) -> Vec<Algorithm> {
        let active = self.current().active_algorithms(now.unix_seconds());
        active.into_iter().map(Algorithm::from).collect()
    }

    /// Reads the file again; where it cannot be used, the keys in use stay in use. Blocking.
    pub(crate) fn reload(&self, now: Instant) -> anyhow::Result<()> {
        self.keys.store(Arc::new(read(&self.path, now)?));
        Ok(())
    }

    /// Whether a key in use has signed for `every` or longer and nobody has seen to a successor.
    pub(crate) fn is_rotation_due(&self, every: Duration, now: Instant) -> bool {
        !self.current().due(now.unix_seconds(), every).is_empty()
    }

    /// Rotates in the file what is due there, and takes the file into use; nothing is new where somebody else, such as
    /// the operator's command, has rotated already. Blocking.
    pub(crate) fn rotate(
        &self,
        every: Duration,
        now: Instant,
        ambient: &Ambient,
    ) -> anyhow::Result<Vec<Successor>> {
        let rotation = Rotation {
            algorithm: None,
            if_older_than: Some(every),
            overlap: Rotation::DAY,
            retention: Rotation::DAY,
        };
        let successors = rotation
            .carry_out(&self.path, now.unix_seconds(), ambient.rng())
            .context("cannot rotate the signing keys")?;
        self.reload(now)?;
        Ok(successors)
    }
}

fn read(path: &std::path::Path, now: Instant) -> anyhow::Result<SigningKeys> {
    let keys = SigningKeys::from_file(path, now.unix_seconds()).context("cannot use the signing keys")?;
    published(&keys, now).context("cannot publish the signing keys")?;
    Ok(keys)
}

fn published(keys: &SigningKeys, now: Instant) -> Result<JwkSet, KeyError> {
    let public = keys
        .public_jwks(now.unix_seconds())
        .iter()
        .map(PublicJwk::from_value)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(JwkSet::publish(&public))
}
