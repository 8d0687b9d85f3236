//! Reading an object: one ranged request, passed on as it arrives.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives;
use bytes::Bytes;
use futures::stream::{self, StreamExt as _};
use tokio::time::timeout;

use super::{Bucket, QUICK_LIMIT};
use crate::{BlobError, ByteStream};

/// How long the next chunk may take once somebody waits for it.
const CHUNK_LIMIT: Duration = Duration::from_secs(30);

pub(super) async fn stream(bucket: Arc<Bucket>, key: String, range: Range<u64>) -> Result<ByteStream, BlobError> {
    if range.is_empty() {
        return nothing(&bucket, key, range.end).await;
    }
    let wanted = range.end - range.start;
    let request = bucket.client.get_object().bucket(&bucket.name).key(key);
    let request = request.range(format!("bytes={}-{}", range.start, range.end - 1));
    let answer = bucket.answer(QUICK_LIMIT, request.send()).await?;
    if answer.content_length().and_then(|length| u64::try_from(length).ok()) != Some(wanted) {
        return Err(BlobError::too_short());
    }
    let arriving = Arriving {
        bucket,
        body: answer.body,
        left: wanted,
    };
    Ok(stream::try_unfold(arriving, Arriving::next).boxed())
}

/// A range request cannot ask for nothing: only see whether the object is there and long enough.
async fn nothing(bucket: &Bucket, key: String, end: u64) -> Result<ByteStream, BlobError> {
    let request = bucket.client.head_object().bucket(&bucket.name).key(key);
    let answer = bucket.answer(QUICK_LIMIT, request.send()).await?;
    let length = answer
        .content_length()
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or(0);
    if length < end {
        Err(BlobError::too_short())
    } else {
        Ok(stream::empty().boxed())
    }
}

/// A body and how much of it is still to come.
struct Arriving {
    bucket: Arc<Bucket>,
    body: primitives::ByteStream,
    left: u64,
}

impl Arriving {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, BlobError> {
        if self.left == 0 {
            return Ok(None);
        }
        match timeout(CHUNK_LIMIT, self.body.next()).await {
            Ok(Some(Ok(chunk))) => {
                self.left = self
                    .left
                    .checked_sub(chunk.len() as u64)
                    .ok_or_else(BlobError::too_short)?;
                Ok(Some((chunk, self)))
            }
            Ok(Some(Err(error))) => Err(self.bucket.away(&error.to_string())),
            Ok(None) => Err(self.bucket.away("it closed the connection in the middle of an object")),
            Err(_) => Err(self.bucket.silent(CHUNK_LIMIT)),
        }
    }
}
