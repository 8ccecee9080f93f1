//! Files that hold secrets: read only where nobody but their owner can, written so from the first byte.
//! Not here: what stands in them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Longest file that is read, in bytes; key files are far shorter, and a wrong path may name anything.
const LONGEST: u64 = 1 << 20;

/// Why a file of secrets was not read.
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
