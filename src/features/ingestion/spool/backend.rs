use std::fs::File;
use std::io::{Error, ErrorKind};
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};

use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};

/// A storage backend that respects the process's limit on the size of files. Without this check, a write beyond the
/// limit would terminate the process with `SIGXFSZ`, unless it handles the signal.
#[derive(Debug)]
pub(super) struct Backend {
    file: FileBackend,
    /// The limit when the file was opened or last grew.
    limit: AtomicU64,
}

impl Backend {
    pub fn new(file: File) -> Result<Self, DatabaseError> {
        Ok(Self { file: FileBackend::new(file)?, limit: AtomicU64::new(size_limit()) })
    }

    fn check(&self, end: u64) -> Result<(), Error> {
        if end > self.limit.load(Ordering::Relaxed) {
            return Err(Error::new(ErrorKind::FileTooLarge, "the limit on the size of files is reached"));
        }
        Ok(())
    }
}

/// Returns the process's limit on the size of files, or `u64::MAX` on systems that do not expose it in a file.
fn size_limit() -> u64 {
    let limits = if cfg!(target_os = "linux") { std::fs::read_to_string("/proc/self/limits").ok() } else { None };
    let limit = limits.as_deref().and_then(|limits| limits.lines().find_map(|line| line.strip_prefix("Max file size")));
    // The soft limit is the first number, or `unlimited`.
    limit.and_then(|limit| limit.split_whitespace().next()?.parse().ok()).unwrap_or(u64::MAX)
}

impl StorageBackend for Backend {
    fn len(&self) -> Result<u64, Error> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<(), Error> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Result<(), Error> {
        self.limit.store(size_limit(), Ordering::Relaxed);
        if len > self.file.len()? {
            self.check(len)?;
        }
        self.file.set_len(len)
    }

    fn sync_data(&self) -> Result<(), Error> {
        self.file.sync_data()?;
        #[cfg(test)]
        faults::sync()?;
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<(), Error> {
        self.check(offset.saturating_add(data.len() as u64))?;
        self.file.write(offset, data)
    }

    fn close(&self) -> Result<(), Error> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
pub(super) mod faults {
    use std::cell::Cell;
    use std::io::Error;

    thread_local! {
        static SYNCS: Cell<u32> = const { Cell::new(0) };
    }

    /// Makes the next `count` syncs of this thread report an error after syncing.
    pub fn fail_syncs(count: u32) {
        SYNCS.set(count);
    }

    pub(super) fn sync() -> Result<(), Error> {
        match SYNCS.get() {
            0 => Ok(()),
            left => {
                SYNCS.set(left - 1);
                Err(Error::other("a fault for this test"))
            }
        }
    }
}
