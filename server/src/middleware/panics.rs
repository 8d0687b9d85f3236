//! A panic in a handler costs that one request, answered like any other fault of ours.

use std::any::Any;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use wire::error::ErrorCode;

use crate::http::problem::ApiError;

type Answer = fn(Box<dyn Any + Send>) -> Response<Body>;

pub fn layer() -> CatchPanicLayer<Answer> {
    CatchPanicLayer::custom(answer as Answer)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn answer(panic: Box<dyn Any + Send>) -> Response<Body> {
    tracing::error!(panic = words(panic.as_ref()), "a handler panicked");
    ApiError::new(ErrorCode::Internal).into_response()
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without words")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::Carried;

    #[test]
    fn what_a_panic_said_stays_inside() {
        let response = answer(Box::new("secret path".to_owned()));
        assert_eq!(response.status(), 500);
        let Carried(problem) = response.extensions().get().expect("a problem");
        assert!(!problem.detail.contains("secret"));
        assert_eq!(words(&"static words"), "static words");
    }
}
