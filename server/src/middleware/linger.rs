//! Lets a client that is still sending hear why it was refused.
//!
//! When an answer goes out while the body is still coming in, the connection has to be closed, and
//! the reset that follows often destroys the answer on its way. So after a refusal the rest of the
//! body is taken in and thrown away, up to a limit. A client that asked first
//! (`Expect: 100-continue`) has not sent anything and needs no such thing.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use http::header;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;

/// The most that is taken in for nothing.
const MOST: usize = 16 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(3);

pub async fn hear_out(request: Request, next: Next) -> Response {
    let asked_first = request.headers().contains_key(header::EXPECT);
    if asked_first || http_body::Body::is_end_stream(request.body()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let shared = Shared(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(parts, Body::new(shared.clone()))).await;
    if response.status().is_client_error() || response.status().is_server_error() {
        // Whether all of it came or not: the answer is the same.
        let _ = tokio::time::timeout(LONGEST, discard(shared)).await;
    }
    response
}

async fn discard(mut body: Shared) {
    let mut taken = 0;
    while let Some(Ok(frame)) = body.frame().await {
        taken += frame.data_ref().map_or(0, Bytes::len);
        if taken > MOST {
            return;
        }
    }
}

/// A body that stays in reach after a handler has let go of it.
#[derive(Clone)]
struct Shared(Arc<Mutex<Body>>);

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::put;
    use futures::{StreamExt as _, stream};
    use http::StatusCode;
    use tower::ServiceExt as _;

    use super::*;

    /// How many of ten pieces were taken in by a handler that answers `status` without reading.
    async fn taken_in(status: StatusCode, expect: bool) -> usize {
        let taken = Arc::new(AtomicUsize::new(0));
        let count = taken.clone();
        let body = stream::iter(0..10).map(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok::<_, std::io::Error>("piece")
        });
        let router = Router::new()
            .route("/", put(async move || status))
            .layer(from_fn(hear_out));
        let mut request = Request::put("/").body(Body::from_stream(body)).expect("a request");
        if expect {
            request
                .headers_mut()
                .insert(header::EXPECT, http::HeaderValue::from_static("100-continue"));
        }
        assert_eq!(router.oneshot(request).await.expect("an answer").status(), status);
        taken.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn a_refused_body_is_taken_in() {
        assert_eq!(taken_in(StatusCode::FORBIDDEN, false).await, 10);
        assert_eq!(taken_in(StatusCode::INSUFFICIENT_STORAGE, false).await, 10);
    }

    #[tokio::test]
    async fn who_asked_first_sends_nothing_for_nothing() {
        assert_eq!(taken_in(StatusCode::FORBIDDEN, true).await, 0);
    }
}
