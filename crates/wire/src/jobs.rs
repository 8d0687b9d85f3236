//! Background work: what waits, what runs, and why something failed.

use serde::{Deserialize, Serialize};

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for a worker, or for the time of its next attempt.
    Pending,
    /// A worker is finding out what there is to do.
    Analyzing,
    /// A worker is doing it.
    Processing,
    /// Ended well.
    Completed,
    /// Ended without success: it cannot succeed, or no attempts are left.
    Failed,
    /// Ended because somebody asked for it.
    Cancelled,
}

impl JobState {
    /// Whether a worker has it in hand.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Analyzing | Self::Processing)
    }
}

/// Why an attempt did not succeed, as a word to sort and count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum JobTrouble {
    /// The work itself said so.
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

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobProgress {
    /// How much is done, in whatever the job counts.
    pub done: u64,
    /// Out of how much, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// What it is at, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobEntry {
    /// The job's id.
    pub id: String,
    /// The queue it waits in.
    pub queue: String,
    /// What it does, as a name that never means something else.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// How many attempts began; the first is 1.
    pub attempt: u16,
    /// How many there may be.
    pub max_attempts: u16,
    /// When it was asked for: microseconds since 1970, UTC, like the times below.
    pub created_at: i64,
    /// When its next attempt may begin, if it has to wait for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_at: Option<i64>,
    /// When its last attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<i64>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<i64>,
    /// Why the last attempt that did not succeed did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<JobTrouble>,
    /// The same in words, for whoever runs this installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// How far it is, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<JobProgress>,
    /// It runs, and somebody asked for its end.
    pub cancel_asked: bool,
    /// It can be cancelled now.
    pub can_cancel: bool,
    /// It can start over now.
    pub can_retry: bool,
}

/// A page of jobs, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobPage {
    /// The jobs of this page.
    pub jobs: Vec<JobEntry>,
    /// Hand this back as `after` to get the next page; absent on the last one.
    pub next: Option<String>,
}

/// One queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueueEntry {
    /// The queue's name.
    pub name: String,
    /// How many of its jobs one worker does at once; absent when this version knows no such queue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slots: Option<u32>,
    /// How many jobs wait.
    pub waiting: u64,
    /// How many run.
    pub running: u64,
    /// How many failed and were not forgotten yet.
    pub failed: u64,
    /// How long the oldest that waits has been there, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oldest_waiting_seconds: Option<u64>,
    /// Kinds that wait although this version does not know what to do with them.
    pub unknown_kinds: Vec<String>,
}

/// All queues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct QueueList {
    /// The most urgent first, then those that this version does not know.
    pub queues: Vec<QueueEntry>,
}

/// Background work at a glance, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkReport {
    /// When this was so, by the server's clock.
    pub at: i64,
    /// As in [`QueueList`].
    pub queues: Vec<QueueEntry>,
    /// The newest few of what failed, runs, waits and has ended, all together newest first.
    pub jobs: Vec<JobEntry>,
}
