//! Byte formats, pure and wasm-safe: no I/O, no clock, no dependency on the rest of the house.
//!
//! To add a format: a module named by it, a parser that never panics on any bytes, and property
//! tests beside it.

pub mod disposition;
pub mod media_type;
pub mod range;
