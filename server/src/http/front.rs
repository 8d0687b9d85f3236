//! The front end's files, from inside the binary.

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{OriginalUri, Path};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Access;
use http::{HeaderMap, HeaderValue, Method, header};
use wire::error::ErrorCode;

use super::problem::ApiError;
use super::table::{Kind, RateClass, Route};
use crate::front::{self, File};

/// A file below `/pkg/<hash>` never changes: another content has another hash.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// By a worker that is a day old, nobody would hear of another version for that day.
const ASK_EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// The service worker: the one script at a fixed address.
const WORKER: &str = "/sw.js";

/// A script may run as a worker, and a worker obeys the policy it came with.
const SCRIPT_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-ancestors 'none'",
);

pub fn rows() -> Vec<Route> {
    let row = |template, about, handler| Route {
        method: Method::GET,
        template,
        access: Access::Public,
        rate: RateClass::Asset,
        kind: Kind::Asset,
        about,
        handler,
        document: None,
    };
    let mut rows = vec![row(
        "/pkg/{hash}/{*file}",
        "Sends a file of this build's front end.",
        || get(package),
    )];
    rows.extend(
        front::root_files()
            .iter()
            .map(|file| row(file.name, "Sends a file at a fixed address.", || get(root))),
    );
    rows
}

async fn package(
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Path((hash, name)) = path?;
    let missing = "This file belongs to another version of Dropcast. Reload the page.";
    let file = front::package_file(&hash, &name).ok_or_else(|| ApiError::saying(ErrorCode::NotFound, missing))?;
    Ok(send(file, FOR_EVER, &headers))
}

async fn root(OriginalUri(address): OriginalUri, headers: HeaderMap) -> Result<Response, ApiError> {
    let file = front::root_file(address.path()).ok_or_else(|| ApiError::new(ErrorCode::NotFound))?;
    let keep = if file.name == WORKER { ASK_EACH_TIME } else { FOR_A_DAY };
    Ok(send(file, keep, &headers))
}

fn send(file: &'static File, keep: HeaderValue, asked: &HeaderMap) -> Response {
    let (bytes, encoding) = choose(file, asked);
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(file.name)));
    headers.insert(header::CONTENT_LENGTH, bytes.len().into());
    headers.insert(header::CACHE_CONTROL, keep);
    if media_type(file.name).starts_with("text/javascript") {
        headers.insert(header::CONTENT_SECURITY_POLICY, SCRIPT_POLICY);
    }
    if file.br.is_some() || file.gz.is_some() {
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The smallest form the client takes.
fn choose(file: &'static File, asked: &HeaderMap) -> (&'static [u8], Option<&'static str>) {
    match (file.br, file.gz) {
        (Some(packed), _) if accepts(asked, "br") => (packed, Some("br")),
        (_, Some(packed)) if accepts(asked, "gzip") => (packed, Some("gzip")),
        _ => (file.plain, None),
    }
}

fn accepts(asked: &HeaderMap, encoding: &str) -> bool {
    let lists = asked
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, ""));
        let refused = weight
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.parse::<f32>().ok())
            .is_some_and(|q| q <= 0.0);
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static SCRIPT: File = File {
        name: "frontend.js",
        plain: b"plain",
        br: Some(b"br"),
        gz: Some(b"gz"),
    };
    static FONT: File = File {
        name: "face.woff2",
        plain: b"plain",
        br: None,
        gz: None,
    };

    fn encoding(file: &'static File, accept: &'static str) -> Option<&'static str> {
        let mut asked = HeaderMap::new();
        asked.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(accept));
        choose(file, &asked).1
    }

    #[test]
    fn the_client_decides_how_a_file_is_packed() {
        assert_eq!(encoding(&SCRIPT, "gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(encoding(&SCRIPT, "br;q=0, gzip;q=0.5"), Some("gzip"));
        assert_eq!(encoding(&SCRIPT, "identity"), None);
        assert_eq!(encoding(&SCRIPT, "brr, xgzip"), None);
        assert_eq!(encoding(&FONT, "br, gzip"), None);
    }

    #[test]
    fn what_may_come_packed_says_what_it_depends_on() {
        let response = send(&SCRIPT, FOR_EVER, &HeaderMap::new());
        assert_eq!(response.headers()[header::VARY], "accept-encoding");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "text/javascript; charset=utf-8"
        );
        assert!(
            !send(&FONT, FOR_EVER, &HeaderMap::new())
                .headers()
                .contains_key(header::VARY)
        );
    }

    #[tokio::test]
    async fn files_of_another_build_are_gone() {
        let path = Path(("0000".to_owned(), "frontend.js".to_owned()));
        let error = package(Ok(path), HeaderMap::new()).await.expect_err("no such build");
        assert_eq!(error.code(), ErrorCode::NotFound);
    }
}
