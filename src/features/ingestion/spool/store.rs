use std::fs::{self, File, Metadata};
use std::io::ErrorKind;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition};
use tracing::debug;

use super::backend::Backend;
use crate::features::ingestion::spool_error::{SpoolError, StoreError};

/// Events as JSON, keyed by a counter.
const EVENTS: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("events");

/// The size of the store's page cache, not counting the pages of a commit.
const CACHE: usize = 4 * 1024 * 1024;

/// The file of a spool.
pub(super) struct Store {
    path: PathBuf,
    /// Closed after an error, and reopened for the next operation, since the store remains unusable after an error.
    database: Option<Database>,
    /// The identity of the file; `None` before it is opened.
    identity: Option<Identity>,
}

#[cfg(unix)]
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(metadata: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt;

    (metadata.dev(), metadata.ino())
}

/// Other systems do not allow removing open files, or have no stable file identity.
#[cfg(not(unix))]
type Identity = ();

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {}

/// An event with its key.
type Entry = (u64, Box<[u8]>);

/// The content of a store when it is opened.
pub(super) struct Contents {
    /// The keys, from the first to the last.
    pub keys: Range<u64>,
    pub events: u64,
    /// The total size of the events.
    pub size: usize,
}

impl Store {
    /// Opens or creates the file. `size` returns the space to count for an event of a length.
    pub fn open(path: &Path, size: impl Fn(usize) -> usize) -> Result<(Self, Contents), SpoolError> {
        if path.is_dir() {
            return Err(SpoolError::no_file(path.to_owned()));
        }
        let mut store = Self { path: path.to_owned(), database: None, identity: None };
        let contents = store.with(|database| {
            let transaction = database.begin_write()?;
            let table = transaction.open_table(EVENTS)?;
            let first = table.first()?.map_or(0, |(key, _)| key.value());
            let mut contents = Contents { keys: first..first, events: 0, size: 0 };
            for entry in table.iter()? {
                let (key, event) = entry?;
                contents.keys.end = key.value().saturating_add(1);
                contents.events += 1;
                contents.size += size(event.value().len());
            }
            drop(table);
            transaction.commit()?;
            Ok(contents)
        })?;
        Ok((store, contents))
    }

    /// Adds and removes events atomically, and returns once the change is on disk. Returns the lengths of the events
    /// that were removed. Doubtful events are removed, too, if they exist.
    pub fn commit(
        &mut self,
        first: u64,
        added: &[&[u8]],
        removed: &[u64],
        doubtful: &[Range<u64>],
    ) -> Result<Vec<usize>, SpoolError> {
        self.with(|database| {
            let transaction = database.begin_write()?;
            let mut lengths = Vec::with_capacity(removed.len());
            {
                let mut table = transaction.open_table(EVENTS)?;
                for key in removed {
                    if let Some(event) = table.remove(key)? {
                        lengths.push(event.value().len());
                    }
                }
                for keys in doubtful {
                    table.retain_in(keys.clone(), |_, _| false)?;
                }
                for (key, event) in (first..).zip(added) {
                    table.insert(key, *event)?;
                }
            }
            transaction.commit()?;
            Ok(lengths)
        })
    }

    /// Reads events in the order of their keys, while `takes` accepts the length of the next one.
    pub fn read(&mut self, keys: Range<u64>, mut takes: impl FnMut(usize) -> bool) -> Result<Vec<Entry>, SpoolError> {
        self.with(|database| {
            let table = database.begin_read()?.open_table(EVENTS)?;
            let mut events = Vec::new();
            for entry in table.range(keys)? {
                let (key, event) = entry?;
                if !takes(event.value().len()) {
                    break;
                }
                events.push((key.value(), event.value().into()));
            }
            Ok(events)
        })
    }

    /// Returns an error if the file is no longer at its path.
    pub fn check(&self) -> Result<(), SpoolError> {
        let metadata = fs::metadata(&self.path).map_err(|error| SpoolError::removed(&self.path, Some(error)))?;
        match &self.identity {
            Some(opened) if *opened != identity(&metadata) => Err(SpoolError::removed(&self.path, None)),
            _ => Ok(()),
        }
    }

    /// Closes the file and releases its lock.
    pub fn close(&mut self) {
        if let Some(Err(error)) = self.database.take().map(Database::close) {
            // No data is lost: the file is checked when it is opened again.
            debug!(%error, "the spool was not closed cleanly");
        }
    }

    /// Runs an operation on the database, reopening it if necessary. Closes it on errors. The store may panic if the
    /// file is damaged.
    fn with<T>(&mut self, work: impl FnOnce(&Database) -> Result<T, StoreError>) -> Result<T, SpoolError> {
        let result = catch_unwind(AssertUnwindSafe(|| {
            if self.database.is_none() {
                // A different file at the path is not this spool.
                if self.identity.is_some() {
                    self.check()?;
                }
                let (database, identity) = create(&self.path)?;
                self.database = Some(database);
                self.identity = Some(identity);
            }
            match &self.database {
                Some(database) => work(database).map_err(|error| SpoolError::store(&self.path, error)),
                None => unreachable!("it was opened above"),
            }
        }));
        let result = result.unwrap_or_else(|_| Err(SpoolError::damaged(&self.path, "reading it panicked")));
        if result.is_err() {
            // Closing may panic for the same reason.
            let database = self.database.take();
            let _ = catch_unwind(AssertUnwindSafe(|| drop(database)));
        }
        result
    }
}

/// Opens or creates the file.
fn create(path: &Path) -> Result<(Database, Identity), SpoolError> {
    if !path.exists() {
        create_whole(path)?;
        sync_parent(path).map_err(|error| SpoolError::io(path, error))?;
    }
    open(path)
}

fn open(path: &Path) -> Result<(Database, Identity), SpoolError> {
    let mut options = File::options();
    options.read(true).write(true).create(true);
    // Events may contain personal data.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| SpoolError::io(path, error))?;
    let identity = identity(&file.metadata().map_err(|error| SpoolError::io(path, error))?);
    let open = || {
        let mut builder = Builder::new();
        builder.set_cache_size(CACHE).set_check_integrity_on_open(true);
        Ok(builder.create_with_backend(Backend::new(file)?)?)
    };
    let database = open().map_err(|error| SpoolError::store(path, error))?;
    Ok((database, identity))
}

/// Creates an empty store under a temporary name and then moves it to its path, so that a process that is killed does
/// not leave behind a file that cannot be opened.
fn create_whole(path: &Path) -> Result<(), SpoolError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{}.new", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed)));
    let new = path.with_file_name(name);
    // May have been left by a killed process with the same id.
    let _ = fs::remove_file(&new);
    let created = open(&new).map(drop);
    // Unlike renaming, linking does not overwrite a file that another process created in the meantime.
    let linked = created.is_ok().then(|| fs::hard_link(&new, path));
    let _ = fs::remove_file(&new);
    created?;
    match linked {
        Some(Err(error)) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        // Some file systems do not support hard links. The file is then created in place.
        Some(Err(error)) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => Ok(()),
        Some(Err(error)) => Err(SpoolError::io(path, error)),
        _ => Ok(()),
    }
}

/// Syncs the directory entry of a new file. Otherwise it could be lost in a power failure.
fn sync_parent(path: &Path) -> std::io::Result<()> {
    // Other systems cannot open directories.
    if cfg!(unix) {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        File::open(parent.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// The first bytes of a complete store.
    const MAGIC: &[u8] = b"redb";

    #[test]
    fn new_spool_file_is_created_atomically() {
        let folder = std::env::temp_dir().join(format!("polar-client-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for round in 0..20 {
            let path = folder.join(format!("{round}.redb"));
            let is_open = AtomicBool::new(false);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    while !is_open.load(Ordering::SeqCst) {
                        // A process that is killed at this point leaves this file behind.
                        if let Ok(content) = fs::read(&path) {
                            assert!(content.starts_with(MAGIC), "a file of {} bytes in the making", content.len());
                        }
                    }
                });
                let opened = Store::open(&path, |length| length).map(|(mut store, _)| store.close());
                is_open.store(true, Ordering::SeqCst);
                opened.expect("a new file");
            });
        }
        let names = fs::read_dir(&folder).expect("a folder").count();
        assert_eq!(names, 20, "nothing else is left");
        fs::remove_dir_all(&folder).expect("a folder that can be removed");
    }
}
