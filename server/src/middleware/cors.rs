//! Which other sites' pages may call the API in a browser: those the operator named, without
//! cookies. Usually there are none, and then there is no such layer.

use std::time::Duration;

use http::{HeaderName, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::request::REQUEST_ID;
use crate::config::Server;

const METHODS: [Method; 5] = [Method::GET, Method::HEAD, Method::PUT, Method::POST, Method::DELETE];

const TAKEN: [HeaderName; 6] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::RANGE,
    REQUEST_ID,
];

const SHOWN: [HeaderName; 8] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
    REQUEST_ID,
];

pub fn layer(server: &Server) -> Option<CorsLayer> {
    (!server.cors_origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(server.cors_origins.iter().cloned()))
            .allow_methods(METHODS)
            .allow_headers(TAKEN)
            .expose_headers(SHOWN)
            .max_age(Duration::from_hours(1))
    })
}
