//! Jobs, and what makes some of them return on time.
//!
//! The indexes are partial: a job that waits, one that runs and one that is over are asked for in
//! different ways, and most jobs are over.
//!
//! `turn` is the place in the queue: jobs of different lanes alternate, whoever came with many.
//! `lane` is the user it is done for, or the nil id for the house itself. `fence` grows with each
//! claim, so that a result can be refused when somebody else has the job by now; `beat` grows while
//! its worker lives. `again` says that it was asked for once more while it ran.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m0002_jobs"
    }
}

const INDEXES: [&str; 8] = [
    // One of a key waits or runs.
    "CREATE UNIQUE INDEX jobs_key_key ON jobs (key) WHERE state IN ('pending', 'analyzing', 'processing')",
    // What a worker may take, in order.
    "CREATE INDEX jobs_ready_idx ON jobs (queue, suspect, turn, id) WHERE state = 'pending' AND run_at IS NULL",
    // What becomes ready when its time comes.
    "CREATE INDEX jobs_run_at_idx ON jobs (run_at) WHERE state = 'pending' AND run_at IS NOT NULL",
    // What was told to wait by a clock that has been put back since.
    "CREATE INDEX jobs_changed_at_idx ON jobs (changed_at) WHERE state = 'pending' AND run_at IS NOT NULL",
    // The last place taken by a lane.
    "CREATE INDEX jobs_lane_idx ON jobs (queue, lane, turn) WHERE state = 'pending' AND run_at IS NULL",
    // What runs: little.
    "CREATE INDEX jobs_running_idx ON jobs (queue, turn) WHERE state IN ('analyzing', 'processing')",
    // What can be forgotten.
    "CREATE INDEX jobs_ended_at_idx ON jobs (ended_at) WHERE ended_at IS NOT NULL",
    // Lists by state, newest first.
    "CREATE INDEX jobs_state_idx ON jobs (state, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(jobs(manager.get_database_backend())).await?;
        manager.create_table(schedules()).await?;
        for index in INDEXES {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}

#[derive(DeriveIden)]
enum Jobs {
    Table,
    Id,
    Queue,
    Kind,
    Payload,
    Lane,
    Key,
    Turn,
    BeginsAs,
    State,
    Again,
    Suspect,
    CancelAsked,
    Attempt,
    MaxAttempts,
    Fence,
    Beat,
    Worker,
    CreatedAt,
    ChangedAt,
    RunAt,
    StartedAt,
    EndedAt,
    Trouble,
    Reason,
    Done,
    Total,
    Note,
}

#[derive(DeriveIden)]
enum JobSchedules {
    Table,
    Name,
    NextAt,
}

fn jobs(backend: DbBackend) -> TableCreateStatement {
    let state = "state IN ('pending', 'analyzing', 'processing', 'completed', 'failed', 'cancelled')";
    let ended = "(ended_at IS NOT NULL) = (state IN ('completed', 'failed', 'cancelled'))";
    let in_hand = "state NOT IN ('analyzing', 'processing') OR (worker IS NOT NULL AND run_at IS NULL)";
    let text = |column: Jobs| ColumnDef::new(column).text().not_null().to_owned();
    let number = |column: Jobs| ColumnDef::new(column).big_integer().not_null().to_owned();
    let small = |column: Jobs| ColumnDef::new(column).integer().not_null().to_owned();
    let flag = |column: Jobs| ColumnDef::new(column).boolean().not_null().default(false).to_owned();
    let maybe_number = |column: Jobs| ColumnDef::new(column).big_integer().null().to_owned();
    let maybe_text = |column: Jobs| ColumnDef::new(column).text().null().to_owned();
    Table::create()
        .table(Jobs::Table)
        .col(id(Jobs::Id, backend).not_null())
        .col(text(Jobs::Queue))
        .col(text(Jobs::Kind))
        .col(text(Jobs::Payload))
        .col(id(Jobs::Lane, backend).not_null())
        .col(maybe_text(Jobs::Key))
        .col(number(Jobs::Turn))
        .col(text(Jobs::BeginsAs))
        .col(text(Jobs::State))
        .col(flag(Jobs::Again))
        .col(flag(Jobs::Suspect))
        .col(flag(Jobs::CancelAsked))
        .col(small(Jobs::Attempt))
        .col(small(Jobs::MaxAttempts))
        .col(number(Jobs::Fence))
        .col(number(Jobs::Beat))
        .col(id(Jobs::Worker, backend).null())
        .col(number(Jobs::CreatedAt))
        .col(number(Jobs::ChangedAt))
        .col(maybe_number(Jobs::RunAt))
        .col(maybe_number(Jobs::StartedAt))
        .col(maybe_number(Jobs::EndedAt))
        .col(maybe_text(Jobs::Trouble))
        .col(maybe_text(Jobs::Reason))
        .col(maybe_number(Jobs::Done))
        .col(maybe_number(Jobs::Total))
        .col(maybe_text(Jobs::Note))
        .primary_key(Index::create().name("jobs_pkey").col(Jobs::Id))
        .check(Expr::cust(state))
        .check(Expr::cust("begins_as IN ('analyzing', 'processing')"))
        .check(Expr::cust(ended))
        .check(Expr::cust(in_hand))
        .check(Expr::cust("attempt >= 0 AND max_attempts > 0"))
        .to_owned()
}

fn schedules() -> TableCreateStatement {
    Table::create()
        .table(JobSchedules::Table)
        .col(ColumnDef::new(JobSchedules::Name).text().not_null())
        .col(ColumnDef::new(JobSchedules::NextAt).big_integer().not_null())
        .primary_key(Index::create().name("job_schedules_pkey").col(JobSchedules::Name))
        .to_owned()
}

fn id(column: impl IntoIden, backend: DbBackend) -> ColumnDef {
    let mut column = ColumnDef::new(column);
    match backend {
        DbBackend::Sqlite => column.blob(),
        _ => column.uuid(),
    };
    column
}
