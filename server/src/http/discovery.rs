//! `GET /api/openapi.json`: what programs may call.

use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Access;
use http::{HeaderValue, Method, header};

use super::openapi::{self, Describe as _};
use super::table::{Kind, RateClass, Route};

pub fn rows() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        template: "/api/openapi.json",
        access: Access::Public,
        rate: RateClass::Api,
        kind: Kind::Api,
        about: "Sends this document.",
        handler: || get(document),
        document: Some(|operation| operation.answers_text(200, "An OpenAPI document in JSON.")),
    }]
}

async fn document() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| openapi::document().to_json().unwrap_or_default());
    let mut response = DOCUMENT.as_str().into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
