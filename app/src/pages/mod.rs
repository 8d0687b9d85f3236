//! The pages, a folder or file per area.

pub mod files;
pub mod not_found;
pub mod status;
pub mod words;
