//! The command palette and the sheet of keys. Loaded when first asked for.

mod commands;
mod find;
mod keys;
mod list;

use leptos::prelude::*;
use ui::Whole as _;

/// Pages and actions by name.
#[cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "what is loaded late is awaited")
)]
#[lazy]
pub fn palette() -> AnyView {
    view! { <list::Palette /> }.whole()
}

/// What each key does.
#[cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "what is loaded late is awaited")
)]
#[lazy]
pub fn keys() -> AnyView {
    view! { <keys::Keys /> }.whole()
}
