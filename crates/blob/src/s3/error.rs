//! What a server's refusal means to us, with the remedy where the operator has one.

use std::error::Error;
use std::io;
use std::time::Duration;

use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use futures::future::BoxFuture;
use tokio::time::timeout;

use super::Bucket;
use crate::BlobError;

impl Bucket {
    /// The answer to `request`, if it comes within `limit`. Boxed, because the requests of the SDK
    /// are so large that every future around them would be too.
    pub(super) fn answer<'a, T, E>(
        &'a self,
        limit: Duration,
        request: impl Future<Output = Result<T, SdkError<E>>> + Send + 'a,
    ) -> BoxFuture<'a, Result<T, BlobError>>
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        Box::pin(async move {
            match timeout(limit, request).await {
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(error)) => Err(self.meaning(&error)),
                Err(_) => Err(self.silent(limit)),
            }
        })
    }

    fn meaning<E>(&self, error: &SdkError<E>) -> BlobError
    where
        E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let code = error.code().unwrap_or_default();
        match (error, status, code) {
            (SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_), ..) => {
                self.away(&innermost(error))
            }
            (_, _, "NoSuchBucket") => self.no_bucket(),
            (_, _, "NoSuchKey" | "NotFound") | (_, Some(404), "") => BlobError::Missing,
            (_, _, "InvalidRange") | (_, Some(416), _) => BlobError::too_short(),
            (_, _, "QuotaExceeded" | "XMinioStorageFull") | (_, Some(507), _) => BlobError::Full,
            (_, Some(401 | 403), _) => BlobError::Unavailable(format!(
                "S3 at {} refuses the access key for the bucket {} ({}); check DROPCAST_S3_ACCESS_KEY, \
                 DROPCAST_S3_SECRET_KEY and what the key may do there",
                self.place,
                self.name,
                if code.is_empty() { "no reason given" } else { code },
            )),
            (_, Some(429 | 500 | 502..=599), _) => self.away(&innermost(error)),
            _ => BlobError::Io(io::Error::other(DisplayErrorContext(error).to_string())),
        }
    }

    pub(super) fn silent(&self, limit: Duration) -> BlobError {
        self.away(&format!("no answer within {} s", limit.as_secs()))
    }

    pub(super) fn away(&self, reason: &str) -> BlobError {
        BlobError::Unavailable(format!(
            "S3 at {} does not answer ({reason}); check that it runs and that this machine reaches it",
            self.place
        ))
    }

    pub(super) fn no_bucket(&self) -> BlobError {
        BlobError::Unavailable(format!(
            "S3 at {} has no bucket {}; create it, or name another one in DROPCAST_S3_BUCKET",
            self.place, self.name
        ))
    }
}

/// The deepest reason: "connection refused" says more than the layers around it.
fn innermost(error: &(dyn Error + 'static)) -> String {
    let mut reason = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    reason.to_string()
}
