//! The pages of Dropcast: rendered on the server first, then taken over in the browser.
//!
//! A page is a folder below `pages/`; what it asks of the server is in `server_fns/<area>.rs`; what
//! outlives a page (texts, uploads) is a provider. Rules do not live here: a server function takes
//! its input, calls one method of `service`, and maps the answer.
//!
//! To add a page: a module below `pages/` that implements `LazyRoute` (asking for its data in its
//! view, see ADR 10), a row in [`routes::PAGES`] and a route in [`App`]; an entry in
//! `frame/places.rs` once its area is there. Its strings go into the catalogues of `texts`, all
//! five of them. To add something that can be done anywhere: a line in `palette/commands.rs`.

#![recursion_limit = "256"]

mod bootstrap;
pub mod context;
mod frame;
#[cfg(feature = "ssr")]
pub mod installed;
pub mod mark;
mod pages;
mod palette;
mod providers;
mod root;
pub mod routes;
mod server_fns;
#[cfg(feature = "ssr")]
mod shell;

pub use root::App;
#[cfg(feature = "ssr")]
pub use server_fns::register;
#[cfg(feature = "ssr")]
pub use shell::shell;
