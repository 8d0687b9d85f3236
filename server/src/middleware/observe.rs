//! The outermost layer: names each request, measures it, and writes its one line in the log.
//!
//! The line is written when the body has ended, or when whoever asked went away: only then are the
//! bytes, the time and the outcome known. Addresses, names and query strings are not in it.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::{Method, StatusCode};
use http_body::{Frame, SizeHint};
use tracing::Instrument as _;

use super::request::{self, NO_ROUTE, REQUEST_ID, RequestInfo};
use crate::http::table;
use crate::state::AppState;

/// Requests that have begun and not yet ended.
pub const IN_FLIGHT: &str = "http_requests_in_flight";
/// Requests by route, method and class of status.
pub const REQUESTS: &str = "http_requests_total";
/// Seconds from the head of a request to the end of its answer.
pub const DURATION: &str = "http_request_duration_seconds";
/// Bytes of answers' bodies.
pub const BYTES: &str = "http_response_bytes_total";

/// Names a request, lets it through, and reports on it at its end.
pub async fn request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let matched = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    let route = matched.and_then(|template| table::find(&parts.method, template));
    let template = route
        .map(|route| route.template)
        .or_else(|| {
            table::table()
                .iter()
                .map(|route| route.template)
                .find(|template| matched == Some(template))
        })
        .unwrap_or(NO_ROUTE);
    let id = request::id_of(&parts.headers, state.ambient());
    let client = state.clients().judge(&parts);
    parts.extensions.insert(RequestInfo {
        id: id.clone(),
        route,
        template,
    });
    parts.extensions.insert(client);

    let report = Report::begin(&parts.method, template, id.clone());
    let span = tracing::info_span!("request", request_id = %id, method = report.method, route = template);
    let mut response = next.run(Request::from_parts(parts, body)).instrument(span).await;
    if let Some(value) = request::id_value(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    report.over(response)
}

/// What is known of a request so far. Dropping it writes it down.
struct Report {
    method: &'static str,
    route: &'static str,
    id: Arc<str>,
    begun: Instant,
    status: Option<StatusCode>,
    bytes: u64,
    whole: bool,
}

impl Report {
    fn begin(method: &Method, route: &'static str, id: Arc<str>) -> Self {
        metrics::gauge!(IN_FLIGHT).increment(1.0);
        let method = request::method_label(method);
        Self {
            method,
            route,
            id,
            begun: Instant::now(),
            status: None,
            bytes: 0,
            whole: false,
        }
    }

    /// Goes along with the answer's body to its end.
    fn over(mut self, response: Response) -> Response {
        let status = response.status();
        self.status = Some(status);
        // These end with their head, whatever the body says it could send.
        self.whole = self.method == "HEAD"
            || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
            || http_body::Body::is_end_stream(response.body());
        let expected = http_body::Body::size_hint(response.body()).exact().or_else(|| {
            let length = response.headers().get(http::header::CONTENT_LENGTH)?;
            length.to_str().ok()?.parse().ok()
        });
        response.map(|inner| {
            Body::new(Counted {
                inner,
                expected,
                report: self,
            })
        })
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let Self {
            method,
            route,
            id,
            begun,
            status,
            bytes,
            whole,
        } = self;
        let took = begun.elapsed();
        // No status: whoever asked went away before there was an answer.
        let class = match status.map(|status| status.as_u16() / 100) {
            Some(1) => "1xx",
            Some(2) => "2xx",
            Some(3) => "3xx",
            Some(4) => "4xx",
            Some(_) => "5xx",
            None => "gone",
        };
        metrics::gauge!(IN_FLIGHT).decrement(1.0);
        metrics::counter!(REQUESTS, "route" => *route, "method" => *method, "status" => class).increment(1);
        metrics::histogram!(DURATION, "route" => *route, "method" => *method, "status" => class).record(took);
        metrics::counter!(BYTES, "route" => *route).increment(*bytes);
        let status = status.map_or(0, |status| status.as_u16());
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let cut = !*whole;
        tracing::info!(
            target: "dropcast::http", method, route, status, bytes, ms, request_id = %id, cut,
            "{method} {route} {status}, {bytes} bytes in {ms} ms{}", if cut { ", cut" } else { "" },
        );
    }
}

/// A body that counts what it hands over.
struct Counted {
    inner: Body,
    expected: Option<u64>,
    report: Report,
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.report.bytes += u64::try_from(length).unwrap_or(0);
                // The connection does not ask again once it has all it was promised.
                let all = self.expected.is_some_and(|expected| self.report.bytes >= expected);
                self.report.whole = all || self.inner.is_end_stream();
            }
            Some(Err(_)) => self.report.whole = false,
            None => self.report.whole = self.expected.is_none_or(|expected| self.report.bytes >= expected),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures::stream;
    use http_body_util::BodyExt as _;

    use super::*;

    /// What would be logged of a body whose first `frames` frames are read.
    async fn after(frames: usize, body: Body, length: Option<u64>) -> (u64, bool) {
        let report = Report::begin(&Method::GET, "/test", "test-id-0".into());
        let mut response = Response::new(body);
        if let Some(length) = length {
            response
                .headers_mut()
                .insert(http::header::CONTENT_LENGTH, length.into());
        }
        let expected = length.or_else(|| http_body::Body::size_hint(response.body()).exact());
        let mut body = Counted {
            inner: response.into_body(),
            expected,
            report,
        };
        for _ in 0..frames {
            let _ = body.frame().await;
        }
        (body.report.bytes, body.report.whole)
    }

    fn two_pieces() -> Body {
        Body::from_stream(stream::iter([Ok::<_, std::io::Error>("12345"), Ok("67890")]))
    }

    #[tokio::test]
    async fn a_body_is_whole_once_its_promised_length_is_out() {
        assert_eq!(after(1, two_pieces(), Some(10)).await, (5, false));
        assert_eq!(after(2, two_pieces(), Some(10)).await, (10, true));
        assert_eq!(after(1, Body::from("12345"), None).await, (5, true));
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_whole_at_its_end() {
        assert_eq!(after(2, two_pieces(), None).await, (10, false));
        assert_eq!(after(3, two_pieces(), None).await, (10, true));
    }

    #[tokio::test]
    async fn an_error_in_the_middle_is_a_cut() {
        let body = Body::from_stream(stream::iter([Ok("12345"), Err(std::io::Error::other("away"))]));
        assert_eq!(after(2, body, Some(10)).await, (5, false));
    }
}
