//! The configuration as it is in effect, safe to show.

use std::fmt::Write as _;

use super::problem::Source;
use super::secret::{HIDDEN, redact_url};
use super::setting::{Row, Shown};

/// One setting as it is in effect.
#[derive(Clone, Debug)]
pub struct Effective {
    pub row: &'static Row,
    /// The value without its secrets; nothing when it is off.
    pub shown: Option<String>,
    pub source: Source,
}

impl Effective {
    pub fn new(row: &'static Row, text: Option<&str>, source: Source) -> Self {
        let shown = text.map(|text| match row.shown {
            Shown::Whole => text.to_owned(),
            Shown::WithoutPasswords => redact_url(text),
            Shown::Never => HIDDEN.to_owned(),
        });
        Self { row, shown, source }
    }
}

/// All settings, one per line: path in the file, value, and where it came from.
pub fn listing(settings: &[Effective]) -> String {
    let width = settings.iter().map(|setting| setting.row.toml.len()).max().unwrap_or(0);
    let mut out = String::new();
    for Effective { row, shown, source } in settings {
        let value = shown.as_deref().unwrap_or("(off)");
        let origin = match source {
            Source::Default => "default".to_owned(),
            Source::Environment => format!("environment, {}", row.env),
            Source::SecretFile(path) => format!("{}, named by {}", path.display(), row.env_file()),
            Source::File(_) | Source::CommandLine => source.to_string(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:width$} = {value}    [{origin}]", row.toml);
    }
    out
}
