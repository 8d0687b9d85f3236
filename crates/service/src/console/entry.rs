//! A job as clients see it. What it was told to do stays inside: that may be anybody's.

use domain::job::{JobState, Trouble};
use domain::time::Timestamp;
use store::jobs::Record;
use wire::jobs::{JobEntry, JobProgress, JobTrouble};

pub(super) fn of(record: Record) -> JobEntry {
    let (can_cancel, can_retry) = (can_cancel(&record), can_retry(&record));
    let (trouble, reason) = match record.reason {
        Some(reason) => (Some(trouble(reason.trouble)), Some(reason.text)),
        None => (None, None),
    };
    JobEntry {
        id: record.id.to_string(),
        queue: record.queue,
        kind: record.kind,
        state: state(record.state),
        attempt: record.attempt,
        max_attempts: record.max_attempts,
        created_at: record.created_at.micros(),
        run_at: record.run_at.map(Timestamp::micros),
        started_at: record.started_at.map(Timestamp::micros),
        ended_at: record.ended_at.map(Timestamp::micros),
        trouble,
        reason,
        progress: record.progress.map(|progress| JobProgress {
            done: progress.done,
            total: progress.total,
            note: progress.note,
        }),
        cancel_asked: record.cancel_asked,
        can_cancel,
        can_retry,
    }
}

fn can_cancel(record: &Record) -> bool {
    !record.state.is_over() && !record.cancel_asked
}

pub(super) fn can_retry(record: &Record) -> bool {
    matches!(record.state, JobState::Failed | JobState::Cancelled)
}

const fn state(state: JobState) -> wire::jobs::JobState {
    use wire::jobs::JobState as Shown;
    match state {
        JobState::Pending => Shown::Pending,
        JobState::Analyzing => Shown::Analyzing,
        JobState::Processing => Shown::Processing,
        JobState::Completed => Shown::Completed,
        JobState::Failed => Shown::Failed,
        JobState::Cancelled => Shown::Cancelled,
    }
}

const fn trouble(trouble: Trouble) -> JobTrouble {
    match trouble {
        Trouble::Failed => JobTrouble::Failed,
        Trouble::Panicked => JobTrouble::Panicked,
        Trouble::Hung => JobTrouble::Hung,
        Trouble::Lost => JobTrouble::Lost,
        Trouble::Unreadable => JobTrouble::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ambient::System;
    use domain::id::JobId;
    use store::jobs::{Progress, Reason};

    fn record(state: JobState) -> Record {
        Record {
            id: JobId::new(&System),
            queue: "care".to_owned(),
            kind: "tidy-jobs".to_owned(),
            payload: "{\"secret\":1}".to_owned(),
            user: None,
            state,
            cancel_asked: false,
            attempt: 2,
            max_attempts: 5,
            created_at: Timestamp::from_micros(1),
            run_at: None,
            started_at: Some(Timestamp::from_micros(2)),
            ended_at: None,
            reason: Some(Reason::new(Trouble::Hung, "too long")),
            progress: Some(Progress {
                done: 3,
                total: Some(4),
                note: None,
            }),
        }
    }

    #[test]
    fn each_state_offers_what_can_be_done_and_never_both() {
        for state in JobState::ALL {
            let entry = of(record(state));
            assert_eq!(entry.can_cancel, !state.is_over(), "{state}");
            assert_eq!(entry.can_cancel, entry.state.is_running() || state == JobState::Pending);
            assert_eq!(entry.can_retry, matches!(state, JobState::Failed | JobState::Cancelled));
        }
        let asked = Record {
            cancel_asked: true,
            ..record(JobState::Processing)
        };
        assert!(!of(asked).can_cancel, "once is enough");
    }

    #[test]
    fn the_words_for_states_and_troubles_are_those_of_the_domain() {
        for state in JobState::ALL {
            let entry = of(record(state));
            let word = format!("{:?}", entry.state).to_lowercase();
            assert_eq!(word, state.as_str());
        }
        for kind in Trouble::ALL {
            assert_eq!(format!("{:?}", trouble(kind)).to_lowercase(), kind.as_str());
        }
    }

    #[test]
    fn why_and_how_far_are_told_and_what_it_was_told_is_not() {
        let entry = of(record(JobState::Processing));
        assert_eq!(entry.trouble, Some(JobTrouble::Hung));
        assert_eq!(entry.reason.as_deref(), Some("too long"));
        assert_eq!(entry.progress.as_ref().map(|progress| progress.done), Some(3));
        assert!(!format!("{entry:?}").contains("secret"));
    }
}
