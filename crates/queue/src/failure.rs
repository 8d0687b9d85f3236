//! How an attempt that does not succeed says what should become of the job.

use std::fmt::Display;
use std::time::Duration;

use domain::job::Trouble;
use store::StoreError;
use store::jobs::Reason;

/// Chosen where the failure happens: only there it is known whether another try can help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another attempt may succeed, after the usual pause or the given one.
    Retry { reason: Reason, after: Option<Duration> },
    /// No attempt can succeed.
    Fatal { reason: Reason },
    /// The job stopped because it was asked to, see [`Run::check`](crate::Run::check).
    Stopped,
}

impl Failure {
    pub fn retry(reason: impl Display) -> Self {
        Self::Retry {
            reason: failed(reason),
            after: None,
        }
    }

    pub fn retry_after(after: Duration, reason: impl Display) -> Self {
        Self::Retry {
            reason: failed(reason),
            after: Some(after),
        }
    }

    pub fn fatal(reason: impl Display) -> Self {
        Self::Fatal { reason: failed(reason) }
    }
}

fn failed(reason: impl Display) -> Reason {
    Reason::new(Trouble::Failed, reason.to_string())
}

/// A database that is away comes back.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::retry(error)
    }
}
