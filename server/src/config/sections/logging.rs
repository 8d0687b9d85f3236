//! What the log says, and how.

use tracing_subscriber::EnvFilter;

use super::Chapter;
use crate::config::Reader;
use crate::config::setting::Setting;
use crate::config::value::Value;

const FORMAT: Setting<Format> = Setting::new(
    "DROPCAST_LOG_FORMAT",
    "logging.format",
    "How log lines are written: for people, for machines, or whichever standard error is connected to.",
)
.default("auto");

const FILTER: Setting<Filter> = Setting::new(
    "DROPCAST_LOG",
    "logging.filter",
    "Which log lines are written: a level, and levels for single parts of the program.",
)
.default("info,sea_orm_migration=warn");

pub const CHAPTER: Chapter = Chapter {
    title: "Logging",
    about: "The log goes to standard error. Its fields are described in [logging.md](logging.md).",
    rows: &[FORMAT.row, FILTER.row],
};

/// What the log says, and how.
#[derive(Clone, Debug)]
pub struct Logging {
    pub format: Format,
    /// Directives that [`EnvFilter`] has accepted.
    pub filter: String,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Pretty on a terminal, else JSON.
    Auto,
    Pretty,
    Json,
}

impl Value for Format {
    const FORM: &'static str = "`auto`, `pretty` or `json`";

    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "pretty" => Ok(Self::Pretty),
            "json" => Ok(Self::Json),
            _ => Err("is no format of the log".to_owned()),
        }
    }
}

struct Filter(String);

impl Value for Filter {
    const FORM: &'static str = "a filter such as `info` or `warn,server=debug`";

    fn parse(text: &str) -> Result<Self, String> {
        match EnvFilter::try_new(text) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(format!("is not a filter ({error})")),
        }
    }
}

impl Logging {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let format = from.get(&FORMAT);
        let filter = from.get(&FILTER);
        Some(Self {
            format: format?,
            filter: filter?.0,
        })
    }
}
