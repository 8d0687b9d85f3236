//! Short ways to the texts, numbers and dates of the page's language.

use texts::{Key, format};
use wire::error::ErrorCode;

use crate::bootstrap::facts;

/// The address of a page, below the language of this page's address if that names one. For plain
/// links: what goes through the router (`<A>`, `navigate`) is put below it by the router.
pub fn to(path: &str) -> String {
    match (facts().base, path) {
        ("", path) => path.to_owned(),
        (base, "/") => base.to_owned(),
        (base, path) => [base, path].concat(),
    }
}

/// The text of `key`.
pub fn t(key: Key) -> String {
    facts().catalogue.text(key).to_owned()
}

/// The text of `key` with its placeholders filled.
pub fn t_with(key: Key, values: &[(&str, &str)]) -> String {
    facts().catalogue.with(key, values)
}

/// The text of `key` for `n` things.
pub fn t_count(key: Key, n: u64) -> String {
    facts().catalogue.count(key, n, &[])
}

/// How long something takes or took.
pub fn duration(seconds: u64) -> String {
    format::duration(seconds, facts().language)
}

pub fn size(bytes: u64) -> String {
    format::size(bytes, facts().language)
}

/// Date and time where the reader is.
pub fn moment(micros: i64) -> String {
    let facts = facts();
    format::date(micros, &facts.zone, facts.language)
}

/// The time alone, where the reader is.
pub fn time(micros: i64) -> String {
    format::time(micros, &facts().zone)
}

/// The same moment for machines.
pub fn machine_moment(micros: i64) -> String {
    format::date_machine(micros)
}

/// What to tell somebody whose request failed.
pub fn error_text(code: ErrorCode) -> String {
    t(match code {
        ErrorCode::Unavailable | ErrorCode::TimedOut => Key::FailureUnavailableText,
        ErrorCode::Forbidden => Key::ForbiddenText,
        ErrorCode::RateLimited => Key::FailureBusyText,
        // Page and server do not understand each other: they are of two versions.
        ErrorCode::BadRequest => Key::FailureOutdatedText,
        _ => Key::FailureText,
    })
}
