//! The words of Dropcast and the rules between them: ids, time, validated names, digests and
//! who may do what.
//!
//! Everything here is pure: no I/O, no clock, no randomness of its own, and it builds for the
//! browser. Time and randomness come in through [`ambient::Ambient`].
//!
//! To add a concept: give it a module named by its noun, parse into a type that cannot hold a
//! wrong value, and test it here, where tests cost nothing.

pub mod access;
pub mod ambient;
pub mod digest;
pub mod file;
pub mod id;
pub mod job;
pub mod name;
pub mod time;
pub mod vigil;
