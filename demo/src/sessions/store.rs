//! Sessions in memory and on disk, so that a restart keeps them.
//! Not here: what a session means.

use std::collections::HashMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::ops::{Deref, DerefMut};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use tokio::sync::OwnedMutexGuard;

use super::{SessionId, SessionState};

type Entry = Arc<tokio::sync::Mutex<SessionState>>;

/// All sessions.
pub struct Sessions {
    folder: PathBuf,
    entries: Mutex<HashMap<String, Entry>>,
}

/// A session, held by one request at a time.
pub struct OpenSession {
    state: OwnedMutexGuard<SessionState>,
    file: PathBuf,
}

impl Sessions {
    /// Opens the folder (made with mode 0700 if it is not there) and reads what lies in it.
    ///
    /// # Errors
    /// The folder cannot be made or read.
    pub fn open(folder: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot use the folder {}", folder.display());
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(context)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).with_context(context)?;
        let mut entries = HashMap::new();
        for file in fs::read_dir(folder).with_context(context)? {
            let path = file.with_context(context)?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let Some(name) = path.file_stem().and_then(|stem| stem.to_str()) else {
                continue;
            };
            match read(&path) {
                Ok(state) => {
                    entries.insert(name.to_owned(), Entry::new(state.into()));
                }
                // What cannot be read is left for a human; its owner links again.
                Err(error) => tracing::warn!(file = %path.display(), %error, "a session cannot be read"),
            }
        }
        Ok(Self {
            folder: folder.to_owned(),
            entries: Mutex::new(entries),
        })
    }

    /// The session, waiting until no other request holds it. `None` if nothing is kept for it.
    pub async fn find(&self, id: &SessionId) -> Option<OpenSession> {
        let name = id.storage_name();
        let entry = self.lock().get(&name).cloned()?;
        Some(self.hold(&name, entry).await)
    }

    /// The session, new if need be.
    pub async fn find_or_make(&self, id: &SessionId) -> OpenSession {
        let name = id.storage_name();
        let entry = Arc::clone(self.lock().entry(name.clone()).or_default());
        self.hold(&name, entry).await
    }

    async fn hold(&self, name: &str, entry: Entry) -> OpenSession {
        OpenSession {
            state: entry.lock_owned().await,
            file: self.folder.join(format!("{name}.json")),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Entry>> {
        // The map is whole even if a holder panicked: it is changed by single inserts only.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenSession {
    /// Writes the session to disk, or removes its file when nothing is left in it.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn save(&self) -> io::Result<()> {
        let file = self.file.clone();
        if self.state.is_empty() {
            return match tokio::fs::remove_file(file).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let json = serde_json::to_vec(&*self.state)?;
        tokio::task::spawn_blocking(move || write(&file, &json)).await?
    }
}

impl Deref for OpenSession {
    type Target = SessionState;

    fn deref(&self) -> &SessionState {
        &self.state
    }
}

impl DerefMut for OpenSession {
    fn deref_mut(&mut self) -> &mut SessionState {
        &mut self.state
    }
}

fn read(path: &Path) -> io::Result<SessionState> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// Written beside and renamed, so that a crash leaves the old or the new file; readable by its owner only.
fn write(path: &Path, json: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&beside)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(json)?;
    file.sync_all()?;
    fs::rename(beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions::Notice;

    #[tokio::test]
    async fn a_restart_keeps_sessions_and_only_their_owner_can_read_them() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("state");
        let id = SessionId::new().unwrap();
        {
            let sessions = Sessions::open(&folder).unwrap();
            assert!(sessions.find(&id).await.is_none());
            let mut session = sessions.find_or_make(&id).await;
            session.notify(Notice::Failed("server_error".into()));
            session.save().await.unwrap();
        }
        let file = fs::read_dir(&folder).unwrap().next().unwrap().unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(folder.join("broken.json"), "{").unwrap();
        let sessions = Sessions::open(&folder).unwrap();
        let mut session = sessions.find(&id).await.unwrap();
        assert_eq!(session.take_notice(), Some(Notice::Failed("server_error".into())));
        session.save().await.unwrap();
        assert!(!file.path().exists(), "an empty session leaves no file");
    }
}
