//! What pages ask of the server. Each function takes its input, calls one method of `service` and
//! maps the answer; access is decided there, by the actor of the request.
//!
//! The functions are ordinary public endpoints below `/api/ui`; file bytes never travel here.

pub mod docs;
mod error;
pub mod files;
pub mod home;
pub mod jobs;
mod patience;
pub mod status;

pub use error::UiError;
pub use patience::in_time;

/// Makes the functions known to the server's router. The linker would find them by itself on most
/// systems; naming them here makes it certain, and the route table checks the result.
#[cfg(feature = "ssr")]
pub fn register() {
    server_fn::axum::register_explicit::<docs::DocArticle>();
    server_fn::axum::register_explicit::<docs::DocShelves>();
    server_fn::axum::register_explicit::<files::ListFiles>();
    server_fn::axum::register_explicit::<home::Home>();
    server_fn::axum::register_explicit::<jobs::BackgroundWork>();
    server_fn::axum::register_explicit::<jobs::CancelJob>();
    server_fn::axum::register_explicit::<jobs::RetryJob>();
    server_fn::axum::register_explicit::<status::SystemStatus>();
}

#[cfg(feature = "ssr")]
fn page() -> Result<crate::context::PageContext, UiError> {
    leptos::prelude::use_context().ok_or_else(UiError::internal)
}
