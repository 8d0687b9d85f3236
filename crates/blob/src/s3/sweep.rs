//! Multipart uploads that nobody will complete: their process was killed.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::types::MultipartUpload;

use super::write::abort_id;
use super::{Bucket, QUICK_LIMIT};
use crate::BlobError;

pub(super) async fn sweep(bucket: &Bucket, older_than: Duration) -> Result<u64, BlobError> {
    let mut removed = 0;
    let (mut key_marker, mut id_marker) = (None, None);
    loop {
        let request = bucket
            .client
            .list_multipart_uploads()
            .bucket(&bucket.name)
            .prefix(format!("{}blobs/", bucket.prefix))
            .set_key_marker(key_marker)
            .set_upload_id_marker(id_marker);
        let page = match bucket.answer(QUICK_LIMIT, request.send()).await {
            // A server that cannot list them has to have a lifecycle rule of its own.
            Err(BlobError::Io(error)) if error.to_string().contains("NotImplemented") => return Ok(removed),
            page => page?,
        };
        for upload in page.uploads() {
            if let (true, Some(key), Some(id)) = (is_old(upload, older_than), upload.key(), upload.upload_id()) {
                abort_id(bucket, key, id).await?;
                removed += 1;
            }
        }
        (key_marker, id_marker) = (page.next_key_marker, page.next_upload_id_marker);
        if page.is_truncated != Some(true) || key_marker.is_none() {
            return Ok(removed);
        }
    }
}

fn is_old(upload: &MultipartUpload, older_than: Duration) -> bool {
    let begun = upload.initiated().and_then(|&begun| SystemTime::try_from(begun).ok());
    begun.is_some_and(|begun| begun.elapsed().is_ok_and(|age| age >= older_than))
}
