//! Which file depends on which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::modules::Crate;

/// The dependencies among the files of a crate.
#[derive(Default)]
pub struct Graph {
    /// What each file depends on, with a name that it uses from there.
    files: BTreeMap<PathBuf, BTreeMap<PathBuf, String>>,
}

impl Graph {
    pub fn new(source: &Crate) -> Self {
        let mut graph = Self::default();
        for (path, module) in &source.modules {
            graph.files.entry(module.file.clone()).or_default();
            let mut depend = |file: Option<&Path>, name: &str| {
                if let Some(file) = file.filter(|file| *file != module.file) {
                    let from = graph.files.entry(module.file.clone()).or_default();
                    from.entry(file.to_owned()).or_insert_with(|| name.to_owned());
                }
            };
            for import in &module.imports {
                let is_used = || module.paths.iter().any(|path| path.len() == 1 && path[0] == import.name);
                if !import.is_exported || is_used() {
                    depend(source.definition(path, &import.path), &import.name);
                }
            }
            for named in module.paths.iter().filter(|path| path.len() > 1) {
                depend(source.definition(path, named), &named.join("::"));
            }
            for name in &module.macro_calls {
                depend(source.macros.get(name).map(PathBuf::as_path), name);
            }
        }
        graph
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Each dependency, with a name that is used.
    pub fn edges(&self) -> impl Iterator<Item = (&Path, &Path, &str)> {
        self.files.iter().flat_map(|(from, uses)| uses.iter().map(|(to, name)| (&**from, &**to, name.as_str())))
    }

    /// For each file that depends on itself, a shortest circle; each circle once.
    pub fn circles(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut circles = Vec::new();
        for start in self.files.keys() {
            let Some(circle) = self.circle(start) else { continue };
            let members: BTreeSet<&Path> = circle.iter().copied().collect();
            if seen.insert(members) {
                circles.push(self.describe(&circle));
            }
        }
        circles
    }

    /// The files on a shortest way from a file back to it.
    fn circle<'g>(&'g self, start: &'g Path) -> Option<Vec<&'g Path>> {
        let mut before: BTreeMap<&Path, &Path> = BTreeMap::new();
        let mut open = vec![start];
        while !open.is_empty() {
            let mut next = Vec::new();
            for from in open {
                for to in self.files.get(from).into_iter().flat_map(BTreeMap::keys) {
                    if to == start {
                        let mut circle = vec![from];
                        while let Some(file) = before.get(circle[circle.len() - 1]) {
                            circle.push(file);
                        }
                        circle.reverse();
                        return Some(circle);
                    }
                    if !before.contains_key(to.as_path()) {
                        before.insert(to, from);
                        next.push(to.as_path());
                    }
                }
            }
            open = next;
        }
        None
    }

    fn describe(&self, circle: &[&Path]) -> String {
        let mut text = String::new();
        for (index, file) in circle.iter().enumerate() {
            let next = circle[(index + 1) % circle.len()];
            let name = self.files.get(*file).and_then(|uses| uses.get(next)).map_or("", String::as_str);
            text.push_str(&format!("{} uses `{name}` of ", file.display()));
        }
        text + &circle[0].display().to_string()
    }
}

/// How many imports lead on to others before they are taken for endless.
const LONGEST_WAY: usize = 32;

impl Crate {
    /// The file that defines what a path names, seen from a module; `None` if that is not in this crate, or a module.
    fn definition(&self, module: &[String], path: &[String]) -> Option<&Path> {
        self.absolute(module, path, 0)
    }

    fn absolute(&self, module: &[String], path: &[String], depth: usize) -> Option<&Path> {
        let (first, rest) = path.split_first().filter(|_| depth < LONGEST_WAY)?;
        match first.as_str() {
            "crate" => self.within(&[], rest, depth),
            "self" => self.within(module, rest, depth),
            "super" => {
                let (_, parent) = module.split_last()?;
                match rest.first().map(String::as_str) {
                    Some("super") => self.absolute(parent, rest, depth),
                    _ => self.within(parent, rest, depth),
                }
            }
            _ => self.within(module, path, depth),
        }
    }

    /// The file that defines what a path names, which begins in a module.
    fn within(&self, module: &[String], path: &[String], depth: usize) -> Option<&Path> {
        let found = self.modules.get(module)?;
        let (first, rest) = path.split_first()?;
        let inner: Vec<String> = module.iter().chain([first]).cloned().collect();
        if self.modules.contains_key(&inner) {
            return self.within(&inner, rest, depth);
        }
        if found.items.contains(first) {
            return Some(&found.file);
        }
        let named = found.imports.iter().filter(|import| import.name == *first).map(|import| (import, rest));
        let globs = found.imports.iter().filter(|import| import.name == "*").map(|import| (import, path));
        named.chain(globs).find_map(|(import, rest)| {
            let target: Vec<String> = import.path.iter().chain(rest).cloned().collect();
            // A name that is imported by itself is that of an external crate.
            if target == path { None } else { self.absolute(module, &target, depth + 1) }
        })
    }
}
