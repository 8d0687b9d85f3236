//! Everything that can be asked for over HTTP.
//!
//! A handler takes its input, calls one method of `service` and maps the answer; access, limits
//! and time-outs were settled before it runs, from its row in the [`table`]. Errors are
//! [`problem::ApiError`]s. The layers around all routes are in [`crate::middleware`].
//!
//! To add an area: a module with `rows()`, named in the table.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::Method;
use wire::error::ErrorCode;

use self::problem::ApiError;
use crate::middleware;
use crate::state::AppState;

pub mod cookies;
mod discovery;
mod files;
mod front;
pub mod health;
mod jobs;
pub mod language;
mod manifest;
mod metrics;
mod offline;
mod openapi;
mod pages;
pub mod plain;
mod preferences;
pub mod problem;
pub mod table;

#[cfg(test)]
mod tests;

/// The router of the main address, all layers applied.
pub fn router(state: AppState) -> Router {
    pages::prepare();
    middleware::figures::begin(state.shutdown());
    let routes = table::table()
        .iter()
        .fold(Router::new(), |router, route| {
            router.route(route.template, (route.handler)())
        })
        .method_not_allowed_fallback(wrong_method)
        .fallback(nothing_here);
    language::below_each(middleware::around(routes, &state).with_state(state))
}

/// The router of the address for figures. It also says that the process is alive, because a worker
/// has no other address.
pub fn metrics_router(state: AppState) -> Router {
    Router::new()
        .route("/metrics", axum::routing::get(metrics::exposition))
        .route("/healthz", axum::routing::get(health::alive))
        .with_state(state)
}

async fn wrong_method() -> ApiError {
    ApiError::new(ErrorCode::MethodNotAllowed)
}

/// No route matched: a problem for programs, our "not found" page for people.
async fn nothing_here(state: State<AppState>, request: Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads && !table::is_for_programs(request.uri().path()) {
        return pages::page(state, request).await;
    }
    ApiError::new(ErrorCode::NotFound).into_response()
}
