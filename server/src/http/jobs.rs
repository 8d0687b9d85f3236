//! Background work: what waits and runs, why something failed, and what to do about it.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Json};
use domain::access::{Access, Actor};
use domain::id::JobId;
use domain::job::JobState;
use http::Method;
use serde::Deserialize;
use utoipa::openapi::path::{OperationBuilder, ParameterIn};
use wire::error::ErrorCode;
use wire::jobs::{JobEntry, JobPage, QueueList};
use wire::limits::{DEFAULT_PAGE, MAX_PAGE};

use super::openapi::{Describe as _, integer, text};
use super::problem::ApiError;
use super::table::{Kind, RateClass, Route};
use crate::state::AppState;

type Described = fn(OperationBuilder) -> OperationBuilder;

pub fn rows() -> Vec<Route> {
    let row = |method, template, about, handler: fn() -> MethodRouter<AppState>, document: Described| Route {
        method,
        template,
        access: Access::Operator,
        rate: RateClass::Api,
        kind: Kind::Api,
        about,
        handler,
        document: Some(document),
    };
    vec![
        row(
            Method::GET,
            "/api/v1/jobs",
            "Lists background jobs, newest first.",
            || get(list),
            list_document,
        ),
        row(
            Method::GET,
            "/api/v1/jobs/{id}",
            "Shows one background job.",
            || get(find),
            |operation| named(operation).answers::<JobEntry>(200, "The job."),
        ),
        row(
            Method::POST,
            "/api/v1/jobs/{id}/cancel",
            "Ends a job that waits, or asks one that runs to stop.",
            || post(cancel),
            |operation| {
                named(operation)
                    .answers::<JobEntry>(200, "The job as it stands now; one that runs has `cancel_asked`.")
                    .refuses(409, "The job is over.")
            },
        ),
        row(
            Method::POST,
            "/api/v1/jobs/{id}/retry",
            "Has a job that failed or was cancelled start over.",
            || post(retry),
            |operation| {
                named(operation)
                    .answers::<JobEntry>(200, "The job as it stands now, with all its attempts before it.")
                    .refuses(
                        409,
                        "The job neither failed nor was cancelled, or another does the same already.",
                    )
            },
        ),
        row(
            Method::GET,
            "/api/v1/queues",
            "Shows how much waits, runs and failed in each queue.",
            || get(queues),
            |operation| operation.answers::<QueueList>(200, "All queues, the most urgent first."),
        ),
    ]
}

fn list_document(operation: OperationBuilder) -> OperationBuilder {
    operation
        .takes(
            "state",
            ParameterIn::Query,
            text(),
            "Only jobs in this state: `pending`, `analyzing`, `processing`, `completed`, `failed` or `cancelled`.",
        )
        .takes("queue", ParameterIn::Query, text(), "Only jobs of this queue.")
        .takes("after", ParameterIn::Query, text(), "The `next` of the page before.")
        .takes(
            "limit",
            ParameterIn::Query,
            integer(),
            "Jobs on this page: 1 to 500, 100 if absent.",
        )
        .answers::<JobPage>(200, "A page of jobs.")
        .refuses(
            400,
            "`state` is not one, `after` is not an id, or `limit` is out of range.",
        )
}

fn named(operation: OperationBuilder) -> OperationBuilder {
    operation
        .takes("id", ParameterIn::Path, text(), "The job's id.")
        .refuses(404, "There is no such job.")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Window {
    state: Option<String>,
    queue: Option<String>,
    after: Option<String>,
    limit: Option<u32>,
}

async fn list(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    window: Result<Query<Window>, QueryRejection>,
) -> Result<Json<JobPage>, ApiError> {
    let Query(window) = window?;
    let (wanted, after, limit) = window.checked()?;
    let console = state.services().console();
    Ok(Json(console.page(actor, wanted, window.queue, after, limit).await?))
}

impl Window {
    fn checked(&self) -> Result<(Option<JobState>, Option<JobId>, u32), ApiError> {
        let bad = |detail: String| ApiError::saying(ErrorCode::BadRequest, detail);
        let state = self.state.as_deref().map(str::parse).transpose().map_err(|_| {
            let known = JobState::ALL.map(|state| format!("`{state}`")).join(", ");
            bad(format!("`state` has to be one of {known}."))
        })?;
        let after = self.after.as_deref().map(str::parse).transpose();
        let after =
            after.map_err(|_| bad("`after` is not an id: hand back the `next` of the page before.".to_owned()))?;
        let limit = self.limit.unwrap_or(DEFAULT_PAGE);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(bad(format!("`limit` has to be between 1 and {MAX_PAGE}.")));
        }
        Ok((state, after, limit))
    }
}

async fn find(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<JobEntry>, ApiError> {
    Ok(Json(state.services().console().find(actor, job(id)?).await?))
}

async fn cancel(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<JobEntry>, ApiError> {
    Ok(Json(state.services().console().cancel(actor, job(id)?).await?))
}

async fn retry(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<JobEntry>, ApiError> {
    Ok(Json(state.services().console().retry(actor, job(id)?).await?))
}

async fn queues(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
) -> Result<Json<QueueList>, ApiError> {
    Ok(Json(state.services().console().queues(actor).await?))
}

/// What is not an id is nobody's address.
fn job(id: Result<Path<String>, PathRejection>) -> Result<JobId, ApiError> {
    let Path(id) = id?;
    id.parse()
        .map_err(|_| ApiError::saying(ErrorCode::NotFound, "There is no such job."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(state: Option<&str>, after: Option<&str>, limit: Option<u32>) -> Result<Option<JobState>, ErrorCode> {
        let window = Window {
            state: state.map(str::to_owned),
            queue: None,
            after: after.map(str::to_owned),
            limit,
        };
        let checked = window.checked().map_err(|error| error.code());
        checked.map(|(state, _, _)| state)
    }

    #[test]
    fn a_window_has_sane_bounds() {
        assert_eq!(window(None, None, Some(MAX_PAGE)), Ok(None));
        for limit in [0, MAX_PAGE + 1, u32::MAX] {
            assert_eq!(window(None, None, Some(limit)), Err(ErrorCode::BadRequest), "{limit}");
        }
        for after in ["", "1", "' OR 1=1 --"] {
            assert_eq!(window(None, Some(after), None), Err(ErrorCode::BadRequest), "{after}");
        }
    }

    #[test]
    fn a_state_is_one_of_ours() {
        for state in JobState::ALL {
            assert_eq!(window(Some(state.as_str()), None, None), Ok(Some(state)));
        }
        for state in ["", "Failed", "running", "failed' OR 1=1"] {
            assert_eq!(window(Some(state), None, None), Err(ErrorCode::BadRequest), "{state}");
        }
    }
}
