//! The real binary, from the outside: what it says, how it ends, and what it leaves behind.

mod binary;
mod commands;
mod configuration;
mod leaving;
mod refusing;
