//! Values that must not be seen: not in a log, not in `config check`, not in a panic.

use std::fmt;

use url::Url;

/// What stands in the place of a secret.
pub const HIDDEN: &str = "(hidden)";

/// A text that does not show itself. Whoever needs it says so with [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(HIDDEN)
    }
}

/// An address with its passwords taken out. What cannot be read as an address is hidden whole,
/// because nobody can tell where its password is.
pub fn redact_url(text: &str) -> String {
    if text.starts_with("sqlite:") {
        return text.to_owned();
    }
    let Ok(mut url) = Url::parse(text) else {
        return HIDDEN.to_owned();
    };
    if url.cannot_be_a_base() {
        return HIDDEN.to_owned();
    }
    if url.password().is_some() && url.set_password(Some("hidden")).is_err() {
        return HIDDEN.to_owned();
    }
    if url.query().is_some() {
        let shown: Vec<(String, String)> = url
            .query_pairs()
            .map(|(name, value)| {
                let value = if is_secret_name(&name) { "hidden".into() } else { value };
                (name.into_owned(), value.into_owned())
            })
            .collect();
        url.query_pairs_mut().clear().extend_pairs(shown);
    }
    url.to_string()
}

/// The passwords inside an address, as they may turn up elsewhere: as written and as decoded.
pub fn passwords_in(text: &str) -> Vec<String> {
    let Ok(url) = Url::parse(text) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if let Some(password) = url.password() {
        found.push(password.to_owned());
        found.push(
            percent_encoding::percent_decode_str(password)
                .decode_utf8_lossy()
                .into_owned(),
        );
    }
    for (name, value) in url.query_pairs() {
        if is_secret_name(&name) {
            found.push(value.into_owned());
        }
    }
    found.dedup();
    found
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token"]
        .iter()
        .any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_itself() {
        assert_eq!(format!("{:?}", Secret::new("open sesame")), HIDDEN);
    }

    #[test]
    fn addresses_lose_their_passwords_and_nothing_else() {
        for (address, shown) in [
            (
                "postgres://ada:s3same@db:5432/dropcast",
                "postgres://ada:hidden@db:5432/dropcast",
            ),
            (
                "postgres://db/dropcast?user=ada&password=s3same",
                "postgres://db/dropcast?user=ada&password=hidden",
            ),
            ("redis://:s3same@cache/1", "redis://:hidden@cache/1"),
            ("redis://cache:6379", "redis://cache:6379"),
            (
                "sqlite:///srv/data/dropcast.db?mode=rwc",
                "sqlite:///srv/data/dropcast.db?mode=rwc",
            ),
            ("ada:s3same@db", HIDDEN),
            ("not an address: s3same", HIDDEN),
        ] {
            assert_eq!(redact_url(address), shown, "{address}");
        }
    }

    #[test]
    fn passwords_are_found_encoded_and_decoded() {
        assert_eq!(passwords_in("postgres://ada:s3%2Fsame@db/x"), ["s3%2Fsame", "s3/same"]);
        assert_eq!(passwords_in("postgres://db/x?password=abc"), ["abc"]);
        assert!(passwords_in("redis://cache").is_empty());
    }
}
