//! Files that hold secrets: read only where nobody but their owner can, written so from the first byte.
//! Not here: what stands in them.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Longest file that is read, in bytes; key files are far shorter, and a wrong path may name anything.
const LONGEST: u64 = 1 << 20;

/// Why a file of secrets was not read, or not rewritten.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// It cannot be opened, read, or is not UTF-8 text.
    #[error("cannot read {}: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// It, or a new one beside it, cannot be written.
    #[error("cannot rewrite {}: {reason}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        reason: io::Error,
    },
    /// Group or others have permissions on it.
    #[error("{} holds secrets but others have access to it (mode {mode:03o}): run chmod 600 on it", path.display())]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is longer than any file of keys.
    #[error("{} is too long to be a file of keys", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
}

/// Reads a file of secrets; the text is cleared from memory when dropped.
///
/// # Errors
/// [`SecretFileError`], on Unix also where group or others have any permission on the file.
pub fn read(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let unreadable = |reason| SecretFileError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let file = File::open(path).map_err(unreadable)?;
    // The open handle is asked, not the path: what is judged is what is read.
    let metadata = file.metadata().map_err(unreadable)?;
    if let Some(mode) = permissions_of_others(&metadata) {
        return Err(SecretFileError::OpenToOthers {
            path: path.to_owned(),
            mode,
        });
    }
    if metadata.len() > LONGEST {
        return Err(SecretFileError::TooLong {
            path: path.to_owned(),
        });
    }
    // Room for all of it at once, so that growing leaves no uncleared copies behind.
    let mut text = Zeroizing::new(String::with_capacity(
        usize::try_from(metadata.len()).unwrap_or(0) + 1,
    ));
    file.take(LONGEST).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

/// Writes a new file of secrets, readable by its owner alone; an existing file is never touched.
///
/// # Errors
/// What the operating system says; [`io::ErrorKind::AlreadyExists`] where the file is there already.
pub fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Rewrites a file of secrets, all or nothing: whoever reads it meanwhile, and whatever a crash leaves, is the old text
/// or the new. `change` is given the text and answers the new one, or none to leave the file as it is. The folder is
/// locked meanwhile, so that two who rewrite wait for each other. The owner stays the same; a link stays a link. Blocking.
///
/// # Errors
/// What `change` answers, or [`SecretFileError`]. The file is then as it was, except that a failure after the exchange
/// (the folder cannot be synchronised) leaves the new text, which a power cut might undo.
pub fn rewrite<E: From<SecretFileError>>(
    path: &Path,
    change: impl FnOnce(&str) -> Result<Option<Zeroizing<String>>, E>,
) -> Result<(), E> {
    let unwritable = |reason| SecretFileError::Unwritable {
        path: path.to_owned(),
        reason,
    };
    let real = fs::canonicalize(path).map_err(|reason| SecretFileError::Unreadable {
        path: path.to_owned(),
        reason,
    })?;
    let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else {
        return Err(unwritable(io::ErrorKind::InvalidInput.into()).into());
    };
    let lock = File::open(folder).map_err(unwritable)?;
    lock.lock().map_err(unwritable)?;
    let Some(text) = change(&read(&real)?)? else {
        return Ok(());
    };
    let mut beside = OsString::from(".");
    beside.push(name);
    beside.push(".new");
    let beside = folder.join(beside);
    exchange(&real, &beside, &text)
        .and_then(|()| lock.sync_all())
        .map_err(|reason| unwritable(reason).into())
}

/// Writes the text beside the file and puts it in the file's place.
fn exchange(real: &Path, beside: &Path, text: &str) -> io::Result<()> {
    // One that a crash left; nobody else is here, for the folder is locked.
    match fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let exchanged = write_new(beside, text)
        .and_then(|()| keep_owner(real, beside))
        .and_then(|()| fs::rename(beside, real));
    if exchanged.is_err() {
        // The first failure is what is told.
        let _ = fs::remove_file(beside);
    }
    exchanged
}

/// A timer that runs as root must not lock the server out of its own keys.
#[cfg(unix)]
fn keep_owner(of: &Path, on: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let (wanted, given) = (fs::metadata(of)?, fs::metadata(on)?);
    if (wanted.uid(), wanted.gid()) == (given.uid(), given.gid()) {
        return Ok(());
    }
    chown(on, Some(wanted.uid()), Some(wanted.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn permissions_of_others(metadata: &std::fs::Metadata) -> Option<u32> {
    let mode = std::os::unix::fs::MetadataExt::mode(metadata) & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

#[cfg(not(unix))]
fn permissions_of_others(_: &std::fs::Metadata) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        write_new(&path, "first").unwrap();
        assert_eq!(read(&path).unwrap().as_str(), "first");
        assert_eq!(
            write_new(&path, "second").unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(read(&path).unwrap().as_str(), "first");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_read_is_refused_by_name_and_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        write_new(&path, "secret").unwrap();
        for mode in [0o640, 0o604, 0o660, 0o601] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let refused = read(&path).unwrap_err().to_string();
            assert!(
                refused.contains(&format!("{mode:03o}")) && refused.contains("keys.toml"),
                "{refused}"
            );
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).unwrap();
        assert!(read(&path).is_ok());
    }

    fn rewrite_as(path: &Path, text: &str) -> Result<(), SecretFileError> {
        rewrite(path, |_| Ok(Some(Zeroizing::new(text.to_owned()))))
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_rewritten_from_its_text_or_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        write_new(&path, "first").unwrap();
        rewrite(&path, |text| {
            Ok::<_, SecretFileError>(Some(Zeroizing::new(format!("{text} and second"))))
        })
        .unwrap();
        assert_eq!(read(&path).unwrap().as_str(), "first and second");

        rewrite(&path, |_| Ok::<_, SecretFileError>(None)).unwrap();
        let refused = rewrite(&path, |_| {
            Err(SecretFileError::TooLong {
                path: PathBuf::from("by the caller"),
            })
        });
        assert!(matches!(refused, Err(SecretFileError::TooLong { .. })));
        assert_eq!(read(&path).unwrap().as_str(), "first and second");
        assert_eq!(names(folder.path()), ["keys.toml"]);

        let missing = rewrite_as(&folder.path().join("missing"), "x");
        assert!(matches!(missing, Err(SecretFileError::Unreadable { .. })));
        assert_eq!(names(folder.path()), ["keys.toml"]);
    }

    #[test]
    fn what_a_crash_left_does_not_stand_in_the_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        write_new(&path, "first").unwrap();
        write_new(&folder.path().join(".keys.toml.new"), "half of a sec").unwrap();
        rewrite_as(&path, "second").unwrap();
        assert_eq!(read(&path).unwrap().as_str(), "second");
        assert_eq!(names(folder.path()), ["keys.toml"]);
    }

    #[test]
    fn those_who_rewrite_at_once_wait_for_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.toml");
        write_new(&path, "").unwrap();
        std::thread::scope(|scope| {
            for _ in 0..20 {
                scope.spawn(|| {
                    rewrite(&path, |text| {
                        Ok::<_, SecretFileError>(Some(Zeroizing::new(format!("{text}x"))))
                    })
                    .unwrap();
                });
            }
        });
        assert_eq!(read(&path).unwrap().len(), 20);
    }

    #[cfg(unix)]
    #[test]
    fn the_rewritten_file_is_private_and_a_link_to_it_stays_one() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("keys.toml"), folder.path().join("link.toml"));
        write_new(&path, "first").unwrap();
        symlink(&path, &link).unwrap();
        let before = fs::metadata(&path).unwrap();
        rewrite_as(&link, "second").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(read(&path).unwrap().as_str(), "second");
        let after = fs::metadata(&path).unwrap();
        assert_eq!(after.mode() & 0o777, 0o600);
        assert_eq!((after.uid(), after.gid()), (before.uid(), before.gid()));
        assert_ne!(after.ino(), before.ino(), "another file took its place");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            rewrite_as(&path, "third"),
            Err(SecretFileError::OpenToOthers { .. })
        ));
    }

    #[test]
    fn too_long_and_missing_files_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("disk.img");
        write_new(&path, &" ".repeat(usize::try_from(LONGEST).unwrap() + 1)).unwrap();
        assert!(matches!(read(&path), Err(SecretFileError::TooLong { .. })));
        let missing = folder.path().join("missing");
        assert!(matches!(read(&missing), Err(SecretFileError::Unreadable { .. })));
    }
}
