//! Where the simulator's state is kept: in memory, or in a JSON file that several processes and an operator's editor share.
//! Not here: what the state means.
//!
//! The file is read for every request, so a change by hand or by the command line counts at once; every change is
//! made under a lock on `FILE.lock` and put in place by renaming, so that no reader sees half of it and none is lost.

use super::state::State;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The simulator's state cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file, or the one beside it, cannot be read, written or locked.
    #[error("the simulator's state {}: {reason}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// The file is not of the expected form; its text is not quoted, for PINs may stand in it.
    #[error("the simulator's state {} is not of the expected form (line {line})", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// Where the first fault lies, counted from 1.
        line: usize,
    },
}

pub(super) enum StateStore {
    Memory(Mutex<State>),
    File(PathBuf),
}

impl StateStore {
    /// Opens the file, or begins it with `initial`.
    pub(super) fn open(path: &Path, initial: &State) -> Result<Self, StateError> {
        let _lock = lock(path)?;
        match read(path) {
            Ok(_) => {}
            Err(StateError::File { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => {
                write(path, initial)?;
            }
            Err(error) => return Err(error),
        }
        Ok(Self::File(path.to_owned()))
    }

    pub(super) fn read(&self) -> Result<State, StateError> {
        match self {
            Self::Memory(state) => Ok(state.lock().unwrap_or_else(PoisonError::into_inner).clone()),
            Self::File(path) => read(path),
        }
    }

    /// Changes the state; when this returns, the change outlives the process.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> Result<T, StateError> {
        match self {
            Self::Memory(state) => Ok(change(&mut state.lock().unwrap_or_else(PoisonError::into_inner))),
            Self::File(path) => {
                let _lock = lock(path)?;
                let before = read(path)?;
                let mut after = before.clone();
                let result = change(&mut after);
                if after != before {
                    write(path, &after)?;
                }
                Ok(result)
            }
        }
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Held until dropped; other processes and threads wait.
fn lock(path: &Path) -> Result<File, StateError> {
    let path = beside(path, ".lock");
    let locked = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .and_then(|file| {
            file.lock()?;
            Ok(file)
        });
    locked.map_err(|reason| StateError::File { path, reason })
}

fn read(path: &Path) -> Result<State, StateError> {
    let text = fs::read(path).map_err(|reason| StateError::File {
        path: path.to_owned(),
        reason,
    })?;
    serde_json::from_slice(&text).map_err(|error| StateError::Malformed {
        path: path.to_owned(),
        line: error.line(),
    })
}

fn write(path: &Path, state: &State) -> Result<(), StateError> {
    let failed = |reason| StateError::File {
        path: path.to_owned(),
        reason,
    };
    let text = serde_json::to_vec_pretty(state).map_err(|error| failed(error.into()))?;
    let new = beside(path, ".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&new).and_then(|mut file| {
        file.write_all(&text)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&new, path)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::PinVerdict;
    use renkei_procedure::identity::CoreAccountKey;
    use renkei_procedure::inquiry_pin::InquiryPin;
    use renkei_procedure::time::JapanDate;

    fn initial() -> State {
        State::new(JapanDate::parse("2026-10-10").unwrap())
    }

    fn wrong_pin(store: &StateStore) -> PinVerdict {
        let (account, pin) = (CoreAccountKey::new("A1"), InquiryPin::parse("0000").unwrap());
        store
            .update(|state| state.check_pin(&account, "1234", &pin, 5))
            .unwrap()
    }

    #[test]
    fn what_was_counted_is_there_after_a_restart_and_in_another_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("simulator.json");
        let one = StateStore::open(&path, &initial()).unwrap();
        assert_eq!(wrong_pin(&one), PinVerdict::Refused { remaining_tries: 4 });
        let other = StateStore::open(&path, &State::new(JapanDate::parse("2020-01-10").unwrap())).unwrap();
        assert_eq!(wrong_pin(&other), PinVerdict::Refused { remaining_tries: 3 });
        assert_eq!(wrong_pin(&one), PinVerdict::Refused { remaining_tries: 2 });
        assert_eq!(
            other.read().unwrap().busy_day,
            initial().busy_day,
            "an existing file is kept"
        );
    }

    #[test]
    fn no_failure_is_lost_between_writers_at_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("simulator.json");
        let stores: Vec<StateStore> = (0..4)
            .map(|_| StateStore::open(&path, &initial()).unwrap())
            .collect();
        let count = |store: &StateStore| {
            let (account, pin) = (CoreAccountKey::new("A1"), InquiryPin::parse("0000").unwrap());
            for _ in 0..10 {
                store
                    .update(|state| state.check_pin(&account, "1234", &pin, 1_000))
                    .unwrap();
            }
        };
        std::thread::scope(|scope| stores.iter().for_each(|store| drop(scope.spawn(|| count(store)))));
        let state = stores[0]
            .read()
            .unwrap()
            .pin_state(&CoreAccountKey::new("A1"), 1_000);
        assert_eq!(state.remaining_tries, 960);
    }

    #[test]
    fn a_broken_file_is_refused_without_quoting_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("simulator.json");
        let store = StateStore::open(&path, &initial()).unwrap();
        fs::write(&path, "{\n\"busy_day\": \"2026-10-10\",\n\"pin\": \"9876\"}").unwrap();
        let error = store.read().unwrap_err();
        assert!(matches!(error, StateError::Malformed { line: 3, .. }), "{error}");
        assert!(!format!("{error} {error:?}").contains("9876"));
        assert!(StateStore::open(&path, &initial()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("simulator.json");
        let store = StateStore::open(&path, &initial()).unwrap();
        wrong_pin(&store);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
