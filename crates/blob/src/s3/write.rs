//! Writing an object: whole when it is small, else in parts, a few of them on their way at once.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use bytes::{Bytes, BytesMut};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::{Bucket, QUICK_LIMIT};
use crate::BlobError;

/// At least 5 MiB by the protocol, and all parts of an object alike (some servers insist).
const PART_BYTES: u64 = 8 * 1024 * 1024;
/// The protocol's limit.
const MAX_PARTS: u64 = 10_000;
/// Parts on their way at once; each is held in memory until it has arrived.
const PARTS_IN_FLIGHT: usize = 3;
/// For requests that carry bytes: time to answer, and to send them at the slowest bearable speed.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
const SLOWEST_BYTES_PER_SECOND: u64 = 70_000;
/// How long parts of an object that nobody wants any more may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(5);
/// Servers put the parts together before they answer.
const COMPLETE_LIMIT: Duration = Duration::from_mins(5);

/// An object on its way.
#[derive(Debug)]
pub struct S3Writer {
    bucket: Arc<Bucket>,
    key: String,
    part_bytes: usize,
    gathered: BytesMut,
    upload: Option<Upload>,
}

/// A multipart upload that was begun.
#[derive(Debug)]
struct Upload {
    id: String,
    parts_begun: u64,
    in_flight: JoinSet<Result<CompletedPart, BlobError>>,
    arrived: Vec<CompletedPart>,
}

impl S3Writer {
    pub(super) fn start(bucket: Arc<Bucket>, key: String, expected: Option<u64>) -> Result<Self, BlobError> {
        let part_bytes = usize::try_from(part_bytes(expected.unwrap_or(0))).map_err(|_| BlobError::Full)?;
        Ok(Self {
            bucket,
            key,
            part_bytes,
            gathered: BytesMut::new(),
            upload: None,
        })
    }

    pub(crate) async fn write(&mut self, mut chunk: Bytes) -> Result<(), BlobError> {
        loop {
            let room = self.part_bytes - self.gathered.len();
            if chunk.len() < room {
                self.gathered.extend_from_slice(&chunk);
                return Ok(());
            }
            self.gathered.extend_from_slice(&chunk.split_to(room));
            self.send_part().await?;
        }
    }

    pub(crate) async fn finish(mut self) -> Result<(), BlobError> {
        if self.upload.is_none() {
            return self.put_whole().await;
        }
        if !self.gathered.is_empty() {
            self.send_part().await?;
        }
        self.complete().await
    }

    pub(crate) async fn abort(mut self) {
        if let Some(upload) = self.upload.take() {
            abort(&self.bucket, &self.key, upload).await;
        }
    }

    async fn put_whole(&mut self) -> Result<(), BlobError> {
        let bucket = &self.bucket;
        let content = mem::take(&mut self.gathered).freeze();
        let limit = limit_for(content.len());
        let body = ByteStream::from(content);
        let request = bucket
            .client
            .put_object()
            .bucket(&bucket.name)
            .key(&self.key)
            .body(body);
        bucket.answer(limit, request.send()).await?;
        Ok(())
    }

    /// Sends what was gathered, once there is a place among the parts on their way.
    async fn send_part(&mut self) -> Result<(), BlobError> {
        if self.upload.is_none() {
            self.upload = Some(begin(&self.bucket, &self.key).await?);
        }
        let Some(upload) = &mut self.upload else {
            return Err(BlobError::spent());
        };
        while upload.in_flight.len() >= PARTS_IN_FLIGHT {
            upload.wait_for_one().await?;
        }
        upload.parts_begun += 1;
        let number = match i32::try_from(upload.parts_begun) {
            Ok(number) if upload.parts_begun <= MAX_PARTS => number,
            // Without a length announced, nobody could choose larger parts in time.
            _ => return Err(BlobError::Full),
        };
        let part = self.gathered.split().freeze();
        upload.in_flight.spawn(put_part(
            Arc::clone(&self.bucket),
            self.key.clone(),
            upload.id.clone(),
            number,
            part,
        ));
        Ok(())
    }

    async fn complete(&mut self) -> Result<(), BlobError> {
        let Some(upload) = &mut self.upload else {
            return Err(BlobError::spent());
        };
        while !upload.in_flight.is_empty() {
            upload.wait_for_one().await?;
        }
        let mut parts = mem::take(&mut upload.arrived);
        parts.sort_by_key(CompletedPart::part_number);
        let bucket = &self.bucket;
        let request = bucket
            .client
            .complete_multipart_upload()
            .bucket(&bucket.name)
            .key(&self.key)
            .upload_id(&upload.id)
            .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build());
        bucket.answer(COMPLETE_LIMIT, request.send()).await?;
        self.upload = None;
        Ok(())
    }
}

impl Drop for S3Writer {
    fn drop(&mut self) {
        if let (Some(upload), Ok(runtime)) = (self.upload.take(), Handle::try_current()) {
            let (bucket, key) = (Arc::clone(&self.bucket), mem::take(&mut self.key));
            runtime.spawn(async move { abort(&bucket, &key, upload).await });
        }
    }
}

impl Upload {
    async fn wait_for_one(&mut self) -> Result<(), BlobError> {
        match self.in_flight.join_next().await {
            Some(Ok(part)) => self.arrived.push(part?),
            Some(Err(error)) => return Err(BlobError::Io(std::io::Error::other(error))),
            None => {}
        }
        Ok(())
    }
}

/// Parts just large enough that an object of the announced length needs no more than are allowed.
fn part_bytes(expected: u64) -> u64 {
    const MIB: u64 = 1024 * 1024;
    PART_BYTES.max(expected.div_ceil(MAX_PARTS).div_ceil(MIB) * MIB)
}

async fn begin(bucket: &Bucket, key: &str) -> Result<Upload, BlobError> {
    let request = bucket.client.create_multipart_upload().bucket(&bucket.name).key(key);
    let answer = bucket.answer(QUICK_LIMIT, request.send()).await?;
    let id = answer
        .upload_id
        .ok_or_else(|| bucket.away("it began an upload without naming it"))?;
    Ok(Upload {
        id,
        parts_begun: 0,
        in_flight: JoinSet::new(),
        arrived: Vec::new(),
    })
}

/// How long a request that carries so many bytes may take.
fn limit_for(bytes: usize) -> Duration {
    ANSWER_LIMIT + Duration::from_secs(bytes as u64 / SLOWEST_BYTES_PER_SECOND)
}

async fn put_part(
    bucket: Arc<Bucket>,
    key: String,
    upload_id: String,
    number: i32,
    part: Bytes,
) -> Result<CompletedPart, BlobError> {
    let limit = limit_for(part.len());
    let request = bucket
        .client
        .upload_part()
        .bucket(&bucket.name)
        .key(key)
        .upload_id(upload_id)
        .part_number(number)
        .body(ByteStream::from(part));
    let answer = bucket.answer(limit, request.send()).await?;
    Ok(CompletedPart::builder()
        .part_number(number)
        .set_e_tag(answer.e_tag)
        .build())
}

/// Best effort: what stays behind is invisible, and the sweep removes it.
async fn abort(bucket: &Bucket, key: &str, mut upload: Upload) {
    // A part that arrives after the upload is gone might stay for good, and one that was sent
    // arrives even when nobody waits for it any more.
    let arrived = async { while upload.in_flight.join_next().await.is_some() {} };
    if timeout(ARRIVAL, arrived).await.is_err() {
        upload.in_flight.shutdown().await;
    }
    if let Err(error) = abort_id(bucket, key, &upload.id).await {
        tracing::warn!(%error, "an unfinished S3 upload could not be aborted and waits for the sweep");
    }
}

pub(super) async fn abort_id(bucket: &Bucket, key: &str, upload_id: &str) -> Result<(), BlobError> {
    let request = bucket
        .client
        .abort_multipart_upload()
        .bucket(&bucket.name)
        .key(key)
        .upload_id(upload_id);
    bucket.answer(QUICK_LIMIT, request.send()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_grow_only_when_there_would_be_too_many() {
        assert_eq!(part_bytes(0), PART_BYTES);
        assert_eq!(part_bytes(PART_BYTES * MAX_PARTS), PART_BYTES);
        let tebibyte = 1 << 40;
        assert!(part_bytes(tebibyte) > PART_BYTES && part_bytes(tebibyte) * MAX_PARTS >= tebibyte);
        assert_eq!(part_bytes(tebibyte) % (1024 * 1024), 0);
    }
}
