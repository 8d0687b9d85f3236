//! Where faults of ours are reported.

use ::sentry::types::Dsn;

use super::Chapter;
use crate::config::setting::{Setting, Shown};
use crate::config::value::Value;
use crate::config::{Reader, Secret};

const DSN: Setting<CheckedDsn> = Setting::new(
    "SENTRY_DSN",
    "sentry.dsn",
    "Where panics and errors are reported, without anything that people sent.",
)
.shown(Shown::Never);

const ENVIRONMENT: Setting<String> = Setting::new(
    "DROPCAST_SENTRY_ENVIRONMENT",
    "sentry.environment",
    "Which installation the reports are from.",
)
.default("production");

pub const CHAPTER: Chapter = Chapter {
    title: "Sentry",
    about: "Reports about faults of the program, to a Sentry-compatible service of your choice.",
    rows: &[DSN.row, ENVIRONMENT.row],
};

/// Where faults of ours are reported.
#[derive(Clone, Debug)]
pub struct Sentry {
    pub dsn: Option<Secret>,
    pub environment: String,
}

struct CheckedDsn(Secret);

impl Value for CheckedDsn {
    const FORM: &'static str = "a DSN, such as `https://key@sentry.example.org/1`";

    fn parse(text: &str) -> Result<Self, String> {
        match text.parse::<Dsn>() {
            Ok(_) => Ok(Self(Secret::new(text))),
            Err(error) => Err(format!("is not a DSN ({error})")),
        }
    }
}

impl Sentry {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let dsn = from.maybe(&DSN);
        let environment = from.get(&ENVIRONMENT);
        Some(Self {
            dsn: dsn?.map(|CheckedDsn(dsn)| dsn),
            environment: environment?,
        })
    }
}
