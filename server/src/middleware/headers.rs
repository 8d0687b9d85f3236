//! What tells browsers to be careful: added to every answer that does not say otherwise itself.
//!
//! Nothing here asks for an encrypted line where there is none: the same build works on plain HTTP
//! at an address of the local network.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::client::Client;

/// Answers that are no page load nothing, run nothing and are framed by nobody.
const NOTHING: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Bytes of users that no browser should show: an opaque origin without rights.
const USER_BYTES: &str = "default-src 'none'; sandbox";

/// Bytes of users that are shown. A directly opened video plays neither under `sandbox` nor
/// without `media-src`.
const SHOWN_USER_BYTES: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";

/// A year.
const HSTS: &str = "max-age=31536000";

/// How content that users brought may be treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserContent {
    /// Told from its bytes to be an image, audio, video or PDF.
    Shown,
    /// Anything else.
    Closed,
}

impl UserContent {
    /// The policy such content is served with.
    pub const fn policy(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Shown => SHOWN_USER_BYTES,
            Self::Closed => USER_BYTES,
        })
    }
}

pub async fn protect(request: Request, next: Next) -> Response {
    let client = request.extensions().get::<Client>().copied();
    let mut response = next.run(request).await;
    add(
        response.headers_mut(),
        client.is_some_and(|client| client.https),
        client.is_some_and(|client| client.secure_context),
    );
    response
}

fn add(headers: &mut HeaderMap, https: bool, secure_context: bool) {
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Never `no-referrer`: it makes forms send `Origin: null`, which the cross-site check refuses.
    set(headers, header::REFERRER_POLICY, "same-origin");
    set(headers, header::CONTENT_SECURITY_POLICY, NOTHING);
    set(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(
        headers,
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    set(headers, header::CACHE_CONTROL, "no-store");
    if secure_context {
        // Browsers ignore it elsewhere, and complain.
        set(
            headers,
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
    }
    if https {
        set(headers, header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_says_nothing_is_closed() {
        let mut headers = HeaderMap::new();
        add(&mut headers, false, false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], NOTHING);
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn a_page_keeps_its_own_policy() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("script-src 'nonce-1'"),
        );
        add(&mut headers, false, false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "script-src 'nonce-1'");
    }

    #[test]
    fn plain_http_is_not_told_to_become_https() {
        let mut headers = HeaderMap::new();
        add(&mut headers, false, false);
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(!headers.contains_key("cross-origin-opener-policy"));
        for policy in [NOTHING, USER_BYTES, SHOWN_USER_BYTES] {
            assert!(!policy.contains("upgrade-insecure-requests"));
        }
        add(&mut headers, true, true);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
        assert!(headers.contains_key("cross-origin-opener-policy"));
    }
}
