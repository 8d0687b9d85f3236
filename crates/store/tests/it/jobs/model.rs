//! What the queue is meant to do, in plain words of Rust: no statement of a database has a part in
//! it. The walk compares the two after every step.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{JobId, UserId, WorkerId};
use domain::job::JobState;
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use store::jobs::{Claim, Ending, Enqueued, Mark, NewJob, Progress, Reason, Requested, Ticket};

use super::yard::Row;

#[derive(Default)]
pub struct Model {
    pub rows: BTreeMap<JobId, Row>,
}

fn is_open(row: &Row) -> bool {
    !row.state.is_over()
}

fn is_ready(row: &Row) -> bool {
    row.state == JobState::Pending && row.run_at.is_none()
}

impl Model {
    /// The row of a job that runs under this ticket.
    fn held(&mut self, ticket: Ticket) -> Option<&mut Row> {
        let row = self.rows.get_mut(&ticket.job)?;
        (row.state.is_running() && row.fence == ticket.fence).then_some(row)
    }

    fn front(&self, queue: &str) -> i64 {
        let here = || self.rows.values().filter(|row| row.queue == queue);
        let served = here().filter(|row| row.state.is_running()).map(|row| row.turn).max();
        let next = here()
            .filter(|row| is_ready(row) && !row.suspect)
            .map(|row| row.turn)
            .min();
        served.unwrap_or(0).max(next.unwrap_or(0)).max(0)
    }

    fn place(&self, queue: &str, lane: Uuid) -> i64 {
        let mine = |row: &&Row| row.queue == queue && row.lane == lane && is_ready(row);
        let last = self.rows.values().filter(mine).map(|row| row.turn).max();
        self.front(queue).max(last.map_or(0, |last| last + 1))
    }

    fn insert(&mut self, job: &NewJob, turn: i64) {
        let row = Row {
            queue: job.queue.clone(),
            kind: job.kind.clone(),
            lane: lane(job.user),
            key: job.key.clone(),
            turn,
            begins_as: job.begins_as,
            state: JobState::Pending,
            again: false,
            suspect: false,
            cancel_asked: false,
            attempt: 0,
            max_attempts: job.max_attempts.into(),
            fence: 0,
            beat: 0,
            worker: None,
            changed_at: job.created_at.micros(),
            run_at: job.run_at.map(Timestamp::micros),
            started_at: None,
            ended_at: None,
            reason: None,
            progress: None,
        };
        self.rows.insert(job.id, row);
    }

    pub fn enqueue(&mut self, job: &NewJob) -> Enqueued {
        let same_key = |row: &Row| is_open(row) && row.key.is_some() && row.key == job.key;
        if let Some((id, row)) = self.rows.iter_mut().find(|(_, row)| same_key(row)) {
            return if row.state == JobState::Pending {
                Enqueued::Waiting(*id)
            } else {
                row.again = true;
                Enqueued::Again(*id)
            };
        }
        self.insert(job, self.place(&job.queue, lane(job.user)));
        Enqueued::New(job.id)
    }

    pub fn enqueue_all(&mut self, jobs: &[NewJob]) {
        let Some(first) = jobs.first() else { return };
        let place = self.place(&first.queue, lane(first.user));
        for (turn, job) in (place..).zip(jobs) {
            self.insert(job, turn);
        }
    }

    pub fn claim(&mut self, claim: &Claim) -> Vec<Ticket> {
        let mut wanted: Vec<(i64, JobId)> = self
            .rows
            .iter()
            .filter(|(_, row)| {
                is_ready(row)
                    && row.queue == claim.queue
                    && row.suspect == claim.suspects
                    && claim.kinds.contains(&row.kind)
            })
            .map(|(id, row)| (row.turn, *id))
            .collect();
        wanted.sort_unstable();
        wanted.truncate(usize::try_from(claim.limit).unwrap());
        let mut tickets = Vec::new();
        for (_, job) in wanted {
            let row = self.rows.get_mut(&job).unwrap();
            row.state = row.begins_as;
            row.attempt += 1;
            row.fence += 1;
            row.beat = 0;
            row.cancel_asked = false;
            row.progress = None;
            row.worker = Some(claim.worker.uuid());
            row.started_at = Some(claim.now.micros());
            row.changed_at = claim.now.micros();
            tickets.push(Ticket { job, fence: row.fence });
        }
        tickets
    }

    pub fn stage(&mut self, ticket: Ticket, now: Timestamp) -> bool {
        let Some(row) = self.held(ticket) else { return false };
        row.state = JobState::Processing;
        row.changed_at = now.micros();
        true
    }

    pub fn hold(&mut self, ticket: Ticket) -> bool {
        let Some(row) = self.held(ticket) else { return false };
        row.beat += 1;
        true
    }

    /// Tickets in the worker's hand, and whether each was asked to stop.
    pub fn beat(&mut self, worker: WorkerId) -> Vec<(Ticket, bool)> {
        let mut beaten = Vec::new();
        for (job, row) in &mut self.rows {
            if row.state.is_running() && row.worker == Some(worker.uuid()) {
                row.beat += 1;
                let ticket = Ticket {
                    job: *job,
                    fence: row.fence,
                };
                beaten.push((ticket, row.cancel_asked));
            }
        }
        beaten
    }

    pub fn save_progress(&mut self, progress: &[(Ticket, Progress)]) {
        for (ticket, progress) in progress {
            if let Some(row) = self.held(*ticket) {
                row.progress = Some(progress.clone());
            }
        }
    }

    pub fn complete(&mut self, tickets: &[Ticket], now: Timestamp) -> BTreeSet<JobId> {
        let mut ours: Vec<Ticket> = tickets
            .iter()
            .copied()
            .filter(|ticket| self.held(*ticket).is_some())
            .collect();
        ours.sort_unstable_by_key(|ticket| ticket.job);
        ours.dedup();
        // One statement: each sees the queue as it was before.
        let places: Vec<i64> = ours.iter().map(|ticket| self.place_of(ticket.job)).collect();
        for (ticket, place) in ours.iter().zip(places) {
            let row = self.rows.get_mut(&ticket.job).unwrap();
            row.reason = None;
            row.suspect = false;
            let next = if row.again {
                JobState::Pending
            } else {
                JobState::Completed
            };
            settle(row, next, place, now);
        }
        ours.into_iter().map(|ticket| ticket.job).collect()
    }

    fn place_of(&self, job: JobId) -> i64 {
        let row = &self.rows[&job];
        self.place(&row.queue, row.lane)
    }

    pub fn end(&mut self, ticket: Ticket, ending: &Ending, now: Timestamp) -> Option<JobState> {
        self.held(ticket)?;
        let place = self.place_of(ticket.job);
        let row = self.held(ticket)?;
        let pending_if = |again: bool, otherwise: JobState| if again { JobState::Pending } else { otherwise };
        let next = match ending {
            Ending::Retry { at, reason } => {
                row.reason = Some(reason.clone());
                let spent = row.attempt >= row.max_attempts;
                let next = match (row.again, row.cancel_asked, spent) {
                    (true, _, _) | (false, false, false) => JobState::Pending,
                    (false, true, _) => JobState::Cancelled,
                    (false, false, true) => JobState::Failed,
                };
                row.run_at = (next == JobState::Pending).then_some(at.micros());
                next
            }
            Ending::Failed { reason } => {
                row.reason = Some(reason.clone());
                let without = if row.cancel_asked {
                    JobState::Cancelled
                } else {
                    JobState::Failed
                };
                pending_if(row.again, without)
            }
            Ending::Cancelled => pending_if(row.again, JobState::Cancelled),
            Ending::Released => {
                row.attempt -= 1;
                let without = if row.cancel_asked {
                    JobState::Cancelled
                } else {
                    JobState::Pending
                };
                pending_if(row.again, without)
            }
        };
        settle(row, next, place, now);
        Some(next)
    }

    pub fn lose(&mut self, mark: Mark, at: Timestamp, reason: Reason, now: Timestamp) -> Option<JobState> {
        let row = self.held(mark.ticket)?;
        if row.beat != mark.beat {
            return None;
        }
        row.suspect = true;
        self.end(mark.ticket, &Ending::Retry { at, reason }, now)
    }

    pub fn cancel(&mut self, id: JobId, now: Timestamp) -> Requested {
        let Some(row) = self.rows.get_mut(&id) else {
            return Requested::Unknown;
        };
        if row.state.is_over() {
            return Requested::TooLate(row.state);
        }
        row.again = false;
        row.run_at = None;
        row.changed_at = now.micros();
        if row.state == JobState::Pending {
            row.state = JobState::Cancelled;
            row.cancel_asked = false;
            row.ended_at = Some(now.micros());
            Requested::Cancelled
        } else {
            row.cancel_asked = true;
            Requested::Asked(WorkerId::from_uuid(row.worker.unwrap()))
        }
    }

    pub fn requeue(&mut self, id: JobId, now: Timestamp) -> bool {
        let Some(row) = self.rows.get(&id) else { return false };
        let may = matches!(row.state, JobState::Failed | JobState::Cancelled);
        let other = |other: &Row| is_open(other) && other.key.is_some() && other.key == row.key;
        if !may || self.rows.values().any(other) {
            return false;
        }
        let place = self.place_of(id);
        let row = self.rows.get_mut(&id).unwrap();
        row.state = JobState::Pending;
        row.attempt = 0;
        row.suspect = false;
        row.again = false;
        row.cancel_asked = false;
        row.ended_at = None;
        row.run_at = None;
        row.progress = None;
        row.turn = place;
        row.changed_at = now.micros();
        true
    }

    /// Jobs whose time has come, or never could: a minute is the most by which clocks may differ.
    fn due(&self, now: Timestamp) -> Vec<JobId> {
        let due = |row: &Row| {
            row.state == JobState::Pending
                && row
                    .run_at
                    .is_some_and(|at| at <= now.micros() || row.changed_at > now.micros() + 60_000_000)
        };
        let mut due: Vec<_> = self.rows.iter().filter(|(_, row)| due(row)).collect();
        due.sort_unstable_by_key(|(id, row)| (row.turn, **id));
        due.into_iter().map(|(id, _)| *id).collect()
    }

    pub fn some_are_due(&self, now: Timestamp) -> bool {
        !self.due(now).is_empty()
    }

    pub fn ready_queues(&self) -> BTreeSet<String> {
        let ready = self.rows.values().filter(|row| is_ready(row));
        ready.map(|row| row.queue.clone()).collect()
    }

    pub fn promote(&mut self, now: Timestamp) -> u64 {
        let mut behind: BTreeMap<(String, Uuid), i64> = BTreeMap::new();
        let mut turns = Vec::new();
        for job in self.due(now) {
            let row = &self.rows[&job];
            let rank = behind.entry((row.queue.clone(), row.lane)).or_default();
            let not_before = self.front(&row.queue) + *rank;
            let not_behind = self.place(&row.queue, row.lane) + *rank;
            turns.push((job, row.turn.max(not_before).min(not_behind)));
            *rank += 1;
        }
        for (job, turn) in &turns {
            let row = self.rows.get_mut(job).unwrap();
            row.turn = *turn;
            row.run_at = None;
        }
        turns.len() as u64
    }

    pub fn forget(&mut self, good: Timestamp, bad: Timestamp) -> u64 {
        let before = self.rows.len();
        self.rows.retain(|_, row| {
            let limit = if row.state == JobState::Failed { bad } else { good };
            row.ended_at.is_none_or(|ended| ended >= limit.micros())
        });
        (before - self.rows.len()) as u64
    }
}

/// What all ends have in common.
fn settle(row: &mut Row, next: JobState, place: i64, now: Timestamp) {
    if row.again {
        row.attempt = 0;
        row.turn = place;
    }
    row.state = next;
    row.again = false;
    row.cancel_asked = false;
    row.changed_at = now.micros();
    row.ended_at = next.is_over().then_some(now.micros());
}

fn lane(user: Option<UserId>) -> Uuid {
    user.map_or(Uuid::nil(), UserId::uuid)
}
