//! One attempt, from the claim to the written end.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use domain::job::{JobState, Trouble, pause_after};
use domain::time::Timestamp;
use store::StoreError;
use store::jobs::{self, Claimed, Ending, Reason};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{JoinError, JoinHandle};
use tokio::time::{Instant, sleep, timeout};

use crate::failure::Failure;
use crate::handle::tell;
use crate::patience::{in_time, will_pass};
use crate::registry::Handler;
use crate::run::Run;
use crate::shared::{Core, InHand};
use crate::{figures, topics};

/// How long a job that has to stop may take to put things away.
const STOP_GRACE: Duration = Duration::from_secs(3);
/// How long code that is dropped may take to put things away before its end is written: the next
/// attempt should not meet it. Code that never waits for anything may take for ever.
const DROP_GRACE: Duration = Duration::from_millis(500);
/// Between tries to write down an end, while the database is away.
const WRITE_PAUSE: Duration = Duration::from_millis(500);
/// How long the last try may take when the process is being cut.
const LAST_WRITE: Duration = Duration::from_secs(1);
/// After so many refusals that waiting cannot cure, the end stays unwritten and the job is given
/// back by the keeper.
const HOPELESS_AFTER: u32 = 5;

/// What came of the code that does the work.
enum Came {
    /// It returned.
    Back(Result<(), Failure>),
    /// It broke off, with these words.
    Panicked(String),
    /// It ran out of time.
    Hung,
    /// It was to stop and did not.
    Dropped,
}

/// What is to be written about it.
enum End {
    Completed,
    Other(Ending),
    /// Written already, or not ours to write.
    Nothing,
}

/// Does one job. The permits are given back when its code has really ended.
pub async fn supervise(
    core: Arc<Core>,
    handler: Handler,
    claimed: Claimed,
    in_hand: InHand,
    permits: Vec<OwnedSemaphorePermit>,
) {
    let run = &in_hand.run;
    let (kind, queue, job) = (handler.kind, core.queue_of(&claimed), run.job());
    metrics::gauge!(figures::RUNNING, "queue" => queue).increment(1);
    tell(&core.bus, job);

    let (begun, limit) = (Instant::now(), handler.time_limit);
    let came = attempt(&core, handler, claimed.payload.clone(), run, permits).await;
    let took = begun.elapsed();

    let end = decide(&came, run, &core, claimed.attempt, limit);
    let stands = record(&core, run, &end).await;
    drop(in_hand);
    metrics::gauge!(figures::RUNNING, "queue" => queue).decrement(1);
    metrics::histogram!(figures::SECONDS, "queue" => queue, "kind" => kind).record(took.as_secs_f64());
    metrics::counter!(figures::ENDED, "queue" => queue, "kind" => kind, "as" => word(&end, stands)).increment(1);
    report(kind, &claimed, &end, stands, took);
    tell(&core.bus, job);
    if stands == Some(JobState::Pending) {
        core.bus.publish(topics::ready(), "");
    }
}

/// Has the work done, or dropped.
async fn attempt(
    core: &Arc<Core>,
    handler: Handler,
    payload: String,
    run: &Run,
    permits: Vec<OwnedSemaphorePermit>,
) -> Came {
    // Its claim was under way when the worker was told to leave: it goes back untouched.
    if core.stopping.is_cancelled() {
        core.free(permits);
        return Came::Dropped;
    }
    let (limit, in_task) = (handler.time_limit, run.clone());
    // A task of its own, so that a panic stays there; the first words of the work are in it, too.
    let mut work = tokio::spawn(async move { handler.start(&payload, in_task).await });
    let came = tokio::select! {
        joined = &mut work => came_back(joined),
        () = sleep(limit) => Came::Hung,
        () = overdue(core, run) => Came::Dropped,
    };
    release_when_ended(work, permits, Arc::clone(core)).await;
    came
}

fn came_back(joined: Result<Result<(), Failure>, JoinError>) -> Came {
    match joined.map_err(JoinError::try_into_panic) {
        Ok(answer) => Came::Back(answer),
        Err(Ok(panic)) => Came::Panicked(words(panic.as_ref())),
        Err(Err(_)) => Came::Dropped,
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it did not say why".to_owned())
}

/// Returns when the job had to stop and has not within the grace, or when nobody waits any more.
async fn overdue(core: &Core, run: &Run) {
    run.stopping().await;
    tokio::select! {
        () = sleep(STOP_GRACE) => {}
        () = core.hard.cancelled() => {}
    }
}

/// Drops the work, and gives its place back when it is gone: code that never waits for anything
/// cannot be dropped, and keeps its place for as long as it goes on.
async fn release_when_ended(
    mut work: JoinHandle<Result<(), Failure>>,
    permits: Vec<OwnedSemaphorePermit>,
    core: Arc<Core>,
) {
    work.abort();
    if work.is_finished() || timeout(DROP_GRACE, &mut work).await.is_ok() {
        core.free(permits);
        return;
    }
    tokio::spawn(async move {
        let _ = work.await;
        core.free(permits);
    });
}

fn decide(came: &Came, run: &Run, core: &Core, attempt: u16, limit: Duration) -> End {
    if run.is_recorded() || run.was_lost() {
        return End::Nothing;
    }
    let again = |reason: Reason, pause: Option<Duration>| {
        let pause = pause.unwrap_or_else(|| pause_after(attempt, core.ambient.as_ref()));
        End::Other(Ending::Retry {
            at: core.ambient.now().plus(pause),
            reason,
        })
    };
    match came {
        Came::Back(Ok(())) => End::Completed,
        Came::Back(Err(Failure::Retry { reason, after })) => again(reason.clone(), *after),
        Came::Back(Err(Failure::Fatal { reason })) => End::Other(Ending::Failed { reason: reason.clone() }),
        Came::Panicked(words) => again(Reason::new(Trouble::Panicked, words.as_str()), None),
        Came::Hung => {
            let words = format!("it did not end within {} s", limit.as_secs_f64());
            again(Reason::new(Trouble::Hung, words), None)
        }
        Came::Back(Err(Failure::Stopped)) | Came::Dropped => {
            if run.was_cancelled() {
                End::Other(Ending::Cancelled)
            } else if core.stopping.is_cancelled() {
                End::Other(Ending::Released)
            } else {
                let words = "it stopped although nobody had asked for that";
                again(Reason::new(Trouble::Failed, words), None)
            }
        }
    }
}

/// Writes down how it ended, however long the database is away. `None`: somebody else speaks for
/// the job, or nothing could be written.
async fn record(core: &Core, run: &Run, end: &End) -> Option<JobState> {
    if matches!(end, End::Nothing) {
        return run.is_recorded().then_some(JobState::Completed);
    }
    let mut hopeless = 0;
    while let Some(written) = core.hard.run_until_cancelled(write(core, run, end)).await {
        let error = match written {
            Ok(stands) => return stands,
            Err(error) => error,
        };
        tracing::warn!(job = %run.job(), %error, "the end of a job could not be written down");
        hopeless += u32::from(!will_pass(&error));
        let cut = core.hard.run_until_cancelled(sleep(WRITE_PAUSE)).await.is_none();
        if cut || hopeless >= HOPELESS_AFTER {
            break;
        }
    }
    timeout(LAST_WRITE, write(core, run, end)).await.ok()?.ok()?
}

/// How far it came is written with it: nobody asks the job any more.
async fn write(core: &Core, run: &Run, end: &End) -> Result<Option<JobState>, StoreError> {
    let (ticket, now): (_, Timestamp) = (run.ticket(), core.ambient.now());
    match end {
        End::Completed => {
            let ours = core.finisher.complete(ticket, run.latest_progress(), now).await?;
            Ok(ours.then_some(JobState::Completed))
        }
        End::Other(ending) => {
            let ending = ending.clone();
            let progress: Vec<_> = run
                .latest_progress()
                .map(|latest| (ticket, latest))
                .into_iter()
                .collect();
            let writing = core.store.write(move |transaction| {
                Box::pin(async move {
                    jobs::save_progress(transaction, &progress).await?;
                    jobs::end(transaction, ticket, &ending, now).await
                })
            });
            in_time(writing).await
        }
        End::Nothing => Ok(None),
    }
}

fn word(end: &End, stands: Option<JobState>) -> &'static str {
    match (end, stands) {
        (_, None) => "lost",
        (End::Other(Ending::Released), _) => "released",
        (_, Some(JobState::Pending)) => "retried",
        (_, Some(state)) => state.as_str(),
    }
}

/// The reason stays in the database: it may quote what a person sent.
fn report(kind: &str, claimed: &Claimed, end: &End, stands: Option<JobState>, took: Duration) {
    let ended = word(end, stands);
    let (job, attempt) = (claimed.ticket.job, claimed.attempt);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match end {
        End::Other(Ending::Retry { reason, .. } | Ending::Failed { reason }) => {
            tracing::warn!(%job, kind, attempt, ended, ms, trouble = reason.trouble.as_str(), "a job did not succeed");
        }
        End::Nothing if stands.is_none() => {
            tracing::warn!(%job, kind, attempt, ended, ms, "a job was taken over by somebody else");
        }
        End::Completed | End::Other(_) | End::Nothing => {
            tracing::debug!(%job, kind, attempt, ended, ms, "a job ended");
        }
    }
}
