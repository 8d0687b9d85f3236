//! How long an answer may take to begin, and how long any body may stand still.

use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use wire::error::ErrorCode;

use super::idle::Watched;
use super::request::RequestInfo;
use crate::http::problem::ApiError;
use crate::http::table::Kind;
use crate::state::AppState;

pub async fn respond_in_time(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let patience = state.config().server.response_timeout;
    let kind = request
        .extensions()
        .get::<RequestInfo>()
        .and_then(|info| info.route)
        .map(|route| route.kind);
    let response = if kind == Some(Kind::Upload) {
        // An upload answers when the last byte is safe; only its standing still has an end.
        next.run(request.map(|body| watched(body, patience))).await
    } else if let Ok(response) = tokio::time::timeout(patience, next.run(request)).await {
        response
    } else {
        tracing::warn!(seconds = patience.as_secs(), "an answer did not begin in time");
        ApiError::new(ErrorCode::TimedOut).into_response()
    };
    response.map(|body| watched(body, patience))
}

/// Bodies in memory cannot stand still, and keep their exact length this way.
fn watched(body: Body, patience: Duration) -> Body {
    let in_memory = http_body::Body::size_hint(&body).exact().is_some();
    if in_memory {
        body
    } else {
        Body::new(Watched::new(body, patience))
    }
}
