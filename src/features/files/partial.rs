//! The partial file of a download, which the next download to the same path can resume.

use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A file that is created, and written to, by a single download.
///
/// Its path is the target path with `.part` appended. Another download to the same path replaces it with its own file,
/// which [`put_in_place`](Self::put_in_place) detects.
pub(super) struct PartialFile {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

/// The content that was copied from an earlier partial file.
#[derive(Default)]
pub(super) struct TakenOver {
    pub size: u64,
    pub sha256: Sha256,
}

impl PartialFile {
    /// Creates the file, replacing an earlier one. If `limit` is given, the content of the earlier file is copied,
    /// unless it is longer. The earlier file itself is not reused, since another download may still write to it.
    pub fn create(target: PathBuf, limit: Option<u64>) -> io::Result<(Self, TakenOver)> {
        let mut path = target.clone().into_os_string();
        path.push(".part");
        let path = PathBuf::from(path);
        let earlier = limit.map(|limit| open_regular(&path, limit)).transpose()?.flatten();
        let (private, mut file) = create_beside(&path)?;
        let copied = match earlier {
            Some(earlier) => copy(earlier, limit.unwrap_or_default(), &mut file),
            None => Ok(TakenOver::default()),
        };
        // Renaming replaces a symbolic link rather than its target.
        let placed = copied.and_then(|taken_over| fs::rename(&private, &path).map(|()| taken_over));
        match placed {
            Ok(taken_over) => Ok((Self { file, path, target }, taken_over)),
            Err(error) => {
                // The original error is more useful than one from cleaning up.
                let _ = fs::remove_file(&private);
                Err(error)
            }
        }
    }

    /// Returns another handle of the file, at the current position.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Renames the file to the target path.
    pub fn put_in_place(self) -> io::Result<()> {
        // Renamed to a random name first, so that no other download can replace it between the check and the final
        // renaming.
        let private = beside(&self.path);
        fs::rename(&self.path, &private).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => replaced(),
            _ => error,
        })?;
        let renamed = match self.is_at(&private) {
            Ok(true) => fs::rename(&private, &self.target),
            Ok(false) => Err(replaced()),
            Err(error) => Err(error),
        };
        renamed.inspect_err(|_| drop(fs::rename(&private, &self.path)))
    }

    /// Removes the file, unless another download has replaced it.
    pub fn discard(self) -> io::Result<()> {
        if self.is_at(&self.path)? { fs::remove_file(&self.path) } else { Ok(()) }
    }

    fn is_at(&self, path: &Path) -> io::Result<bool> {
        Ok(is_same(&self.file.metadata()?, &fs::symlink_metadata(path)?))
    }
}

fn replaced() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "another download to the same path replaced the partial file")
}

/// Opens a regular file of at most `limit` bytes for reading, without following symbolic links; `None` if there is no
/// such file.
fn open_regular(path: &Path, limit: u64) -> io::Result<Option<File>> {
    let outcome = fs::symlink_metadata(path).and_then(|found| {
        if !found.is_file() || found.len() > limit {
            return Ok(None);
        }
        let file = File::open(path)?;
        let is_it = is_same(&file.metadata()?, &found);
        Ok(is_it.then_some(file))
    });
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        outcome => outcome,
    }
}

/// Creates a file with a random name in the same folder.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let private = beside(path);
    // Fails if the name is taken, even by a symbolic link.
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&private)?;
    Ok((private, file))
}

fn beside(path: &Path) -> PathBuf {
    // Hashing nothing with random keys gives a random number.
    path.with_file_name(OsString::from(format!(".{:016x}.part", RandomState::new().build_hasher().finish())))
}

fn copy(mut from: File, limit: u64, to: &mut File) -> io::Result<TakenOver> {
    let mut taken_over = TakenOver::default();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return Ok(taken_over);
        }
        taken_over.size += length as u64;
        // Another download may have appended to it.
        if taken_over.size > limit {
            to.set_len(0)?;
            io::Seek::rewind(to)?;
            return Ok(TakenOver::default());
        }
        to.write_all(&buffer[..length])?;
        taken_over.sha256.update(&buffer[..length]);
    }
}

#[cfg(unix)]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

/// The standard library has no stable file identity on other systems.
#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    let about = |file: &Metadata| (file.file_type(), file.len(), file.created().ok(), file.modified().ok());
    about(one) == about(other)
}
