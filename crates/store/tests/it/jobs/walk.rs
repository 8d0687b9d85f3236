//! Random walks through the states, each step compared with the model.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::id::{JobId, UserId, WorkerId};
use domain::job::{JobState, Trouble};
use domain::time::Timestamp;
use store::jobs::{self, Claim, Ending, Filter, Mark, NewJob, Progress, Ticket};
use testkit::ambient::Chance;

use super::model::Model;
use super::yard::{NOW, Yard, reason};

on_both!(the_rows_follow_the_model);

const WALKS: u64 = 5;
const STEPS: u32 = 300;
const QUEUES: [&str; 2] = ["media", "mail"];

/// Set to walk other ways than always.
const SEED_VARIABLE: &str = "DROPCAST_TEST_SEED";

async fn the_rows_follow_the_model(url: &str) {
    let first = std::env::var(SEED_VARIABLE).map_or(1, |seed| seed.parse().unwrap());
    for seed in first..first + WALKS {
        println!("{SEED_VARIABLE}={seed}");
        let mut walk = Walk::start(url, seed).await;
        for _ in 0..STEPS {
            walk.step().await;
        }
        walk.arrive().await;
    }
}

struct Walk {
    yard: Yard,
    model: Model,
    chance: Chance,
    now: Timestamp,
    users: Vec<Option<UserId>>,
    workers: Vec<WorkerId>,
    /// Every ticket that was ever given, most of them stale.
    tickets: Vec<Ticket>,
    marks: Vec<Mark>,
    trail: Vec<String>,
}

impl Walk {
    async fn start(url: &str, seed: u64) -> Self {
        let yard = Yard::at(url).await;
        yard.execute("DELETE FROM jobs").await;
        Self {
            users: vec![None, Some(yard.user()), Some(yard.user())],
            workers: (0..3).map(|_| yard.worker()).collect(),
            model: Model::default(),
            chance: Chance::seeded(seed),
            now: NOW,
            tickets: Vec::new(),
            marks: Vec::new(),
            trail: vec![format!("seed {seed}")],
            yard,
        }
    }

    /// Does something, and compares what came of it.
    async fn step(&mut self) {
        match self.chance.below(32) {
            0..4 => self.enqueue().await,
            4 => self.enqueue_all().await,
            5..11 => self.claim().await,
            11 => self.stage().await,
            12..14 => self.beat().await,
            14 => self.save_progress().await,
            15..18 => self.complete().await,
            18..22 => self.end().await,
            22..24 => self.lose().await,
            24 => self.cancel().await,
            25 => self.requeue().await,
            26..29 => self.promote().await,
            29 => self.hold().await,
            30 => self.forget().await,
            _ => self.turn_the_clock(),
        }
        let rows = self.yard.rows().await;
        for (id, row) in &rows {
            assert_eq!(Some(row), self.model.rows.get(id), "{id}: {}", self.steps());
        }
        assert_eq!(rows.len(), self.model.rows.len(), "{}", self.steps());
        self.readiness().await;
    }

    fn steps(&self) -> String {
        format!("row and model differ after {:#?}", self.trail)
    }

    fn note(&mut self, step: String) {
        self.trail.push(step);
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.chance.below(number) == 0
    }

    fn moment(&mut self) -> Timestamp {
        let seconds = i64::try_from(self.chance.below(600)).unwrap() - 100;
        self.now.plus_seconds(seconds)
    }

    fn new_job(&mut self) -> NewJob {
        let begins = [JobState::Analyzing, JobState::Processing];
        NewJob {
            queue: (*self.chance.pick(&QUEUES)).to_owned(),
            // Nobody claims "c".
            kind: (*self.chance.pick(&["a", "a", "a", "b", "b", "c"])).to_owned(),
            user: *self.chance.pick(&self.users),
            begins_as: *self.chance.pick(&begins),
            max_attempts: u16::try_from(self.chance.below(3) + 1).unwrap(),
            run_at: if self.one_in(3) { Some(self.moment()) } else { None },
            created_at: self.now,
            ..self.yard.job()
        }
    }

    async fn enqueue(&mut self) {
        let mut job = self.new_job();
        if self.one_in(2) {
            job.key = Some((*self.chance.pick(&["red", "green", "blue"])).to_owned());
        }
        self.note(format!("{job:?}"));
        let expected = self.model.enqueue(&job);
        let enqueued = within!(self.yard.store, transaction => jobs::enqueue(transaction, &job)).unwrap();
        assert_eq!(enqueued, expected, "{}", self.steps());
    }

    async fn enqueue_all(&mut self) {
        let (queue, user) = (self.new_job().queue, *self.chance.pick(&self.users));
        let number = self.chance.below(6);
        let jobs: Vec<NewJob> = (0..number)
            .map(|_| NewJob {
                queue: queue.clone(),
                user,
                ..self.new_job()
            })
            .collect();
        self.note(format!("all of {jobs:?}"));
        self.model.enqueue_all(&jobs);
        within!(self.yard.store, transaction => jobs::enqueue_all(transaction, &jobs)).unwrap();
    }

    async fn claim(&mut self) {
        let kinds: &[&str] = self
            .chance
            .pick(&[&["a", "b"][..], &["a", "b"], &["a"], &["unknown"], &[]]);
        let claim = Claim {
            worker: *self.chance.pick(&self.workers),
            queue: (*self.chance.pick(&QUEUES)).to_owned(),
            kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
            suspects: self.one_in(3),
            limit: u32::try_from(self.chance.below(5)).unwrap(),
            now: self.now,
        };
        self.note(format!("{claim:?}"));
        let expected = self.model.claim(&claim);
        let claimed = within!(self.yard.store, transaction => jobs::claim(transaction, &claim)).unwrap();
        let tickets: Vec<Ticket> = claimed.iter().map(|claimed| claimed.ticket).collect();
        assert_eq!(tickets, expected, "{}", self.steps());
        for claimed in &claimed {
            let row = &self.model.rows[&claimed.ticket.job];
            assert_eq!(
                (claimed.state, i32::from(claimed.attempt), claimed.suspect),
                (row.state, row.attempt, row.suspect),
                "{}",
                self.steps()
            );
        }
        self.tickets.extend(tickets);
    }

    /// A ticket, of which most are stale.
    fn ticket(&mut self) -> Ticket {
        if self.tickets.is_empty() || self.one_in(12) {
            return Ticket {
                job: self.yard.job().id,
                fence: 1,
            };
        }
        // The last ones are likely to be good.
        let known = self.tickets.len() as u64;
        let back = if self.one_in(3) {
            self.chance.below(known)
        } else {
            self.chance.below(known.min(5))
        };
        self.tickets[self.tickets.len() - 1 - usize::try_from(back).unwrap()]
    }

    async fn stage(&mut self) {
        let (ticket, now) = (self.ticket(), self.now);
        self.note(format!("stage {ticket:?}"));
        let expected = self.model.stage(ticket, now);
        let moved = within!(self.yard.store, transaction => jobs::stage(transaction, ticket, now)).unwrap();
        assert_eq!(moved, expected, "{}", self.steps());
    }

    async fn hold(&mut self) {
        let ticket = self.ticket();
        self.note(format!("hold {ticket:?}"));
        let expected = self.model.hold(ticket);
        let held = within!(self.yard.store, transaction => jobs::hold(transaction, ticket)).unwrap();
        assert_eq!(held, expected, "{}", self.steps());
    }

    async fn beat(&mut self) {
        let worker = *self.chance.pick(&self.workers);
        self.note(format!("beat of {worker}"));
        let expected = self.model.beat(worker);
        let beaten = within!(self.yard.store, transaction => jobs::beat(transaction, worker)).unwrap();
        let mut beaten: Vec<_> = beaten
            .iter()
            .map(|beaten| (beaten.ticket, beaten.cancel_asked))
            .collect();
        beaten.sort_unstable_by_key(|(ticket, _)| ticket.job);
        assert_eq!(beaten, expected, "{}", self.steps());

        let mut stopping = jobs::asked_to_stop(&self.yard.store, worker).await.unwrap();
        stopping.sort_unstable();
        let asked = expected
            .iter()
            .filter(|(_, asked)| *asked)
            .map(|(ticket, _)| ticket.job);
        assert_eq!(stopping, asked.collect::<Vec<_>>(), "{}", self.steps());
    }

    async fn save_progress(&mut self) {
        let count = self.chance.below(4);
        let progress: Vec<(Ticket, Progress)> = (0..count)
            .map(|_| {
                let progress = Progress {
                    done: self.chance.below(100),
                    total: if self.one_in(2) { Some(100) } else { None },
                    note: if self.one_in(2) {
                        Some("half-way".to_owned())
                    } else {
                        None
                    },
                };
                (self.ticket(), progress)
            })
            .collect();
        // Of one job there is one figure at a time.
        let jobs: BTreeSet<JobId> = progress.iter().map(|(ticket, _)| ticket.job).collect();
        if jobs.len() < progress.len() {
            return;
        }
        self.note(format!("progress {progress:?}"));
        self.model.save_progress(&progress);
        within!(self.yard.store, transaction => jobs::save_progress(transaction, &progress)).unwrap();
    }

    async fn complete(&mut self) {
        let (count, now) = (self.chance.below(5), self.now);
        let tickets: Vec<Ticket> = (0..count).map(|_| self.ticket()).collect();
        self.note(format!("complete {tickets:?}"));
        let expected = self.model.complete(&tickets, now);
        let completed = within!(self.yard.store, transaction => jobs::complete(transaction, &tickets, now)).unwrap();
        assert_eq!(completed.len(), expected.len(), "{}", self.steps());
        assert_eq!(BTreeSet::from_iter(completed), expected, "{}", self.steps());
    }

    async fn end(&mut self) {
        let (ticket, at, now) = (self.ticket(), self.moment(), self.now);
        let ending = match self.chance.below(5) {
            0 | 1 => Ending::Retry {
                at,
                reason: reason(Trouble::Hung),
            },
            2 => Ending::Failed {
                reason: reason(Trouble::Unreadable),
            },
            3 => Ending::Cancelled,
            _ => Ending::Released,
        };
        self.note(format!("end {ticket:?} {ending:?}"));
        let expected = self.model.end(ticket, &ending, now);
        let ended = within!(self.yard.store, transaction => jobs::end(transaction, ticket, &ending, now)).unwrap();
        assert_eq!(ended, expected, "{}", self.steps());
    }

    async fn lose(&mut self) {
        let (at, now) = (self.moment(), self.now);
        // Some marks are from a look long ago.
        if self.marks.is_empty() || self.one_in(3) {
            self.marks = jobs::running(&self.yard.store).await.unwrap();
        }
        if self.marks.is_empty() {
            return;
        }
        let mark = *self.chance.pick(&self.marks);
        self.note(format!("lose {mark:?}"));
        let expected = self.model.lose(mark, at, reason(Trouble::Lost), now);
        let lost = within!(
            self.yard.store,
            transaction => jobs::lose(transaction, mark, at, reason(Trouble::Lost), now)
        )
        .unwrap();
        assert_eq!(lost, expected, "{}", self.steps());
    }

    /// A job that is there, or was, or never was.
    fn any_job(&mut self) -> JobId {
        let known: Vec<JobId> = self.model.rows.keys().copied().collect();
        if known.is_empty() || self.one_in(8) {
            self.ticket().job
        } else {
            *self.chance.pick(&known)
        }
    }

    async fn cancel(&mut self) {
        let (id, now) = (self.any_job(), self.now);
        self.note(format!("cancel {id}"));
        let expected = self.model.cancel(id, now);
        let requested = within!(self.yard.store, transaction => jobs::cancel(transaction, id, now)).unwrap();
        assert_eq!(requested, expected, "{}", self.steps());
    }

    async fn requeue(&mut self) {
        let (id, now) = (self.any_job(), self.now);
        self.note(format!("requeue {id}"));
        let expected = self.model.requeue(id, now);
        let moved = within!(self.yard.store, transaction => jobs::requeue(transaction, id, now)).unwrap();
        assert_eq!(moved, expected, "{}", self.steps());
    }

    async fn promote(&mut self) {
        self.turn_the_clock();
        let now = self.now;
        self.note(format!("promote at {now:?}"));
        let expected = self.model.promote(now);
        let promoted = within!(self.yard.store, transaction => jobs::promote(transaction, now)).unwrap();
        assert_eq!(promoted, expected, "{}", self.steps());
    }

    async fn forget(&mut self) {
        let (good, bad) = (self.moment(), self.moment());
        self.note(format!("forget before {good:?} and {bad:?}"));
        let expected = self.model.forget(good, bad);
        let forgotten = within!(self.yard.store, transaction => jobs::forget(transaction, good, bad, 10_000)).unwrap();
        assert_eq!(forgotten, expected, "{}", self.steps());
    }

    /// Mostly forward; sometimes far back.
    fn turn_the_clock(&mut self) {
        let by = self.chance.duration(&(Duration::ZERO..=Duration::from_mins(5)));
        self.now = if self.one_in(6) {
            self.now.minus(by * 3)
        } else {
            self.now.plus(by)
        };
    }

    async fn readiness(&self) {
        let queues = QUEUES.map(str::to_owned);
        let found = jobs::readiness(&self.yard.store, &queues, self.now).await.unwrap();
        assert_eq!(
            found.some_are_due,
            self.model.some_are_due(self.now),
            "{}",
            self.steps()
        );
        assert_eq!(
            BTreeSet::from_iter(found.queues),
            self.model.ready_queues(),
            "{}",
            self.steps()
        );
    }

    /// What people see at the end is what is there.
    async fn arrive(self) {
        let page = jobs::page(&self.yard.store, &Filter::default(), None, 10_000)
            .await
            .unwrap();
        let ids: Vec<JobId> = page.iter().map(|record| record.id).collect();
        let newest_first: Vec<JobId> = self.model.rows.keys().rev().copied().collect();
        assert_eq!(ids, newest_first);
        for record in page {
            let row = &self.model.rows[&record.id];
            assert_eq!(
                (record.state, &record.reason, &record.progress),
                (row.state, &row.reason, &row.progress)
            );
            let found = jobs::find(&self.yard.store, record.id).await.unwrap();
            assert_eq!(found, Some(record));
        }
        let count = |state| self.model.rows.values().filter(|row| row.state == state).count() as u64;
        for state in [
            JobState::Pending,
            JobState::Analyzing,
            JobState::Processing,
            JobState::Failed,
        ] {
            let counted = jobs::counts(&self.yard.store).await.unwrap();
            let counted: u64 = counted
                .iter()
                .filter(|count| count.state == state)
                .map(|count| count.jobs)
                .sum();
            assert_eq!(counted, count(state), "{state}");
        }
        self.yard.store.close().await.unwrap();
        self.yard.raw.close().await.unwrap();
    }
}
