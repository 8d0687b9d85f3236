//! While the installation is being maintained, nobody is let in: people read why, programs get a
//! problem, and no body is taken in.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use wire::error::ErrorCode;

use super::request::RequestInfo;
use crate::config::Maintenance;
use crate::http::problem::ApiError;
use crate::http::table::RateClass;
use crate::state::AppState;

/// How long to stay away before trying again, in seconds.
const RETRY_AFTER: u64 = 60;

pub async fn refuse(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<RequestInfo>().and_then(|info| info.route);
    // Whoever runs it still wants to know how it is, and our page its style.
    let goes_on = route.is_some_and(|route| matches!(route.rate, RateClass::Health | RateClass::Asset));
    let problem = match &state.config().server.maintenance {
        Maintenance::Off => return next.run(request).await,
        _ if goes_on => return next.run(request).await,
        Maintenance::On => ApiError::new(ErrorCode::Maintenance),
        Maintenance::Because(sentence) => ApiError::saying(ErrorCode::Maintenance, sentence),
    };
    problem.retry_after(RETRY_AFTER).into_response()
}
