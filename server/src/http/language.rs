//! Which language a request is answered in, and the languages in addresses.
//!
//! `/de/files` is the page `/files` in German. The language is taken off before routing, so that
//! table, gate, limits and figures know one address for each page. Only pages are there once per
//! language: what programs ask for, files of the front end and forms have a single address.

use axum::Router;
use axum::extract::Request;
use http::uri::PathAndQuery;
use http::{Extensions, HeaderMap, Method, Uri};
use texts::Language;
use tower::Layer as _;
use tower::util::MapRequestLayer;

use super::{cookies, table};

/// The language that the address names; an extension of such a request.
#[derive(Clone)]
pub struct InAddress {
    pub language: Language,
    /// The address as it was asked for.
    pub whole: Uri,
}

/// Serves the pages of `routes` below each language as well.
pub fn below_each(routes: Router) -> Router {
    Router::new().fallback_service(MapRequestLayer::new(take_off).layer(routes))
}

/// The language to answer in: the address names it, else somebody chose it, else the browser asks
/// for it.
pub fn of(extensions: &Extensions, headers: &HeaderMap) -> Language {
    extensions
        .get::<InAddress>()
        .map_or_else(|| cookies::language(headers), |address| address.language)
}

/// The language that a path begins with, and the rest of the path.
pub fn split(path: &str) -> (Option<Language>, &str) {
    let named = Language::ALL.into_iter().find_map(|language| {
        let rest = path.strip_prefix(language.prefix())?;
        match rest {
            "" => Some((language, "/")),
            _ => rest.starts_with('/').then_some((language, rest)),
        }
    });
    match named {
        Some((language, rest)) => (Some(language), rest),
        None => (None, path),
    }
}

/// The same address in another language, if it names one at all.
pub fn swapped(address: &str, language: Language) -> String {
    let (path, tail) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
    match split(path) {
        (Some(_), "/") => [language.prefix(), tail].concat(),
        (Some(_), rest) => [language.prefix(), rest, tail].concat(),
        (None, _) => address.to_owned(),
    }
}

fn take_off(mut request: Request) -> Request {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return request;
    }
    let (Some(language), rest) = split(request.uri().path()) else {
        return request;
    };
    let plain = table::may_be_page(rest)
        .then(|| with_path(request.uri(), rest))
        .flatten();
    let whole = request.uri().clone();
    if let Some(plain) = plain {
        *request.uri_mut() = plain;
    }
    request.extensions_mut().insert(InAddress { language, whole });
    request
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path_and_query = match uri.query() {
        Some(query) => PathAndQuery::try_from([path, "?", query].concat()),
        None => PathAndQuery::try_from(path),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(path_and_query.ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn after(method: Method, uri: &str) -> (String, Option<Language>) {
        let request = http::Request::builder().method(method).uri(uri);
        let request = take_off(request.body(Body::empty()).expect("a request"));
        let named = request.extensions().get::<InAddress>();
        if let Some(named) = named {
            assert_eq!(named.whole, uri, "the address stays known");
        }
        (request.uri().to_string(), named.map(|named| named.language))
    }

    #[test]
    fn the_language_goes_and_the_rest_stays() {
        for (asked, plain, language) in [
            ("/de", "/", Language::De),
            ("/de/", "/", Language::De),
            ("/de?a=1", "/?a=1", Language::De),
            ("/fr/files?after=x&y=/de/", "/files?after=x&y=/de/", Language::Fr),
            ("/it/de/files", "/de/files", Language::It),
            ("/es/caf%C3%A9", "/caf%C3%A9", Language::Es),
            ("http://host:1/en/status", "http://host:1/status", Language::En),
        ] {
            assert_eq!(after(Method::GET, asked), (plain.to_owned(), Some(language)), "{asked}");
            assert_eq!(
                after(Method::HEAD, asked),
                (plain.to_owned(), Some(language)),
                "{asked}"
            );
        }
    }

    #[test]
    fn other_beginnings_are_ordinary_paths() {
        for asked in [
            "/",
            "/files",
            "/deu",
            "/DE/files",
            "/pt/files",
            "/d",
            "/de-AT/files",
            "/%64e/files",
            "//de/files",
        ] {
            assert_eq!(after(Method::GET, asked), (asked.to_owned(), None), "{asked}");
        }
        assert_eq!(after(Method::POST, "/de/files"), ("/de/files".to_owned(), None));
    }

    #[test]
    fn only_pages_are_there_once_per_language() {
        for asked in [
            "/de/api/v1/files",
            "/de/healthz",
            "/de/pkg/0/x.js",
            "/de/preferences",
            "/de/favicon.ico",
        ] {
            assert_eq!(
                after(Method::GET, asked),
                (asked.to_owned(), Some(Language::De)),
                "{asked}"
            );
        }
    }

    #[test]
    fn another_language_changes_only_the_beginning() {
        for (address, expected) in [
            ("/de/files", "/it/files"),
            ("/de", "/it"),
            ("/de/", "/it"),
            ("/de?a=/de/b#c", "/it?a=/de/b#c"),
            ("/de#x", "/it#x"),
            ("/files?back=/de/x", "/files?back=/de/x"),
            ("/", "/"),
            ("/deu", "/deu"),
            ("/de//evil.example", "/it//evil.example"),
        ] {
            assert_eq!(swapped(address, Language::It), expected, "{address}");
        }
    }
}
