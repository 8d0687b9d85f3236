//! Background work, for its part of the system page.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use wire::jobs::{JobEntry, WorkReport};

use super::UiError;

/// What waits, runs, failed and was done lately.
#[server(prefix = "/api/ui", endpoint = "background_work", input = Json, output = Json)]
pub async fn background_work() -> Result<WorkReport, UiError> {
    let page = super::page()?;
    Ok(page.services.console().overview(page.actor).await?)
}

/// Ends a job that waits; asks one that runs to stop.
#[server(prefix = "/api/ui", endpoint = "cancel_job", input = Json, output = Json)]
pub async fn cancel_job(id: String) -> Result<JobEntry, UiError> {
    let page = super::page()?;
    Ok(page.services.console().cancel(page.actor, job(&id)?).await?)
}

/// Has a job that failed or was cancelled start over.
#[server(prefix = "/api/ui", endpoint = "retry_job", input = Json, output = Json)]
pub async fn retry_job(id: String) -> Result<JobEntry, UiError> {
    let page = super::page()?;
    Ok(page.services.console().retry(page.actor, job(&id)?).await?)
}

#[cfg(feature = "ssr")]
fn job(id: &str) -> Result<domain::id::JobId, UiError> {
    use wire::error::{ErrorCode, Problem};

    id.parse()
        .map_err(|_| UiError(Problem::new(ErrorCode::BadRequest, "Bad request", "`id` is not an id.")))
}
