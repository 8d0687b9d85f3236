//! How the installation is doing, for its page.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use wire::health::HealthReport;

use super::UiError;

#[server(prefix = "/api/ui", endpoint = "system_status", input = Json, output = Json)]
pub async fn system_status() -> Result<HealthReport, UiError> {
    let page = super::page()?;
    Ok(page.services.health().await)
}
