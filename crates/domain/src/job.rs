//! Jobs: durable units of background work, and the words for where one stands.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ambient::Ambient;

/// Where a job stands.
///
/// A claim leads from `Pending` to `Analyzing` or `Processing`, as the kind of job says; from there
/// it ends, or goes back to `Pending` for another attempt. Only a person leads it out of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Waits for a worker, or for the time of its next attempt.
    Pending,
    /// A worker is finding out what there is to do.
    Analyzing,
    /// A worker is doing it.
    Processing,
    Completed,
    /// Ended without success: it cannot succeed, or no attempts are left (a dead letter).
    Failed,
    /// Ended because somebody asked for it.
    Cancelled,
}

/// Where derived bytes stand, for those who wait for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssetState {
    Pending,
    Processing,
    Ready,
    Error,
}

/// The text names no state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a state of a job")]
pub struct UnknownState;

impl JobState {
    pub const ALL: [Self; 6] = [
        Self::Pending,
        Self::Analyzing,
        Self::Processing,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Analyzing => "analyzing",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether a worker has it in hand.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Analyzing | Self::Processing)
    }

    /// Whether nothing more happens to it by itself.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// What this means for the asset that the job makes.
    pub const fn of_asset(self) -> AssetState {
        match self {
            Self::Pending => AssetState::Pending,
            Self::Analyzing | Self::Processing => AssetState::Processing,
            Self::Completed => AssetState::Ready,
            Self::Failed | Self::Cancelled => AssetState::Error,
        }
    }
}

impl fmt::Display for JobState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for JobState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, UnknownState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownState)
    }
}

/// Why an attempt did not succeed, for whoever sorts or counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trouble {
    /// The work said so.
    Failed,
    /// The code that does the work broke off.
    Panicked,
    /// It took longer than its kind may.
    Hung,
    /// Its worker fell silent: killed, crashed, cut off.
    Lost,
    /// What it was to do cannot be read any more.
    Unreadable,
}

impl Trouble {
    pub const ALL: [Self; 5] = [Self::Failed, Self::Panicked, Self::Hung, Self::Lost, Self::Unreadable];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::Hung => "hung",
            Self::Lost => "lost",
            Self::Unreadable => "unreadable",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.as_str() == text)
    }
}

/// The first pause between attempts.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// Each pause is so many times the one before.
const FACTOR: u32 = 3;
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How long to wait before the next attempt, after `attempts` of them: longer each time, and never
/// the same for all that failed together.
pub fn pause_after(attempts: u16, ambient: &dyn Ambient) -> Duration {
    let exponent = u32::from(attempts.saturating_sub(1)).min(16);
    let whole = FIRST_PAUSE
        .saturating_mul(FACTOR.saturating_pow(exponent))
        .min(LONGEST_PAUSE);
    let mut chance = [0; 4];
    ambient.fill(&mut chance);
    let share = f64::from(u32::from_le_bytes(chance)) / f64::from(u32::MAX);
    whole.mul_f64(0.5 + share / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    struct Chance(u8);

    impl Ambient for Chance {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(0)
        }

        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn each_state_has_a_name_of_its_own() {
        for state in JobState::ALL {
            assert_eq!(state.as_str().parse(), Ok(state));
            assert!(!(state.is_running() && state.is_over()));
        }
        assert_eq!("Pending".parse::<JobState>(), Err(UnknownState));
        for trouble in Trouble::ALL {
            assert_eq!(Trouble::parse(trouble.as_str()), Some(trouble));
        }
    }

    #[test]
    fn an_asset_is_ready_only_when_its_job_completed() {
        for state in JobState::ALL {
            assert_eq!(state.of_asset() == AssetState::Ready, state == JobState::Completed);
            assert_eq!(state.of_asset() == AssetState::Processing, state.is_running());
        }
    }

    #[test]
    fn pauses_grow_and_end_at_an_hour() {
        let longest = |attempts| pause_after(attempts, &Chance(0xff));
        assert_eq!(longest(1), FIRST_PAUSE);
        assert_eq!(longest(2), FIRST_PAUSE * 3);
        assert_eq!(longest(u16::MAX), LONGEST_PAUSE);
        assert_eq!(pause_after(3, &Chance(0)), longest(3) / 2);
    }
}
