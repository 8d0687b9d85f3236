//! `PUT /api/v1/files/{name}`

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::access::Actor;
use domain::name::NodeName;
use futures::TryStreamExt as _;
use service::{BodyError, Files};
use wire::error::ErrorCode;

use crate::http::problem::{ApiError, sentence};
use crate::middleware::idle;
use crate::state::AppState;

pub async fn upload(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let Path(name) = name?;
    let name = NodeName::parse(name)
        .map_err(|error| ApiError::saying(ErrorCode::InvalidName, sentence(&error.to_string())))?;
    let declared = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    let pieces = body.into_data_stream().map_err(reason);
    let file = state.services().files().upload(actor, name, declared, pieces).await?;
    let entry = Files::entry(&file);
    let location = HeaderValue::from_str(&entry.content_url).ok();
    let mut response = (StatusCode::CREATED, Json(entry)).into_response();
    if let Some(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Why no more of a body came.
fn reason(error: axum::Error) -> BodyError {
    if idle::stood_still(&error) {
        BodyError::TooSlow
    } else {
        BodyError::broken(error)
    }
}
