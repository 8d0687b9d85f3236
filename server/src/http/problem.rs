//! The one place where errors become answers: RFC 9457 problems with a stable code.
//!
//! A handler returns an [`ApiError`]; the answer carries its [`Problem`] along as an extension, and
//! the `present` middleware at the edge writes it out with the request's id, as JSON or, for a
//! person in a browser, as a small page. What lies beneath an error goes to the log, never out.

use std::error::Error;
use std::fmt::Write as _;

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use service::ServiceError;
use wire::error::{ErrorCode, Problem};
use wire::health::HealthPart;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// How long a client should wait when a part of us is away, in seconds.
const RETRY_WHEN_AWAY: u64 = 5;

/// An error on its way out.
#[derive(Debug)]
pub struct ApiError {
    code: ErrorCode,
    detail: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What an answer says went wrong; travels in its extensions until it is written out.
#[derive(Clone, Debug)]
pub struct Carried(pub Problem);

impl ApiError {
    /// An error with the usual sentence for its code.
    pub fn new(code: ErrorCode) -> Self {
        Self::saying(code, usual_detail(code))
    }

    /// An error with a sentence of its own. It is public: no internals in it.
    pub fn saying(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            headers: Vec::new(),
        }
    }

    /// Tells the client when to come back.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.with_header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    pub fn code(&self) -> ErrorCode {
        self.code
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = carrying(Problem::new(self.code, title(self.code), self.detail));
        response.headers_mut().extend(self.headers);
        response
    }
}

/// An answer that carries `problem`, its body still to be written.
pub fn carrying(problem: Problem) -> Response {
    let mut response = StatusCode::from_u16(problem.status)
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
        .into_response();
    response.extensions_mut().insert(Carried(problem));
    response
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let code = error.code();
        log(code, &error);
        let answer = Self::saying(code, sentence(&error.to_string()));
        if code == ErrorCode::Unavailable {
            answer.retry_after(RETRY_WHEN_AWAY)
        } else {
            answer
        }
    }
}

/// The one line about a failure that is not the caller's; the span around it names the request.
fn log(code: ErrorCode, error: &ServiceError) {
    let causes = with_causes(error);
    match error {
        ServiceError::Unavailable { part, .. } => {
            let part = match part {
                HealthPart::Database => "database",
                HealthPart::Storage => "storage",
                HealthPart::Redis => "redis",
            };
            tracing::warn!(part, error = causes, "a request failed because a part is away");
        }
        _ if code == ErrorCode::Internal => tracing::error!(error = causes, "a request failed"),
        _ if code == ErrorCode::StorageFull => tracing::warn!(error = causes, "a request failed: storage is full"),
        _ => {}
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::saying(ErrorCode::BadRequest, rejection.body_text())
    }
}

impl From<PathRejection> for ApiError {
    fn from(_: PathRejection) -> Self {
        Self::saying(ErrorCode::BadRequest, "The address is not valid UTF-8 once decoded.")
    }
}

/// An error's words as a sentence.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let end = if words.ends_with('.') { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

/// An error and everything beneath it, on one line.
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut beneath = error.source();
    while let Some(cause) = beneath {
        // Writing to a string cannot fail.
        let _ = write!(text, ": {cause}");
        beneath = cause.source();
    }
    text
}

/// What happened, in a few words.
pub const fn title(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "Bad request",
        ErrorCode::InvalidName => "Invalid name",
        ErrorCode::Forbidden => "Not allowed",
        ErrorCode::CrossSite => "Cross-site request refused",
        ErrorCode::NotFound => "Not found",
        ErrorCode::MethodNotAllowed => "Method not allowed",
        ErrorCode::WrongState => "Not in this state",
        ErrorCode::RequestTimeout => "Request too slow",
        ErrorCode::BodyIncomplete => "Body incomplete",
        ErrorCode::TooLarge => "Too large",
        ErrorCode::HeadersTooLarge => "Headers too large",
        ErrorCode::RangeNotSatisfiable => "Range not satisfiable",
        ErrorCode::RateLimited => "Too many requests",
        ErrorCode::StorageFull => "Storage full",
        ErrorCode::Unavailable => "Unavailable for the moment",
        ErrorCode::Maintenance => "Being maintained",
        ErrorCode::TimedOut => "Timed out",
        ErrorCode::Internal => "Internal error",
    }
}

/// What to do about it, when the place of the error knows nothing better.
const fn usual_detail(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => "The request cannot be read.",
        ErrorCode::InvalidName => "This name cannot be used for a file.",
        ErrorCode::Forbidden => "You may not do this.",
        ErrorCode::CrossSite => "The request came from a page of another site. Open Dropcast itself and try again.",
        ErrorCode::NotFound => "There is nothing at this address.",
        ErrorCode::MethodNotAllowed => "This address does not take that method; `Allow` lists the ones it takes.",
        ErrorCode::WrongState => "It has moved on to a state in which this cannot be done.",
        ErrorCode::RequestTimeout => "The request stopped in the middle. Send it again.",
        ErrorCode::BodyIncomplete => "The body stopped before the length it had announced. Send it again.",
        ErrorCode::TooLarge => "The body is larger than this address takes.",
        ErrorCode::HeadersTooLarge => "The headers are larger than this server reads. Cookies are the usual cause.",
        ErrorCode::RangeNotSatisfiable => "The part asked for does not exist; `Content-Range` has the length.",
        ErrorCode::RateLimited => "Too many requests. Wait as long as `Retry-After` says.",
        ErrorCode::StorageFull => "Storage is full. Nothing was kept of this request.",
        ErrorCode::Unavailable => "A part that is needed is away for the moment. Try again soon.",
        ErrorCode::Maintenance => "Dropcast is being maintained. Try again as `Retry-After` says.",
        ErrorCode::TimedOut => "The server took too long. Try again.",
        ErrorCode::Internal => "Something went wrong on our side. The log has more under this request's id.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_answers_with_its_own_status() {
        for code in ErrorCode::ALL {
            let response = ApiError::new(code).into_response();
            assert_eq!(response.status().as_u16(), code.status(), "{code:?}");
            let Carried(problem) = response.extensions().get().expect("the problem travels along");
            assert_eq!((problem.code, problem.status), (code, code.status()));
            assert!(!problem.title.is_empty() && !problem.detail.is_empty());
        }
    }

    #[test]
    fn waiting_times_become_a_header() {
        let response = ApiError::new(ErrorCode::RateLimited).retry_after(7).into_response();
        assert_eq!(response.headers()[header::RETRY_AFTER], "7");
    }

    #[test]
    fn words_become_a_sentence() {
        assert_eq!(sentence("there is no such file"), "There is no such file.");
        assert_eq!(sentence("Already one."), "Already one.");
        assert_eq!(sentence(""), "");
    }

    #[test]
    fn causes_are_one_line() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] std::io::Error);
        let error = Outer(std::io::Error::other("inner"));
        assert_eq!(with_causes(&error), "outer: inner");
    }
}
