//! Files, for the pages that list them.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use wire::files::FilePage;

use super::UiError;

/// A page of files, newest first; `after` is the `next` of the page before.
#[server(prefix = "/api/ui", endpoint = "list_files", input = Json, output = Json)]
pub async fn list_files(after: Option<String>) -> Result<FilePage, UiError> {
    use wire::error::{ErrorCode, Problem};

    let page = super::page()?;
    let after = after.map(|id| id.parse()).transpose().map_err(|_| {
        UiError(Problem::new(
            ErrorCode::BadRequest,
            "Bad request",
            "`after` is not an id.",
        ))
    })?;
    Ok(page
        .services
        .files()
        .page(page.actor, after, wire::limits::DEFAULT_PAGE)
        .await?)
}
