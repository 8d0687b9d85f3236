//! Which representation a request for content gets: all of it, a part, or "you have it already".

use axum::http::{HeaderMap, HeaderName, header};
use formats::range::{self, RangeRequest};

/// What to send of a body, judged by the request's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The client has exactly this already.
    Nothing,
    /// This of the body.
    Body(RangeRequest),
}

/// Judges `If-None-Match`, `If-Range` and `Range`, in the order RFC 9110 §13.2.2 asks for.
pub fn wanted(headers: &HeaderMap, etag: &str, total: u64, is_head: bool) -> Wanted {
    if has_already(headers, etag) {
        return Wanted::Nothing;
    }
    // A range is defined for GET alone; and of a body that changed, a part is of no use.
    let part_makes_sense = !is_head && single(headers, &header::IF_RANGE).is_none_or(|condition| condition == etag);
    let spec = if part_makes_sense {
        single(headers, &header::RANGE)
    } else {
        None
    };
    Wanted::Body(range::parse(spec, total))
}

fn has_already(headers: &HeaderMap, etag: &str) -> bool {
    let lists = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lists
        .flat_map(|list| list.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

/// A header's value, if it is there once. A repeated or unreadable one matches nothing.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => None,
        (Some(value), None) => Some(value.to_str().unwrap_or_default()),
        (Some(_), Some(_)) => Some(""),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use formats::range::ByteRange;

    use super::*;

    const ETAG: &str = "\"abc\"";

    fn judge(headers: &[(HeaderName, &'static str)]) -> Wanted {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(name, HeaderValue::from_static(value));
        }
        wanted(&map, ETAG, 1000, false)
    }

    fn part(first: u64, last: u64) -> Wanted {
        Wanted::Body(RangeRequest::Part(ByteRange::new(first, last).expect("not empty")))
    }

    const WHOLE: Wanted = Wanted::Body(RangeRequest::Whole);

    #[test]
    fn who_has_it_gets_nothing() {
        for tags in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            assert_eq!(
                judge(&[(header::IF_NONE_MATCH, tags), (header::RANGE, "bytes=0-9")]),
                Wanted::Nothing,
                "{tags}"
            );
        }
        assert_eq!(judge(&[(header::IF_NONE_MATCH, "\"x\", abc")]), WHOLE);
    }

    #[test]
    fn a_part_is_sent_only_of_the_same_content() {
        assert_eq!(judge(&[(header::RANGE, "bytes=0-9")]), part(0, 9));
        assert_eq!(
            judge(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, "\"abc\"")]),
            part(0, 9)
        );
        for condition in ["\"old\"", "W/\"abc\"", "Wed, 21 Oct 2015 07:28:00 GMT", ""] {
            assert_eq!(
                judge(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, condition)]),
                WHOLE,
                "{condition}"
            );
        }
    }

    #[test]
    fn a_part_that_is_not_there_is_said_to_be_so() {
        assert_eq!(
            judge(&[(header::RANGE, "bytes=1000-")]),
            Wanted::Body(RangeRequest::Unsatisfiable)
        );
    }

    #[test]
    fn two_range_headers_mean_everything() {
        assert_eq!(
            judge(&[(header::RANGE, "bytes=0-9"), (header::RANGE, "bytes=20-29")]),
            WHOLE
        );
    }

    #[test]
    fn head_knows_no_range() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_static("bytes=0-9"));
        assert_eq!(wanted(&headers, ETAG, 1000, true), WHOLE);
    }
}
