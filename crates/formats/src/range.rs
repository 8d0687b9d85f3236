//! HTTP byte ranges (RFC 9110 §14): one range or none.
//!
//! Several ranges in one request are allowed to be answered with the whole representation, and
//! that is what we do: multipart answers have been a favourite way to exhaust servers.

/// What a `Range` header asks of a body of known length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeRequest {
    /// Send everything: no header, another unit, a malformed header or several ranges.
    Whole,
    /// Send this part: first and last byte, both included.
    Part(ByteRange),
    /// Nothing of what was asked exists: 416.
    Unsatisfiable,
}

/// A non-empty part of a body: first and last byte, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    first: u64,
    last: u64,
}

impl ByteRange {
    /// The part from `first` to `last`, both included; `None` when it would be empty.
    pub fn new(first: u64, last: u64) -> Option<Self> {
        (first <= last && last < u64::MAX).then_some(Self { first, last })
    }

    pub fn first(self) -> u64 {
        self.first
    }

    pub fn last(self) -> u64 {
        self.last
    }

    /// Never zero: an empty range cannot be made.
    #[expect(clippy::len_without_is_empty, reason = "an empty range cannot be made")]
    pub fn len(self) -> u64 {
        self.last - self.first + 1
    }

    /// The value of `Content-Range` for this part of a body of `total` bytes.
    pub fn content_range(self, total: u64) -> String {
        format!("bytes {}-{}/{total}", self.first, self.last)
    }
}

/// Reads a `Range` header against a body of `total` bytes.
pub fn parse(header: Option<&str>, total: u64) -> RangeRequest {
    let Some(spec) = header.and_then(|value| value.trim().strip_prefix("bytes=")) else {
        return RangeRequest::Whole;
    };
    if spec.contains(',') {
        return RangeRequest::Whole;
    }
    let Some((first, last)) = spec.trim().split_once('-') else {
        return RangeRequest::Whole;
    };
    match (number(first), number(last)) {
        (Number::Value(first), Number::Absent) => from_to(first, u64::MAX, total),
        (Number::Value(first), Number::Value(last)) if first <= last => from_to(first, last, total),
        (Number::Absent, Number::Value(suffix)) => last_bytes(suffix, total),
        _ => RangeRequest::Whole,
    }
}

enum Number {
    Absent,
    Value(u64),
    Malformed,
}

fn number(text: &str) -> Number {
    if text.is_empty() {
        return Number::Absent;
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Number::Malformed;
    }
    // Too many digits: beyond the end of anything.
    Number::Value(text.parse().unwrap_or(u64::MAX))
}

fn from_to(first: u64, last: u64, total: u64) -> RangeRequest {
    if first >= total {
        return RangeRequest::Unsatisfiable;
    }
    RangeRequest::Part(ByteRange {
        first,
        last: last.min(total - 1),
    })
}

fn last_bytes(count: u64, total: u64) -> RangeRequest {
    if count == 0 || total == 0 {
        return RangeRequest::Unsatisfiable;
    }
    RangeRequest::Part(ByteRange {
        first: total.saturating_sub(count),
        last: total - 1,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(first: u64, last: u64) -> RangeRequest {
        RangeRequest::Part(ByteRange { first, last })
    }

    #[test]
    fn the_three_forms() {
        assert_eq!(parse(Some("bytes=0-99"), 1000), part(0, 99));
        assert_eq!(parse(Some("bytes=900-"), 1000), part(900, 999));
        assert_eq!(parse(Some("bytes=-100"), 1000), part(900, 999));
        assert_eq!(parse(Some("bytes=-5000"), 1000), part(0, 999));
        assert_eq!(parse(Some("bytes=990-5000"), 1000), part(990, 999));
    }

    #[test]
    fn what_is_not_there_is_unsatisfiable() {
        for header in [
            "bytes=1000-",
            "bytes=1000-2000",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(parse(Some(header), 1000), RangeRequest::Unsatisfiable, "{header}");
        }
        assert_eq!(parse(Some("bytes=0-"), 0), RangeRequest::Unsatisfiable);
        assert_eq!(parse(Some("bytes=-1"), 0), RangeRequest::Unsatisfiable);
    }

    #[test]
    fn nonsense_and_several_ranges_mean_everything() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-2",
            "bytes=0-1,5-6",
            "items=0-1",
            "bytes=+1-2",
            "bytes=1--2",
        ] {
            assert_eq!(parse(Some(header), 1000), RangeRequest::Whole, "{header}");
        }
        assert_eq!(parse(None, 1000), RangeRequest::Whole);
    }

    proptest! {
        #[test]
        fn never_outside_the_body(header in "bytes=[0-9]{0,21}-[0-9]{0,21}|\\PC{0,30}", total in any::<u64>()) {
            if let RangeRequest::Part(range) = parse(Some(&header), total) {
                prop_assert!(range.first() <= range.last() && range.last() < total);
                prop_assert!(range.len() >= 1 && range.len() <= total);
            }
        }
    }
}
