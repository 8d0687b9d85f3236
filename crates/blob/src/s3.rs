//! Objects in a bucket, on AWS or anything else that speaks S3.
//!
//! A small object is one `PutObject`; a large one is a multipart upload, so that no more than a
//! few parts are ever in memory. S3 shows an object only when it is whole, and answers only when it
//! is durable: what the disk backend works for comes with the protocol.

mod error;
mod read;
mod sweep;
mod write;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Config, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    StalledStreamProtectionConfig,
};

pub(crate) use write::S3Writer;

use crate::{BlobError, BlobKey, ByteStream, Probe};

const CONNECT_LIMIT: Duration = Duration::from_secs(2);
/// For requests that carry no bytes.
const QUICK_LIMIT: Duration = Duration::from_secs(10);
/// For health, which somebody waits for.
const PROBE_LIMIT: Duration = Duration::from_secs(2);
/// The first try and one more; whoever asked can ask again.
const ATTEMPTS: u32 = 2;

/// How to reach a bucket.
#[derive(Clone)]
pub struct S3Options {
    /// The server's address; `None` is AWS itself.
    pub endpoint: Option<String>,
    pub region: String,
    pub bucket: String,
    pub access_key: String,
    pub secret_key: String,
    /// Whether the bucket stands in the path instead of the host name.
    pub path_style: bool,
    /// What stands before each key, for a bucket that is shared; may be empty.
    pub prefix: String,
}

impl fmt::Debug for S3Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3Options")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("path_style", &self.path_style)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

/// One bucket, or the part of it below a prefix.
#[derive(Clone, Debug)]
pub struct S3Store {
    bucket: Arc<Bucket>,
}

/// What every request needs.
struct Bucket {
    client: Client,
    name: String,
    /// Empty, or ends with a slash.
    prefix: String,
    /// The server's address, for error texts.
    place: String,
}

impl S3Store {
    pub(crate) fn new(options: S3Options) -> Self {
        let place = options
            .endpoint
            .clone()
            .unwrap_or_else(|| format!("AWS S3 in {}", options.region));
        let prefix = match options.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        };
        let name = options.bucket.clone();
        let client = Client::from_conf(config(options));
        Self {
            bucket: Arc::new(Bucket {
                client,
                name,
                prefix,
                place,
            }),
        }
    }

    pub(crate) fn writer(&self, key: &BlobKey, expected_bytes: Option<u64>) -> Result<S3Writer, BlobError> {
        S3Writer::start(Arc::clone(&self.bucket), self.bucket.key(key), expected_bytes)
    }

    pub(crate) async fn read(&self, key: &BlobKey, range: Range<u64>) -> Result<ByteStream, BlobError> {
        read::stream(Arc::clone(&self.bucket), self.bucket.key(key), range).await
    }

    pub(crate) async fn delete(&self, key: &BlobKey) -> Result<(), BlobError> {
        let bucket = &self.bucket;
        let request = bucket.client.delete_object().bucket(&bucket.name).key(bucket.key(key));
        match bucket.answer(QUICK_LIMIT, request.send()).await {
            // S3 says nothing of a key that is not there; some that speak it do.
            Ok(_) | Err(BlobError::Missing) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn probe(&self) -> Result<Probe, BlobError> {
        let bucket = &self.bucket;
        match bucket
            .answer(PROBE_LIMIT, bucket.client.head_bucket().bucket(&bucket.name).send())
            .await
        {
            Ok(_) => Ok(Probe {
                free_bytes: None,
                floor_bytes: 0,
            }),
            Err(BlobError::Missing) => Err(bucket.no_bucket()),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn sweep(&self, older_than: Duration) -> Result<u64, BlobError> {
        sweep::sweep(&self.bucket, older_than).await
    }
}

impl fmt::Debug for Bucket {
    /// Without the client, which would print the access key and pages of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.name, self.place)
    }
}

impl Bucket {
    fn key(&self, key: &BlobKey) -> String {
        format!("{}{}", self.prefix, key.path())
    }
}

fn config(options: S3Options) -> Config {
    let credentials = Credentials::new(options.access_key, options.secret_key, None, None, "configuration");
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new(options.region))
        .credentials_provider(credentials)
        .force_path_style(options.path_style)
        // Many servers know only some checksums; the signature covers each part's SHA-256 anyway.
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT_LIMIT).build())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        // Each request and each wait for a chunk has a limit here; a reader may be as slow as it likes.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    if let Some(endpoint) = options.endpoint {
        config = config.endpoint_url(endpoint);
    }
    config.build()
}
