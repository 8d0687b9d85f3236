//! How much a request may bring along: headers, and bodies that are no files.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use wire::error::ErrorCode;

use super::idle::{self, Watched};
use super::request::RequestInfo;
use crate::config::Server;
use crate::http::problem::ApiError;
use crate::http::table::Kind;
use crate::state::AppState;

/// What stands around a header's name and value on the line.
const HEADER_OVERHEAD: usize = 4;

/// Refuses requests whose head is larger than it should be. The connection loop reads somewhat
/// more than this, so that the answer can say what is wrong instead of hanging up.
pub async fn limit_headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + HEADER_OVERHEAD);
    if target + headers.sum::<usize>() > state.config().server.max_header_bytes {
        return ApiError::new(ErrorCode::HeadersTooLarge).into_response();
    }
    next.run(request).await
}

/// Reads bodies that are no files, up to the limit, before anybody acts on them: a handler, or the
/// server functions of the pages, which know no limit of their own, get all of it or nothing.
pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let kind = request
        .extensions()
        .get::<RequestInfo>()
        .and_then(|info| info.route)
        .map(|route| route.kind);
    if kind.is_none_or(|kind| kind == Kind::Upload) || http_body::Body::is_end_stream(request.body()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let announced = parts
        .headers
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    match read(body, announced, &state.config().server).await {
        Ok(whole) => next.run(Request::from_parts(parts, Body::from(whole))).await,
        Err(error) => error.into_response(),
    }
}

async fn read(body: Body, announced: Option<u64>, server: &Server) -> Result<Bytes, ApiError> {
    let most = server.max_json_body;
    let too_large = || ApiError::saying(ErrorCode::TooLarge, format!("The body can have {most} bytes at most."));
    if announced.is_some_and(|announced| usize::try_from(announced).is_ok_and(|announced| announced > most)) {
        return Err(too_large());
    }
    let watched = Watched::new(body, server.response_timeout);
    match Limited::new(watched, most).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) if idle::stood_still(error.as_ref()) => Err(ApiError::new(ErrorCode::RequestTimeout)),
        Err(_) => Err(ApiError::new(ErrorCode::BodyIncomplete)),
    }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, stream};

    use super::*;
    use crate::config::Config;

    fn pieces(count: usize) -> Body {
        Body::from_stream(stream::iter((0..count).map(|_| Ok::<_, std::io::Error>("0123456789"))))
    }

    async fn code(body: Body, announced: Option<u64>) -> Result<usize, ErrorCode> {
        let mut server = Config::load([], None, &|_| unreachable!("no secret files"))
            .expect("the defaults")
            .server;
        server.max_json_body = 100;
        read(body, announced, &server)
            .await
            .map(|bytes| bytes.len())
            .map_err(|error| error.code())
    }

    #[tokio::test]
    async fn up_to_the_limit_a_body_arrives_whole() {
        assert_eq!(code(pieces(10), None).await, Ok(100));
        assert_eq!(code(pieces(10), Some(100)).await, Ok(100));
    }

    #[tokio::test]
    async fn above_it_nothing_arrives_announced_or_not() {
        assert_eq!(code(pieces(11), None).await, Err(ErrorCode::TooLarge));
        assert_eq!(code(Body::empty(), Some(101)).await, Err(ErrorCode::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_not_half_used() {
        let broken = Body::from_stream(stream::iter([Ok("0123"), Err(std::io::Error::other("gone"))]));
        assert_eq!(code(broken, None).await, Err(ErrorCode::BodyIncomplete));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_is_given_up() {
        let stuck = stream::iter([Ok::<_, std::io::Error>("0123")]).chain(stream::pending());
        assert_eq!(
            code(Body::from_stream(stuck), None).await,
            Err(ErrorCode::RequestTimeout)
        );
    }
}
