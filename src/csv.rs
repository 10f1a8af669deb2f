//! Typed rows of exports.
