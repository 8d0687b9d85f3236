//! The access gate: one place in front of all routes, which asks the row who may come in.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::access::{Access, Actor};
use wire::error::ErrorCode;

use super::client::Client;
use super::request::RequestInfo;
use crate::http::problem::ApiError;

const REMEDY: &str = "This installation has no accounts yet and lets in only the computer it runs on, under its own name. \
                      Open it there; or let in whoever reaches it with DROPCAST_OPEN_ACCESS=true. Behind a proxy, set \
                      DROPCAST_TRUSTED_PROXIES and DROPCAST_PUBLIC_URL as well.";

/// Admits a request or answers it. What is admitted carries its [`Actor`].
///
/// An address without a row is let through: there is nothing behind it but "not found".
pub async fn admit(mut request: Request, next: Next) -> Response {
    let route = request.extensions().get::<RequestInfo>().and_then(|info| info.route);
    let actor = request
        .extensions()
        .get::<Client>()
        .map_or(Actor::Stranger, |client| client.actor);
    if actor.may(route.map_or(Access::Public, |route| route.access)).is_err() {
        return ApiError::saying(ErrorCode::Forbidden, REMEDY).into_response();
    }
    request.extensions_mut().insert(actor);
    next.run(request).await
}
