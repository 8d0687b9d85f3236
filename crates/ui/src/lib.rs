//! Components and icons: what pages are put together from.
//!
//! A leaf: it knows leptos and nothing of Dropcast, so words come in from outside, already in the
//! reader's language. Looks live in `style/`, one sheet per component, under the same name.
//!
//! To add a component: a file here named by its noun, its sheet in `style/`, all its states in both.

mod empty;
mod icon;
mod meter;
mod notice;
mod tone;
mod verdict;

pub use empty::Empty;
pub use icon::{Icon, IconName};
pub use meter::Meter;
pub use notice::Notice;
pub use tone::Tone;
pub use verdict::Verdict;
