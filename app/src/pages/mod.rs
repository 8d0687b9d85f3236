//! The pages, a folder or file per area.

pub mod dev;
pub mod docs;
pub mod failed;
pub mod files;
pub mod home;
pub mod not_found;
pub mod status;
pub mod words;
