//! `GET` and `HEAD /api/v1/files/{id}/content`

use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::access::Actor;
use domain::file::StoredFile;
use formats::disposition::{self, Disposition};
use formats::media_type;
use formats::range::RangeRequest;
use futures::StreamExt as _;
use serde::Deserialize;
use wire::error::ErrorCode;

use super::conditions::{Wanted, wanted};
use crate::http::problem::{ApiError, with_causes};
use crate::middleware::UserContent;
use crate::middleware::request::RequestInfo;
use crate::state::AppState;

#[derive(Deserialize)]
pub struct Options {
    download: Option<String>,
}

pub async fn content(
    State(state): State<AppState>,
    Extension(actor): Extension<Actor>,
    Extension(info): Extension<RequestInfo>,
    method: Method,
    id: Result<Path<String>, PathRejection>,
    options: Result<Query<Options>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (Path(id), Query(options)) = (id?, options?);
    // What cannot be an id names nothing.
    let id = id.parse().map_err(|_| ApiError::new(ErrorCode::NotFound))?;
    let files = state.services().files();
    let file = files.find(actor, id).await?;
    let total = file.blob.size;
    let etag = format!("\"{}\"", file.blob.sha256);
    let is_head = method == Method::HEAD;

    let (status, span, place) = match wanted(&headers, &etag, total, is_head) {
        Wanted::Nothing => return Ok((StatusCode::NOT_MODIFIED, cache_headers(&etag)).into_response()),
        Wanted::Body(RangeRequest::Unsatisfiable) => {
            let error = ApiError::new(ErrorCode::RangeNotSatisfiable);
            return Err(error.with_header(header::CONTENT_RANGE, value(&format!("bytes */{total}"))));
        }
        Wanted::Body(RangeRequest::Whole) => (StatusCode::OK, 0..total, None),
        Wanted::Body(RangeRequest::Part(part)) => (
            StatusCode::PARTIAL_CONTENT,
            part.first()..part.last() + 1,
            Some(part.content_range(total)),
        ),
    };
    let body = if is_head || span.is_empty() {
        Body::empty()
    } else {
        let stream = files.read(actor, &file, span.clone()).await?;
        let id = info.id.clone();
        Body::from_stream(stream.map(move |piece| piece.map_err(|error| broken(&id, &error))))
    };
    let mut response = (status, cache_headers(&etag), body).into_response();
    describe(response.headers_mut(), &file, &span, options.download.is_some());
    if let Some(place) = place {
        response.headers_mut().insert(header::CONTENT_RANGE, value(&place));
    }
    Ok(response)
}

/// Storage failed after the answer had begun: all that can be done is to break off, so that nobody
/// takes the part for the whole.
fn broken(request_id: &Arc<str>, error: &(dyn std::error::Error + 'static)) -> io::Error {
    tracing::error!(%request_id, error = %with_causes(error), "content broke off in the middle");
    io::Error::other("content broke off")
}

/// Whoever keeps a copy asks each time whether it is still the one.
fn cache_headers(etag: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, value(etag));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers
}

/// What the bytes are, and how carefully a browser has to treat them.
fn describe(headers: &mut HeaderMap, file: &StoredFile, span: &Range<u64>, download: bool) {
    let shown = media_type::may_be_shown(&file.blob.media_type);
    let disposition = if shown && !download {
        Disposition::Inline
    } else {
        Disposition::Attachment
    };
    let treatment = if shown { UserContent::Shown } else { UserContent::Closed };
    headers.insert(header::CONTENT_TYPE, value(&file.blob.media_type));
    headers.insert(header::CONTENT_LENGTH, (span.end - span.start).into());
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        value(&disposition::header_value(disposition, file.name.as_str())),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, treatment.policy());
}

/// A header's value. What the store holds was made to fit one; anything else is left out.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use domain::digest::Sha256;
    use domain::file::StoredBlob;
    use domain::id::{BlobId, NodeId};
    use domain::name::NodeName;
    use domain::time::Timestamp;

    use super::*;

    fn headers_of(media_type: &str, name: &str, span: &Range<u64>, download: bool) -> HeaderMap {
        let file = StoredFile {
            id: NodeId::from_uuid(uuid::Uuid::nil()),
            name: NodeName::parse(name).expect("a name"),
            added_at: Timestamp::from_micros(0),
            blob: StoredBlob {
                id: BlobId::from_uuid(uuid::Uuid::nil()),
                size: 1000,
                sha256: Sha256::from_bytes([0; 32]),
                crc32: 0,
                media_type: media_type.to_owned(),
            },
        };
        let mut headers = HeaderMap::new();
        describe(&mut headers, &file, span, download);
        headers
    }

    #[test]
    fn what_could_run_is_saved_and_sandboxed() {
        for media_type in [
            "text/html",
            "image/svg+xml",
            "application/xml",
            "application/octet-stream",
        ] {
            let headers = headers_of(media_type, "page.html", &(0..1000), false);
            assert!(
                headers[header::CONTENT_DISPOSITION]
                    .to_str()
                    .expect("text")
                    .starts_with("attachment"),
                "{media_type}"
            );
            assert_eq!(
                headers[header::CONTENT_SECURITY_POLICY],
                "default-src 'none'; sandbox",
                "{media_type}"
            );
        }
    }

    #[test]
    fn pictures_are_shown_unless_asked_for_to_be_saved() {
        let shown = headers_of("image/png", "a.png", &(0..1000), false);
        assert!(
            shown[header::CONTENT_DISPOSITION]
                .to_str()
                .expect("text")
                .starts_with("inline")
        );
        assert!(
            !shown[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .expect("text")
                .contains("sandbox")
        );
        let saved = headers_of("image/png", "a.png", &(0..1000), true);
        assert!(
            saved[header::CONTENT_DISPOSITION]
                .to_str()
                .expect("text")
                .starts_with("attachment")
        );
    }

    #[test]
    fn a_part_has_its_own_length() {
        let part = headers_of("image/png", "a.png", &(10..20), false);
        assert_eq!(part[header::CONTENT_LENGTH], "10");
    }
}
