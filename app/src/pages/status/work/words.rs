//! Background work in words.

use texts::Key;
use ui::{IconName, Tone};
use wire::error::ErrorCode;
use wire::jobs::{JobEntry, JobState, JobTrouble, QueueEntry, WorkReport};

use crate::pages::words::{duration, error_text, t, t_count, t_with};

/// Fewer seconds are not counted.
const JUST_NOW: u64 = 5;

/// How everything stands together.
#[derive(Clone, PartialEq, Eq)]
pub struct Standing {
    pub tone: Tone,
    pub words: String,
}

/// Whether something failed that somebody should look at.
pub fn has_failed(report: &WorkReport) -> bool {
    report.queues.iter().any(|queue| queue.failed > 0)
}

pub fn standing(queues: &[QueueEntry]) -> Standing {
    let sum = |figure: fn(&QueueEntry) -> u64| queues.iter().map(figure).sum::<u64>();
    let failed = sum(|queue| queue.failed);
    let (running, waiting) = (sum(|queue| queue.running), sum(|queue| queue.waiting));
    let strange = queues.iter().any(|queue| !queue.unknown_kinds.is_empty());
    if failed > 0 {
        Standing {
            tone: Tone::Danger,
            words: t_count(Key::WorkStandingFailed, failed),
        }
    } else if strange {
        Standing {
            tone: Tone::Warn,
            words: t(Key::WorkStandingUnknown),
        }
    } else if running + waiting > 0 {
        Standing {
            tone: Tone::Ok,
            words: load(running, waiting),
        }
    } else {
        Standing {
            tone: Tone::Ok,
            words: t(Key::WorkStandingIdle),
        }
    }
}

/// `2 running, 14 waiting`, without what is not there.
pub fn load(running: u64, waiting: u64) -> String {
    let parts: Vec<String> = [(Key::WorkRunning, running), (Key::WorkWaiting, waiting)]
        .into_iter()
        .filter(|(_, jobs)| *jobs > 0)
        .map(|(key, jobs)| t_count(key, jobs))
        .collect();
    if parts.is_empty() {
        t(Key::WorkIdle)
    } else {
        parts.join(", ")
    }
}

/// What a queue is for; an unknown one has its name.
pub fn queue(name: &str) -> String {
    match name {
        "care" => t(Key::WorkQueueCare),
        other => other.to_owned(),
    }
}

/// What a kind of job does; an unknown one has its name.
pub fn kind(name: &str) -> String {
    kind_key(name).map_or_else(|| name.to_owned(), t)
}

fn kind_key(name: &str) -> Option<Key> {
    Some(match name {
        "sweep-leftovers" => Key::WorkKindSweepLeftovers,
        "tidy-jobs" => Key::WorkKindTidyJobs,
        "tidy-marks" => Key::WorkKindTidyMarks,
        _ => return None,
    })
}

pub fn state(job: &JobEntry) -> (String, Tone) {
    let (key, tone) = match job.state {
        _ if job.cancel_asked => (Key::WorkStateStopping, Tone::Neutral),
        JobState::Pending => (Key::WorkStatePending, Tone::Neutral),
        JobState::Analyzing => (Key::WorkStateAnalyzing, Tone::Neutral),
        JobState::Processing => (Key::WorkStateProcessing, Tone::Neutral),
        JobState::Completed => (Key::WorkStateCompleted, Tone::Ok),
        JobState::Failed => (Key::WorkStateFailed, Tone::Danger),
        JobState::Cancelled => (Key::WorkStateCancelled, Tone::Neutral),
    };
    (t(key), tone)
}

pub const fn icon(state: JobState) -> IconName {
    match state {
        JobState::Pending => IconName::Waiting,
        JobState::Analyzing | JobState::Processing => IconName::Running,
        JobState::Completed => IconName::Check,
        JobState::Failed => IconName::Alert,
        JobState::Cancelled => IconName::Stopped,
    }
}

/// The moment that matters in this state, and how far it is from `at`.
pub fn when(job: &JobEntry, at: i64) -> (i64, String) {
    let ahead = job
        .run_at
        .filter(|run_at| job.state == JobState::Pending && *run_at > at);
    let (moment, key) = match (job.state, ahead) {
        (_, Some(run_at)) => (run_at, Key::WorkWhenIn),
        (JobState::Pending, None) => (job.created_at, Key::WorkWhenFor),
        (JobState::Analyzing | JobState::Processing, _) => (job.started_at.unwrap_or(job.created_at), Key::WorkWhenFor),
        (JobState::Completed | JobState::Failed | JobState::Cancelled, _) => {
            (job.ended_at.unwrap_or(job.created_at), Key::WorkWhenAgo)
        }
    };
    let seconds = moment.abs_diff(at) / 1_000_000;
    // What a clock says that was put back since is as good as new.
    let is_new = ahead.is_none() && (moment > at || seconds < JUST_NOW);
    let words = if is_new {
        t(Key::WorkWhenNow)
    } else {
        t_with(key, &[("duration", &duration(seconds))])
    };
    (moment, words)
}

/// What a program says of itself, with a capital at its beginning.
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub fn trouble(trouble: JobTrouble) -> String {
    t(match trouble {
        JobTrouble::Failed => Key::WorkTroubleFailed,
        JobTrouble::Panicked => Key::WorkTroublePanicked,
        JobTrouble::Hung => Key::WorkTroubleHung,
        JobTrouble::Lost => Key::WorkTroubleLost,
        JobTrouble::Unreadable => Key::WorkTroubleUnreadable,
    })
}

/// Why a job could not be cancelled or retried.
pub fn refusal(code: ErrorCode) -> String {
    match code {
        ErrorCode::WrongState => t(Key::WorkRefusedState),
        ErrorCode::NotFound => t(Key::WorkRefusedGone),
        other => error_text(other),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::kind_key;

    #[test]
    fn each_kind_of_job_has_a_name_in_words() {
        for (_, kind) in service::jobs::KINDS {
            assert!(kind_key(kind).is_some(), "{kind} has no name in words");
        }
    }
}
