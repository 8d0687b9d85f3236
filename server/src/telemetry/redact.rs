//! The last line of defence: whatever writes to the log, the secrets of the configuration do not
//! come through.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use tracing_subscriber::fmt::MakeWriter;

use crate::config::Secret;
use crate::config::secret::{HIDDEN, passwords_in};

/// Shorter secrets would hide ordinary words, and are no secrets.
const SHORTEST: usize = 6;

/// Knows all secrets, and takes them out of texts.
#[derive(Debug, Default)]
pub struct Redactor {
    needles: Vec<String>,
}

impl Redactor {
    pub fn new(secrets: &[&Secret]) -> Self {
        let mut needles: Vec<String> = secrets
            .iter()
            .flat_map(|secret| {
                let text = secret.expose();
                // Of an address only the password is secret; the rest says which server is meant.
                if text.contains("://") && !text.starts_with("http") {
                    passwords_in(text)
                } else {
                    vec![text.to_owned()]
                }
            })
            .filter(|needle| needle.len() >= SHORTEST && !needle.starts_with("sqlite:"))
            .collect();
        let escaped: Vec<String> = needles.iter().map(|needle| escaped(needle)).collect();
        needles.extend(escaped);
        // A secret that contains another has to go first, or its rest would stay.
        needles.sort_by_key(|needle| std::cmp::Reverse(needle.len()));
        needles.dedup();
        Self { needles }
    }

    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for needle in &self.needles {
            if text.contains(needle.as_str()) {
                text = Cow::Owned(text.replace(needle.as_str(), HIDDEN));
            }
        }
        text
    }
}

/// As it looks inside a JSON string.
fn escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.trim_matches('"').to_owned()
}

/// Takes out what a message quotes, because that may be something people sent, such as the name of
/// a file: standard library panics quote the text they stumbled over.
pub fn without_quotations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open = None;
    for c in text.chars() {
        match open {
            None if matches!(c, '"' | '`') => {
                open = Some(c);
                out.push(c);
                out.push('…');
            }
            None => out.push(c),
            Some(end) if c == end => {
                open = None;
                out.push(c);
            }
            Some(_) => {}
        }
    }
    out
}

/// Standard error, without secrets. Each log line arrives in one piece.
#[derive(Clone)]
pub struct RedactedStderr {
    redactor: Arc<Redactor>,
}

impl RedactedStderr {
    pub fn new(redactor: Arc<Redactor>) -> Self {
        Self { redactor }
    }
}

impl Write for RedactedStderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        io::stderr().lock().write_all(self.redactor.redact(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

impl<'w> MakeWriter<'w> for RedactedStderr {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn configured_secrets_do_not_come_through() {
        let database = Secret::new("postgres://ada:correct%2Fhorse@db/dropcast");
        let token = Secret::new(r#"battery"staple"#);
        let redactor = Redactor::new(&[&database, &token]);
        for (line, shown) in [
            (
                "cannot reach postgres://ada:correct%2Fhorse@db/dropcast",
                "cannot reach postgres://ada:(hidden)@db/dropcast",
            ),
            ("refused correct/horse", "refused (hidden)"),
            (r#"{"message":"battery\"staple"}"#, r#"{"message":"(hidden)"}"#),
            (r#"said battery"staple"#, "said (hidden)"),
            ("nothing of interest", "nothing of interest"),
        ] {
            assert_eq!(redactor.redact(line), shown);
        }
    }

    #[test]
    fn a_sqlite_address_is_no_secret() {
        let redactor = Redactor::new(&[&Secret::new("sqlite:///srv/dropcast.db")]);
        assert_eq!(
            redactor.redact("open sqlite:///srv/dropcast.db"),
            "open sqlite:///srv/dropcast.db"
        );
    }

    #[test]
    fn quotations_are_left_out() {
        let said = r#"byte index 3 is not a char boundary; it is inside 'é' of `Résumé.pdf` and "more""#;
        let shown = "byte index 3 is not a char boundary; it is inside 'é' of `…` and \"…\"";
        assert_eq!(without_quotations(said), shown);
        assert_eq!(without_quotations("an \"open end"), "an \"…");
    }
}
