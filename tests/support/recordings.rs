//! The recordings that tests use.

use std::path::PathBuf;
use std::sync::OnceLock;

use polar_loopback::{Recording, Recordings};

/// Returns the recordings in the folder `POLAR_RECORDINGS`, or else those of the tests.
pub fn all() -> &'static Recordings {
    static RECORDINGS: OnceLock<Recordings> = OnceLock::new();
    RECORDINGS.get_or_init(|| {
        let root = super::root();
        let folder = std::env::var_os("POLAR_RECORDINGS").map(PathBuf::from);
        let folder = folder.unwrap_or_else(|| root.join("tests/fixtures/recordings"));
        Recordings::load(&root.join(folder)).unwrap_or_else(|error| panic!("{error}"))
    })
}

/// Returns the recorded success with a name.
pub fn response(name: &str) -> &'static Recording {
    let found = all().responses.iter().find(|recording| recording.name == name);
    found.unwrap_or_else(|| panic!("{name} is not recorded"))
}
