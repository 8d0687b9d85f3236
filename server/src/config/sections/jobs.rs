//! Background work.

use std::time::Duration;

use super::Chapter;
use crate::config::setting::{Row, Setting};
use crate::config::value::Value;
use crate::config::{Reader, Section};

const QUEUES: Setting<Queues> = Setting::new(
    "DROPCAST_QUEUES",
    "jobs.queues",
    "The queues that `dropcast serve` works on by itself; `none` leaves all work to `dropcast worker`.",
)
.default("all");

const LEASE: Setting<Duration> = Setting::new(
    "DROPCAST_JOB_LEASE",
    "jobs.lease",
    "A worker that gives no sign of life for so long has lost its jobs, and others do them again.",
)
.default("15s");

pub const CHAPTER: Chapter = Chapter {
    title: "Background work",
    about: "Who does what takes longer than a request.",
    rows: ROWS,
};

const ROWS: &[Row] = &[QUEUES.row, LEASE.row];

/// Background work.
#[derive(Clone, Debug)]
pub struct Jobs {
    pub queues: Queues,
    pub lease: Duration,
}

/// Which queues a process works on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queues {
    All,
    None,
    Only(Vec<String>),
}

impl Queues {
    /// These queues, if they exist.
    pub fn only(names: &[String]) -> Result<Self, String> {
        let known: Vec<&str> = service::jobs::QUEUES.iter().map(|queue| queue.name).collect();
        match names.iter().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => Err(format!("names the queue `{unknown}`; there are {}", known.join(", "))),
            None => Ok(Self::Only(names.to_vec())),
        }
    }

    /// The queues meant.
    pub fn chosen(&self) -> Vec<queue::Queue> {
        let all = service::jobs::QUEUES.iter();
        match self {
            Self::All => all.copied().collect(),
            Self::None => Vec::new(),
            Self::Only(names) => all
                .filter(|queue| names.iter().any(|name| name == queue.name))
                .copied()
                .collect(),
        }
    }
}

impl Value for Queues {
    const FORM: &'static str = "`all`, `none`, or names of queues with commas between them";

    fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            names => Self::only(&names.split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()),
        }
    }
}

impl Jobs {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let queues = from.get(&QUEUES);
        let lease = from.get(&LEASE);
        Some(Self {
            queues: queues?,
            lease: lease?,
        })
    }
}

impl Section for Jobs {
    fn validate(&self, reader: &mut Reader) {
        if self.lease < Duration::from_secs(1) {
            reader.refuse(
                &LEASE.row,
                "is too short: a busy machine would lose its own jobs",
                "write at least `1s`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_queues_that_exist_are_taken() {
        assert_eq!(Queues::parse("all"), Ok(Queues::All));
        assert_eq!(Queues::parse("none").map(|queues| queues.chosen()), Ok(Vec::new()));
        let care = Queues::parse(" care ,care").map(|queues| queues.chosen().len());
        assert_eq!(care, Ok(1));
        for wrong in ["", "caer", "care,", "care,nobody"] {
            assert!(Queues::parse(wrong).is_err(), "{wrong}");
        }
    }
}
