//! Jobs: rows that a worker claims, keeps alive while it works, and ends.
//!
//! Whoever claims a job gets a [`Ticket`]: its id and the fence of this claim. Everything a worker
//! writes about the job names the ticket and is refused when the fence has moved on, so that a
//! worker that was believed dead cannot speak for the one that took over.
//!
//! Nothing here compares clocks of different machines. A worker shows that it lives by a counter
//! ([`beat`]); others judge it by how long they themselves saw no change ([`running`], [`lose`]).
//! Times are kept for people, and for what has to wait ([`promote`]).
//!
//! What is here knows states, order and fences. Which kinds there are, what they do and when to
//! give up is told by `queue`.

mod claim;
mod console;
mod dialect;
mod end;
mod enqueue;
mod pulse;
mod schedule;
#[cfg(test)]
mod tests;
mod turn;

use domain::id::{JobId, UserId};
use domain::job::{JobState, Trouble};
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;

use crate::sql::Sql;

pub use claim::{Claim, Claimed, Readiness, claim, promote, readiness};
pub use console::{Count, Filter, Record, counts, find, forget, page, unclaimed_kinds};
pub use end::{Ending, Requested, cancel, complete, end, hold, requeue, stage};
pub use enqueue::{Enqueued, NewJob, enqueue, enqueue_all};
pub use pulse::{Beaten, Mark, Progress, asked_to_stop, beat, lose, running, save_progress};
pub use schedule::{due, keep_schedule};

/// The right to speak for a job, until somebody else claims it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    pub job: JobId,
    pub fence: i64,
}

/// Why an attempt did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub trouble: Trouble,
    /// For whoever runs this installation; cut when it is too long.
    pub text: String,
}

/// No reason needs more room.
const LONGEST_REASON: usize = 4_000;

impl Reason {
    pub fn new(trouble: Trouble, text: impl Into<String>) -> Self {
        let mut text = without_nul(text.into());
        if text.len() > LONGEST_REASON {
            text.truncate(text.floor_char_boundary(LONGEST_REASON));
            text.push('…');
        }
        Self { trouble, text }
    }
}

/// PostgreSQL takes any character but this one.
fn without_nul(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', "\u{fffd}")
    } else {
        text
    }
}

/// What runs, in every statement that asks for it.
const RUNNING: &str = "state IN ('analyzing', 'processing')";

impl Sql {
    /// Ends a change of one job: it is made only while this ticket speaks for it.
    fn of_ticket(self, ticket: Ticket) -> Self {
        self.then(" WHERE id = ")
            .bind(ticket.job.uuid())
            .then(" AND fence = ")
            .bind(ticket.fence)
            .then(" AND ")
            .then(RUNNING)
    }
}

/// The lane of a user, or of the house itself.
fn lane(user: Option<UserId>) -> Uuid {
    user.map_or(Uuid::nil(), UserId::uuid)
}

fn user_of(lane: Uuid) -> Option<UserId> {
    (!lane.is_nil()).then(|| UserId::from_uuid(lane))
}

fn moment(micros: Option<i64>) -> Option<Timestamp> {
    micros.map(Timestamp::from_micros)
}

fn state(id: JobId, text: &str) -> Result<JobState, crate::StoreError> {
    text.parse()
        .map_err(|_| crate::StoreError::Corrupt(format!("state of job {id}")))
}

fn small(id: JobId, number: i32) -> Result<u16, crate::StoreError> {
    u16::try_from(number).map_err(|_| crate::StoreError::Corrupt(format!("attempts of job {id}")))
}
