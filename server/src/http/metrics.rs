//! The figures, as Prometheus reads them.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Access;
use http::{HeaderMap, Method, header};
use wire::error::ErrorCode;

use super::openapi::Describe as _;
use super::problem::ApiError;
use super::table::{Kind, RateClass, Route};
use crate::middleware::figures;
use crate::state::AppState;

const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

pub fn rows() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        template: "/metrics",
        // The token decides; without one there is nothing here.
        access: Access::Public,
        rate: RateClass::Health,
        kind: Kind::Api,
        about: "Figures for Prometheus, to whoever has the token; they also have an address of their own.",
        handler: || get(with_token),
        document: Some(|operation| {
            operation
                .answers_text(200, "The figures.")
                .refuses(404, "There is no token, or another one.")
        }),
    }]
}

/// The figures, to whoever reached the address that is only for them.
pub async fn exposition(State(_): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, EXPOSITION)], figures::exposition()).into_response()
}

/// The figures on the main address. Whoever lacks the token does not learn that they are here.
async fn with_token(state: State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    let token = state.config().metrics.token.as_ref();
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match (token, shown) {
        (Some(token), Some(shown)) if same(token.expose(), shown) => Ok(exposition(state).await),
        _ => Err(ApiError::new(ErrorCode::NotFound)),
    }
}

/// Compares in a time that does not tell how much of the token was right.
fn same(token: &str, shown: &str) -> bool {
    let (token, shown) = (token.as_bytes(), shown.as_bytes());
    let differing = token.iter().zip(shown).fold(0, |differing, (a, b)| differing | (a ^ b));
    std::hint::black_box(differing) == 0 && token.len() == shown.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_token_will_do() {
        assert!(same("0123456789abcdef", "0123456789abcdef"));
        for shown in ["", "0", "0123456789abcde", "0123456789abcdef0", "0123456789abcdeF"] {
            assert!(!same("0123456789abcdef", shown), "{shown}");
        }
    }
}
