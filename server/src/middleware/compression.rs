//! Compresses what gains from it while it is sent: pages and JSON. The front end's files come
//! compressed already, and content of users is never touched: its `ETag` is the hash of its bytes,
//! and its ranges count them.

use http::{Response, header};
use http_body::Body;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{And, Predicate, SizeAbove};

const COMPRESSIBLE: [&str; 8] = [
    "application/json",
    "application/problem+json",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
    "text/xml",
];

/// Below this a compressed answer is hardly smaller than one packet.
const WORTHWHILE: u16 = 1024;

/// Good enough, and quick enough to do for each answer.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

pub fn layer() -> CompressionLayer<And<SizeAbove, Gains>> {
    CompressionLayer::new()
        .quality(LEVEL)
        .compress_when(SizeAbove::new(WORTHWHILE.into()).and(Gains))
}

/// The answer is of a kind that gains from compression, and may be changed on its way.
#[derive(Clone, Copy, Debug)]
pub struct Gains;

impl Predicate for Gains {
    fn should_compress<B: Body>(&self, response: &Response<B>) -> bool {
        let headers = response.headers();
        let media_type = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        COMPRESSIBLE.contains(&essence)
            && !headers.contains_key(header::ACCEPT_RANGES)
            && !headers.contains_key(header::ETAG)
            && !headers.contains_key(header::CONTENT_ENCODING)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gains(headers: &[(&str, &str)]) -> bool {
        let mut response = Response::builder();
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        Gains.should_compress(&response.body(String::new()).expect("a response"))
    }

    #[test]
    fn words_gain_and_media_do_not() {
        assert!(gains(&[("content-type", "text/html; charset=utf-8")]));
        assert!(gains(&[("content-type", "application/json")]));
        for media_type in [
            "video/mp4",
            "image/jpeg",
            "application/zip",
            "application/octet-stream",
            "text/event-stream",
        ] {
            assert!(!gains(&[("content-type", media_type)]), "{media_type}");
        }
        assert!(!gains(&[]));
    }

    #[test]
    fn bytes_of_users_and_what_is_packed_stay_as_they_are() {
        assert!(!gains(&[("content-type", "text/html"), ("accept-ranges", "bytes")]));
        assert!(!gains(&[("content-type", "text/plain"), ("etag", "\"0\"")]));
        assert!(!gains(&[("content-type", "text/css"), ("content-encoding", "br")]));
    }
}
