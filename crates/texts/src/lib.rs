//! Every word a person reads, in five languages, and the numbers and dates between the words.
//!
//! The texts live in `locales/*.toml`, one file per language, the same keys in each; the build
//! makes [`Key`] out of them and stops when a language falls behind. The server embeds all five
//! (feature `embedded`). The browser gets only the language in use: the server writes
//! [`Catalogue::to_lines`] into the page and [`Catalogue::from_lines`] reads it back. Texts that
//! only the server shows are named in `build.rs`; they do not travel, and their keys do not exist
//! in the browser.
//!
//! This crate knows nothing of pages, requests or users. It has no clock: whoever wants "today"
//! says what time it is.
//!
//! To add a text: one line in each of the five files, then use `Key::SectionName`. To add a
//! language: a file, a name in `build.rs`, a variant of [`Language`] and its row in
//! `format::conventions`.

mod catalogue;
pub mod format;
mod key;
mod language;
mod zone;

pub use catalogue::Catalogue;
pub use key::Key;
pub use language::Language;
pub use zone::Zone;
