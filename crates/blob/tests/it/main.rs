//! The same expectations of both backends, and what only one of them has.

mod fs;
mod ours;
mod s3;
mod shared;
