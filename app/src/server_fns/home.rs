//! Home, for the page of that name.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use wire::home::HomeReport;

use super::UiError;

/// What happened lately, and how things stand.
#[server(prefix = "/api/ui", endpoint = "home", input = Json, output = Json)]
pub async fn home() -> Result<HomeReport, UiError> {
    let page = super::page()?;
    Ok(page.services.home().report(page.actor).await?)
}
