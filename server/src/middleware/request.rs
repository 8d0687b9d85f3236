//! What the layers know of the request at hand.

use std::sync::Arc;

use domain::ambient::Ambient;
use domain::id::RequestId;
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use crate::http::table::Route;

/// The header that carries a request's id, in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id taken over from a caller.
const LONGEST_ID: usize = 64;

/// The request at hand; an extension of it from the outermost layer on.
#[derive(Clone)]
pub struct RequestInfo {
    pub id: Arc<str>,
    /// Its row, when one matches address and method.
    pub route: Option<&'static Route>,
    /// The row's template, also when only the method is wrong.
    pub template: &'static str,
}

/// Stands in for the template where no route matched, so that made-up addresses never become labels.
pub const NO_ROUTE: &str = "(none)";

/// The id of a request: the caller's own if it is fit to be logged, else a fresh one.
pub fn id_of(headers: &HeaderMap, ambient: &dyn Ambient) -> Arc<str> {
    let theirs = headers
        .get(&REQUEST_ID)
        .and_then(|value| value.to_str().ok())
        .filter(|id| is_sane(id));
    theirs.map_or_else(|| RequestId::new(ambient).to_string().into(), Into::into)
}

/// The id as a header's value.
pub fn id_value(id: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(id).ok()
}

/// A method's name as a label: what clients make up becomes one word.
pub fn method_label(method: &Method) -> &'static str {
    const KNOWN: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
    KNOWN
        .into_iter()
        .find(|known| *known == method.as_str())
        .unwrap_or("OTHER")
}

fn is_sane(id: &str) -> bool {
    (8..=LONGEST_ID).contains(&id.len())
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use domain::time::Timestamp;

    use super::*;

    struct Still;

    impl Ambient for Still {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(1_700_000_000_000_000)
        }

        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    fn id_for(sent: &str) -> Arc<str> {
        let mut headers = HeaderMap::new();
        headers.insert(REQUEST_ID, HeaderValue::from_str(sent).expect("a header value"));
        id_of(&headers, &Still)
    }

    #[test]
    fn a_sane_id_is_taken_over() {
        assert_eq!(&*id_for("edge-0042.a_b"), "edge-0042.a_b");
    }

    #[test]
    fn anything_else_is_replaced() {
        let long = "x".repeat(65);
        for sent in [
            "",
            "short",
            "with space in it",
            "quote\"quote",
            "semi;colon;semi",
            "<script>alert",
            &long,
        ] {
            assert_eq!(id_for(sent).len(), 36, "{sent:?}");
        }
        assert_eq!(id_of(&HeaderMap::new(), &Still).len(), 36);
    }

    #[test]
    fn made_up_methods_share_one_label() {
        assert_eq!(method_label(&Method::PUT), "PUT");
        assert_eq!(method_label(&Method::from_bytes(b"BREW").expect("a token")), "OTHER");
    }
}
