//! Parallel processing of files.

use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread::{available_parallelism, scope};

/// Applies a function to each item, on all available processors. The results are in the order of the items.
///
/// Generation is part of the build time of the client. Syntax trees are not `Send`, so each file is processed by one
/// thread from the first syntax tree to its text.
pub fn map<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = Mutex::new(items.iter().enumerate());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let mut made = Vec::new();
        while let Some((index, item)) = take() {
            made.push((index, make(item)));
        }
        made
    };
    let others = available_parallelism().map_or(0, |threads| threads.get() - 1).min(items.len().saturating_sub(1));
    let mut made = scope(|scope| {
        let others: Vec<_> = (0..others).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for thread in others {
            made.extend(thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    });
    made.sort_by_key(|(index, _)| *index);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u32> = (0..1000).collect();
        assert_eq!(map(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(map(&[] as &[u32], |item| *item), [] as [u32; 0]);
    }

    #[test]
    #[should_panic(expected = "made on purpose")]
    fn a_panic_is_passed_on() {
        map(&[1, 2, 3], |_| panic!("made on purpose"));
    }
}
