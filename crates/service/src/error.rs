//! Why a use case was not done.

use std::error::Error;

use blob::BlobError;
use domain::access::Denied;
use domain::job::JobState;
use store::StoreError;
use wire::error::ErrorCode;
use wire::health::HealthPart;

type Source = Box<dyn Error + Send + Sync>;

/// The `Display` text may be shown to whoever asked; the source is for the log only.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    #[error("you may not do this")]
    Denied,
    #[error("there is no such file")]
    NotFound,
    #[error("there is no such job")]
    NoSuchJob,
    #[error("there is no such article")]
    NoSuchArticle,
    #[error(transparent)]
    WrongState(#[from] WrongState),
    #[error("files can have {limit} bytes at most")]
    TooLarge { limit: u64 },
    #[error("the file did not arrive whole: send it again")]
    BodyIncomplete(#[source] Option<Source>),
    #[error("the file did not arrive in time: send it again")]
    BodyTooSlow,
    #[error("the storage is full")]
    StorageFull,
    #[error("{} for the moment: try again in a little while", away(*part))]
    Unavailable {
        part: HealthPart,
        #[source]
        source: Source,
    },
    #[error("something went wrong on our side")]
    Internal(#[source] Source),
}

impl ServiceError {
    /// The stable word for programs.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Denied => ErrorCode::Forbidden,
            Self::NotFound | Self::NoSuchJob | Self::NoSuchArticle => ErrorCode::NotFound,
            Self::WrongState(_) => ErrorCode::WrongState,
            Self::TooLarge { .. } => ErrorCode::TooLarge,
            Self::BodyIncomplete(_) => ErrorCode::BodyIncomplete,
            Self::BodyTooSlow => ErrorCode::RequestTimeout,
            Self::StorageFull => ErrorCode::StorageFull,
            Self::Unavailable { .. } => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    pub(crate) fn internal(source: impl Into<Source>) -> Self {
        Self::Internal(source.into())
    }
}

/// Why a job stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongState {
    #[error("only a job that waits or runs can be cancelled, and this one is {}", .0.as_str())]
    NotCancellable(JobState),
    #[error("only a job that failed or was cancelled can be retried, and this one is {}", .0.as_str())]
    NotRetryable(JobState),
    #[error("another job that does the same waits or runs already")]
    Superseded,
}

/// Why the sender's bytes ended early.
#[derive(Debug)]
pub enum BodyError {
    /// The connection broke, or what came over it was malformed.
    Broken(Source),
    /// The sender stopped sending without going away.
    TooSlow,
}

impl BodyError {
    pub fn broken(source: impl Into<Source>) -> Self {
        Self::Broken(source.into())
    }
}

impl From<BodyError> for ServiceError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Broken(source) => Self::BodyIncomplete(Some(source)),
            BodyError::TooSlow => Self::BodyTooSlow,
        }
    }
}

impl From<Denied> for ServiceError {
    fn from(_: Denied) -> Self {
        Self::Denied
    }
}

impl From<BlobError> for ServiceError {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Full => Self::StorageFull,
            BlobError::Unavailable(_) => Self::Unavailable {
                part: HealthPart::Storage,
                source: error.into(),
            },
            // Rows name only objects that were made durable before: a missing one is our fault.
            BlobError::Missing | BlobError::Io(_) => Self::internal(error),
        }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::StorageFull,
            StoreError::Unavailable(_) => Self::Unavailable {
                part: HealthPart::Database,
                source: error.into(),
            },
            _ => Self::internal(error),
        }
    }
}

fn away(part: HealthPart) -> &'static str {
    match part {
        HealthPart::Database => "the database is away",
        HealthPart::Storage => "the storage is away",
        HealthPart::Redis => "the line between nodes is away",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_says_nothing_of_the_inside() {
        let blob = BlobError::Unavailable("/secret/path is gone".to_owned());
        let store = StoreError::Unavailable("postgres://secret@host".to_owned());
        for error in [ServiceError::from(blob), store.into(), ServiceError::internal("secret")] {
            assert!(!error.to_string().contains("secret"), "{error}");
            assert!(
                error
                    .source()
                    .is_some_and(|source| source.to_string().contains("secret")),
                "{error:?}"
            );
        }
    }
}
