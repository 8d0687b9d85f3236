//! Refuses what pages of other sites make a browser send (cross-site request forgery).
//!
//! The browser says where a request comes from (`Sec-Fetch-Site`, `Origin`); programs send
//! neither and pass. No tokens in forms, nothing to forget on a new route.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use wire::error::ErrorCode;

use crate::config::Server;
use crate::http::problem::ApiError;

type Refuse = fn(ProtectionError) -> Response<Body>;

pub fn layer(server: &Server) -> CsrfLayer<Refuse> {
    let public = server.public_url.iter().map(|url| url.origin.as_str());
    let allowed = server.cors_origins.iter().filter_map(|origin| origin.to_str().ok());
    let layer = public.chain(allowed).fold(CsrfLayer::new(), |layer, origin| {
        // Both lists hold origins that were checked when the configuration was read.
        layer.clone().add_trusted_origin(origin).unwrap_or(layer)
    });
    layer.with_rejection_response(refuse as Refuse)
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the reason over")]
fn refuse(reason: ProtectionError) -> Response<Body> {
    tracing::info!(%reason, "a cross-site request was refused");
    ApiError::new(ErrorCode::CrossSite).into_response()
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use http::{Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;
    use crate::config::Config;

    async fn answer(public_url: Option<&str>, headers: &[(&str, &str)]) -> StatusCode {
        let env = public_url.map(|url| ("DROPCAST_PUBLIC_URL".to_owned(), url.to_owned()));
        let config = Config::load(env, None, &|_| unreachable!("no secret files")).expect("a configuration");
        let router = Router::new()
            .route("/", post(async || "done"))
            .layer(layer(&config.server));
        let mut request = Request::post("/").header("host", "localhost:8080");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        router
            .oneshot(request.body(Body::empty()).expect("a request"))
            .await
            .expect("an answer")
            .status()
    }

    #[tokio::test]
    async fn our_pages_and_programs_pass() {
        assert_eq!(answer(None, &[]).await, 200);
        assert_eq!(answer(None, &[("sec-fetch-site", "same-origin")]).await, 200);
        assert_eq!(answer(None, &[("origin", "http://localhost:8080")]).await, 200);
        let public = Some("https://files.example.org");
        assert_eq!(
            answer(
                public,
                &[("origin", "https://files.example.org"), ("sec-fetch-site", "same-site")]
            )
            .await,
            200
        );
    }

    #[tokio::test]
    async fn pages_of_others_do_not() {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "http://localhost:8081")],
            &[("origin", "http://localhost:8080"), ("sec-fetch-site", "cross-site")],
        ] {
            assert_eq!(answer(None, headers).await, 403, "{headers:?}");
        }
    }
}
