//! Sets of scopes.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use super::operation::Operation;
use crate::types::Scope;

/// A set of scopes. Its text form is separated by spaces, as in OAuth 2 ([RFC
/// 6749](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
///
/// ```
/// use polar_client::{ScopeSet, types::Scope};
///
/// let set: ScopeSet = "orders:read customers:write".parse().unwrap();
/// assert!(set.contains(&Scope::OrdersRead));
/// assert_eq!(set.to_string(), "customers:write orders:read");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSet(BTreeSet<Scope>);

impl ScopeSet {
    /// Returns true if the set contains a scope.
    pub fn contains(&self, scope: &Scope) -> bool {
        self.0.contains(scope)
    }

    /// Returns true if the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number of scopes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns an iterator over the scopes, in the order of the API's document.
    pub fn iter(&self) -> impl Iterator<Item = &Scope> {
        self.0.iter()
    }

    /// Returns true if a token with these scopes may call an operation. Also returns true if the operation requires no
    /// scope, or one that this crate does not know.
    pub fn allows(&self, operation: &Operation) -> bool {
        let needs = operation.scopes();
        needs.is_empty() || needs.iter().any(|scope| self.contains(scope) || matches!(scope, Scope::Unknown(_)))
    }

    /// Returns the smallest set with which all of the operations may be called, to create a token with the fewest
    /// permissions.
    ///
    /// Among sets of equal size, the one with the fewest `:write` scopes is chosen.
    ///
    /// ```
    /// use polar_client::{ScopeSet, operations};
    ///
    /// let reading = ScopeSet::smallest([&operations::CUSTOMERS_LIST, &operations::ORDERS_GET]);
    /// assert_eq!(reading.to_string(), "customers:read orders:read");
    /// let both = ScopeSet::smallest([&operations::CUSTOMERS_LIST, &operations::CUSTOMERS_CREATE]);
    /// assert_eq!(both.to_string(), "customers:write");
    /// ```
    pub fn smallest<'a>(operations: impl IntoIterator<Item = &'a Operation>) -> Self {
        let mut needs: Vec<BTreeSet<&Scope>> = operations
            .into_iter()
            .map(|operation| operation.scopes().iter().collect::<BTreeSet<&Scope>>())
            .filter(|scopes| !scopes.is_empty())
            .collect();
        needs.sort();
        needs.dedup();
        // A requirement is redundant if another one is a subset of it.
        let strictest: Vec<&BTreeSet<&Scope>> =
            needs.iter().filter(|need| !needs.iter().any(|other| other != *need && other.is_subset(need))).collect();
        let mut best = None;
        search(&strictest, &mut Vec::new(), &mut best);
        best.map(|(_, scopes)| scopes.into_iter().cloned().collect()).unwrap_or_default()
    }
}

/// The cost of a set: its size, then the number of scopes that write.
type Cost = (usize, usize);

/// Tries all ways to meet the remaining requirements, and prunes those that cannot beat the best.
fn search<'a>(needs: &[&BTreeSet<&'a Scope>], chosen: &mut Vec<&'a Scope>, best: &mut Option<(Cost, Vec<&'a Scope>)>) {
    let writes = chosen.iter().filter(|scope| scope.as_str().ends_with(":write")).count();
    let open: Vec<&BTreeSet<&'a Scope>> =
        needs.iter().copied().filter(|need| !chosen.iter().any(|scope| need.contains(scope))).collect();
    // Lower bound: requirements that are pairwise disjoint need one scope each.
    let mut apart: Vec<&BTreeSet<&'a Scope>> = Vec::new();
    for need in &open {
        if apart.iter().all(|other| other.is_disjoint(need)) {
            apart.push(need);
        }
    }
    if best.as_ref().is_some_and(|(best, _)| *best <= (chosen.len() + apart.len(), writes)) {
        return;
    }
    let Some(open) = open.first() else {
        *best = Some(((chosen.len(), writes), chosen.clone()));
        return;
    };
    for scope in open.iter() {
        chosen.push(scope);
        search(needs, chosen, best);
        chosen.pop();
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl<const N: usize> From<[Scope; N]> for ScopeSet {
    fn from(scopes: [Scope; N]) -> Self {
        Self(scopes.into())
    }
}

impl IntoIterator for ScopeSet {
    type Item = Scope;
    type IntoIter = std::collections::btree_set::IntoIter<Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromStr for ScopeSet {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.split_ascii_whitespace().map(Scope::from).collect())
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut scopes: Vec<&str> = self.0.iter().map(Scope::as_str).collect();
        scopes.sort_unstable();
        f.write_str(&scopes.join(" "))
    }
}
