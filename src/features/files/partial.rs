//! The partial file of a download: exclusively of that download, and found by the next one to the same path.

use std::collections::hash_map::RandomState;
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// A file that one download created and that no other writes to.
///
/// It lies next to the path that is downloaded to, with `.part` appended to the name. Another download to the same path
/// replaces it by its own, which [`put_in_place`](Self::put_in_place) notices.
pub(super) struct PartialFile {
    file: File,
    path: PathBuf,
    target: PathBuf,
}

/// What was taken over from an earlier partial file.
#[derive(Default)]
pub(super) struct TakenOver {
    pub size: u64,
    pub sha256: Sha256,
}

impl PartialFile {
    /// Creates the file, in place of what an earlier download left. If `limit` is given, the content of that is copied,
    /// unless it is longer. It is not continued itself, since a download that still runs may write to it.
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
        // This replaces a link rather than what it leads to.
        let placed = copied.and_then(|taken_over| fs::rename(&private, &path).map(|()| taken_over));
        match placed {
            Ok(taken_over) => Ok((Self { file, path, target }, taken_over)),
            Err(error) => {
                // The failure itself says more than a failure to clean up.
                let _ = fs::remove_file(&private);
                Err(error)
            }
        }
    }

    /// Returns another handle of the file, at its present position.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Renames the file to the path that is downloaded to.
    pub fn put_in_place(self) -> io::Result<()> {
        // Under a name that no other download knows, it is not replaced between the check and the renaming.
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

/// Opens a file of at most so many bytes for reading, without following a link; `None` if there is none.
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

/// Creates a file of a random name in the folder of another.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    let private = beside(path);
    // Fails if there is something of that name, be it a link.
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(&private)?;
    Ok((private, file))
}

fn beside(path: &Path) -> PathBuf {
    // A hasher without input is a random number.
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
        // A download that still runs may have made it longer.
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

/// Elsewhere the standard library has no stable identity of files.
#[cfg(not(unix))]
fn is_same(one: &Metadata, other: &Metadata) -> bool {
    let about = |file: &Metadata| (file.file_type(), file.len(), file.created().ok(), file.modified().ok());
    about(one) == about(other)
}
