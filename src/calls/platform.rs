//! What differs between native programs and WebAssembly in a JavaScript host: clocks, timers, connections, bodies, and
//! whether futures are `Send`. Each of the two files has the same items.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::*;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm::*;
