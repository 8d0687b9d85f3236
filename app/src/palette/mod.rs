//! The command palette and the sheet of keys. Loaded when first asked for.

mod commands;
mod find;
mod keys;
mod list;

use leptos::prelude::*;
use ui::Whole as _;

/// Pages and actions by name.
#[lazy]
pub fn palette() -> AnyView {
    view! { <list::Palette /> }.whole()
}

/// What each key does.
#[lazy]
pub fn keys() -> AnyView {
    view! { <keys::Keys /> }.whole()
}
