//! Errors as programs meet them: RFC 9457 problem details with a stable code.

use serde::{Deserialize, Serialize};

/// What went wrong, as a word a program can rely on. The words never change their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request cannot be read: malformed JSON, a bad parameter.
    BadRequest,
    /// The name cannot be used for a file.
    InvalidName,
    /// The caller may not do this.
    Forbidden,
    /// The request came from a page of another site.
    CrossSite,
    /// There is nothing at this address, or nothing this caller may know of.
    NotFound,
    /// The address exists, the method does not.
    MethodNotAllowed,
    /// What this is about has moved on to a state that does not allow it.
    WrongState,
    /// The client was too slow, or stopped in the middle.
    RequestTimeout,
    /// The body stopped before the length it had announced.
    BodyIncomplete,
    /// Larger than this installation takes.
    TooLarge,
    /// The headers are larger than a server should read.
    HeadersTooLarge,
    /// The part asked for does not exist.
    RangeNotSatisfiable,
    /// Too many requests of this class: wait as `Retry-After` says.
    RateLimited,
    /// Storage is full.
    StorageFull,
    /// A part that is needed is away for the moment.
    Unavailable,
    /// The installation is being maintained: come back as `Retry-After` says.
    Maintenance,
    /// The server took too long.
    TimedOut,
    /// A fault of ours.
    Internal,
}

impl ErrorCode {
    pub const ALL: [Self; 18] = [
        Self::BadRequest,
        Self::InvalidName,
        Self::Forbidden,
        Self::CrossSite,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::WrongState,
        Self::RequestTimeout,
        Self::BodyIncomplete,
        Self::TooLarge,
        Self::HeadersTooLarge,
        Self::RangeNotSatisfiable,
        Self::RateLimited,
        Self::StorageFull,
        Self::Unavailable,
        Self::Maintenance,
        Self::TimedOut,
        Self::Internal,
    ];

    /// The HTTP status that carries this code.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::InvalidName | Self::BodyIncomplete => 400,
            Self::Forbidden | Self::CrossSite => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::RequestTimeout => 408,
            Self::WrongState => 409,
            Self::TooLarge => 413,
            Self::RangeNotSatisfiable => 416,
            Self::RateLimited => 429,
            Self::HeadersTooLarge => 431,
            Self::Internal => 500,
            Self::Unavailable | Self::Maintenance => 503,
            Self::TimedOut => 504,
            Self::StorageFull => 507,
        }
    }

    /// The same word as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::InvalidName => "invalid_name",
            Self::Forbidden => "forbidden",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::WrongState => "wrong_state",
            Self::RequestTimeout => "request_timeout",
            Self::BodyIncomplete => "body_incomplete",
            Self::TooLarge => "too_large",
            Self::HeadersTooLarge => "headers_too_large",
            Self::RangeNotSatisfiable => "range_not_satisfiable",
            Self::RateLimited => "rate_limited",
            Self::StorageFull => "storage_full",
            Self::Unavailable => "unavailable",
            Self::Maintenance => "maintenance",
            Self::TimedOut => "timed_out",
            Self::Internal => "internal",
        }
    }
}

/// An error answer (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable address for this kind of error: `urn:dropcast:error:<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in a few words.
    pub title: String,
    /// The HTTP status, repeated.
    pub status: u16,
    /// The stable code.
    pub code: ErrorCode,
    /// What happened here, and what to do.
    pub detail: String,
    /// Quote this when asking for help; the log has the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    pub fn new(code: ErrorCode, title: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:dropcast:error:{}", code.as_str()),
            title: title.into(),
            status: code.status(),
            code,
            detail: detail.into(),
            request_id: None,
        }
    }
}
