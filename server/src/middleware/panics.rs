//! A panic in a handler costs that one request, answered like any other fault of ours. What it said
//! is in the log already: the panic hook writes it down.

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

fn answer(_panic: Box<dyn Any + Send>) -> Response<Body> {
    ApiError::new(ErrorCode::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use http::Request;
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::problem::Carried;

    #[tokio::test]
    async fn what_a_panic_said_stays_inside() {
        let broken = get(async || -> () { panic!("secret path") });
        let router = Router::new().route("/", broken).layer(layer());
        let request = Request::get("/").body(Body::empty()).expect("a request");
        let response = router.oneshot(request).await.expect("an answer");
        assert_eq!(response.status(), 500);
        let Carried(problem) = response.extensions().get().expect("a problem");
        assert!(!problem.detail.contains("secret"));
    }
}
