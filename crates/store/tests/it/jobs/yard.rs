//! Jobs to enqueue, and a look at their rows as they are.

use std::collections::BTreeMap;

use domain::id::{JobId, UserId, WorkerId};
use domain::job::{JobState, Trouble};
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, FromQueryResult, Statement};
use store::Store;
use store::jobs::{self, Claim, Claimed, NewJob, Progress, Reason, Ticket};
use testkit::ambient::Fixed;

use crate::samples::connect;

pub const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

/// A database with a store on it, and a way around the store.
pub struct Yard {
    pub url: String,
    pub store: Store,
    pub raw: DatabaseConnection,
    ids: Fixed,
}

impl Yard {
    pub async fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            store: connect(url).await,
            raw: Database::connect(url).await.unwrap(),
            ids: Fixed::new(NOW, 1),
        }
    }

    /// Another handle with connections of its own, as another process would have.
    pub async fn neighbour(&self) -> Store {
        connect(&self.url).await
    }

    /// Each is made later than the one before.
    pub fn job(&self) -> NewJob {
        self.ids.advance(std::time::Duration::from_millis(1));
        NewJob {
            id: JobId::new(&self.ids),
            queue: "media".to_owned(),
            kind: "a".to_owned(),
            payload: "{}".to_owned(),
            user: None,
            key: None,
            begins_as: JobState::Processing,
            max_attempts: 3,
            run_at: None,
            created_at: NOW,
        }
    }

    pub fn jobs(&self, number: usize, user: Option<UserId>) -> Vec<NewJob> {
        std::iter::repeat_with(|| NewJob { user, ..self.job() })
            .take(number)
            .collect()
    }

    pub fn keyed(&self, key: &str) -> NewJob {
        NewJob {
            key: Some(key.to_owned()),
            ..self.job()
        }
    }

    pub fn worker(&self) -> WorkerId {
        WorkerId::new(&self.ids)
    }

    pub fn user(&self) -> UserId {
        UserId::new(&self.ids)
    }

    pub async fn enqueue_all(&self, jobs: Vec<NewJob>) {
        within!(self.store, transaction => jobs::enqueue_all(transaction, &jobs)).unwrap();
    }

    pub async fn claim(&self, worker: WorkerId, limit: u32) -> Vec<Claimed> {
        claim(&self.store, worker, limit).await
    }

    /// A job in hand.
    pub async fn running(&self, job: NewJob) -> Ticket {
        let id = job.id;
        within!(self.store, transaction => jobs::enqueue(transaction, &job)).unwrap();
        let claimed = self.claim(self.worker(), 1).await;
        assert_eq!(claimed[0].ticket.job, id, "others wait in this yard");
        claimed[0].ticket
    }

    pub async fn execute(&self, sql: &str) {
        self.raw.execute_unprepared(sql).await.unwrap();
    }

    pub async fn row(&self, id: JobId) -> Option<Row> {
        self.rows().await.remove(&id)
    }

    pub async fn rows(&self) -> BTreeMap<JobId, Row> {
        let question = "SELECT id, queue, kind, lane, key, turn, begins_as, state, again, suspect, cancel_asked, attempt, \
                        max_attempts, fence, beat, worker, changed_at, run_at, started_at, ended_at, trouble, reason, \
                        done, total, note FROM jobs";
        let statement = Statement::from_string(self.raw.get_database_backend(), question);
        let rows = self.raw.query_all_raw(statement).await.unwrap();
        rows.iter()
            .map(|row| {
                let row = Columns::from_query_result(row, "").unwrap();
                (JobId::from_uuid(row.id), row.into())
            })
            .collect()
    }
}

/// Claims of the usual queue and kind.
pub async fn claim(store: &Store, worker: WorkerId, limit: u32) -> Vec<Claimed> {
    let claim = Claim {
        worker,
        queue: "media".to_owned(),
        kinds: vec!["a".to_owned()],
        suspects: false,
        limit,
        now: NOW,
    };
    within!(store, transaction => jobs::claim(transaction, &claim)).unwrap()
}

pub fn reason(trouble: Trouble) -> Reason {
    Reason::new(trouble, format!("{trouble:?}"))
}

/// A row, with nothing left out that decides about a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub queue: String,
    pub kind: String,
    pub lane: Uuid,
    pub key: Option<String>,
    pub turn: i64,
    pub begins_as: JobState,
    pub state: JobState,
    pub again: bool,
    pub suspect: bool,
    pub cancel_asked: bool,
    pub attempt: i32,
    pub max_attempts: i32,
    pub fence: i64,
    pub beat: i64,
    pub worker: Option<Uuid>,
    pub changed_at: i64,
    pub run_at: Option<i64>,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub reason: Option<Reason>,
    pub progress: Option<Progress>,
}

#[derive(FromQueryResult)]
struct Columns {
    id: Uuid,
    queue: String,
    kind: String,
    lane: Uuid,
    key: Option<String>,
    turn: i64,
    begins_as: String,
    state: String,
    again: bool,
    suspect: bool,
    cancel_asked: bool,
    attempt: i32,
    max_attempts: i32,
    fence: i64,
    beat: i64,
    worker: Option<Uuid>,
    changed_at: i64,
    run_at: Option<i64>,
    started_at: Option<i64>,
    ended_at: Option<i64>,
    trouble: Option<String>,
    reason: Option<String>,
    done: Option<i64>,
    total: Option<i64>,
    note: Option<String>,
}

impl From<Columns> for Row {
    fn from(row: Columns) -> Self {
        let count = |number: i64| u64::try_from(number).unwrap();
        Self {
            queue: row.queue,
            kind: row.kind,
            lane: row.lane,
            key: row.key,
            turn: row.turn,
            begins_as: row.begins_as.parse().unwrap(),
            state: row.state.parse().unwrap(),
            again: row.again,
            suspect: row.suspect,
            cancel_asked: row.cancel_asked,
            attempt: row.attempt,
            max_attempts: row.max_attempts,
            fence: row.fence,
            beat: row.beat,
            worker: row.worker,
            changed_at: row.changed_at,
            run_at: row.run_at,
            started_at: row.started_at,
            ended_at: row.ended_at,
            reason: row.trouble.map(|trouble| Reason {
                trouble: Trouble::parse(&trouble).unwrap(),
                text: row.reason.unwrap(),
            }),
            progress: row.done.map(|done| Progress {
                done: count(done),
                total: row.total.map(count),
                note: row.note,
            }),
        }
    }
}
