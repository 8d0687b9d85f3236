//! Keeps jobs alive while they run: beats for our own, listens for cancellations, writes progress,
//! and takes jobs from workers that fell silent.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bus::News;
use domain::job::{JobState, Trouble, pause_after};
use domain::vigil::Vigil;
use store::StoreError;
use store::jobs::{self, Ending, Mark, Progress, Reason, Ticket};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::handle::tell;
use crate::patience::in_time;
use crate::run::Run;
use crate::shared::Core;
use crate::topics;

/// So many signs of life fit into a lease.
const BEATS_IN_A_LEASE: u32 = 5;
/// How often the database is asked who was cancelled, should the bus not tell.
const CANCEL_PAUSE: Duration = Duration::from_millis(400);
/// How often progress is written, for all jobs together.
const PROGRESS_PAUSE: Duration = Duration::from_millis(200);

/// Runs until told to stop.
pub async fn keep(core: Arc<Core>, lease: Duration, until: CancellationToken) {
    let pause = lease / BEATS_IN_A_LEASE;
    let all = async {
        tokio::join!(
            beats(&core, pause),
            cancellations(&core),
            calls(&core),
            progress(&core),
            silences(&core, lease, pause),
        )
    };
    until.run_until_cancelled(all).await;
}

/// Shows that this worker lives, and notices what it no longer has.
async fn beats(core: &Core, pause: Duration) {
    let mut unknown: HashSet<Ticket> = HashSet::new();
    loop {
        sleep(pause).await;
        let before = core.in_hand();
        if before.is_empty() && unknown.is_empty() {
            // Nothing runs as far as we know; what we do not know of shows at the next look.
            match of_ours(core).await {
                Ok(ours) if ours.is_empty() => continue,
                Ok(_) => {}
                Err(_) => continue,
            }
        }
        let worker = core.worker;
        let beating = core
            .store
            .write(move |transaction| Box::pin(jobs::beat(transaction, worker)));
        let beaten = match timeout(pause * 2, beating).await {
            Ok(Ok(beaten)) => beaten,
            Ok(Err(error)) => {
                tracing::warn!(%error, "running jobs could not be kept alive");
                continue;
            }
            Err(_) => {
                tracing::warn!("running jobs could not be kept alive in time");
                continue;
            }
        };
        let ours: HashSet<Ticket> = beaten.iter().map(|beaten| beaten.ticket).collect();
        for run in &before {
            if !ours.contains(&run.ticket()) && !run.is_recorded() {
                // Lost, or ended a moment ago: then nobody listens any more.
                run.lose();
            }
        }
        for beaten in beaten.iter().filter(|beaten| beaten.cancel_asked) {
            if let Some(run) = core.find(beaten.ticket.job) {
                run.cancel();
            }
        }
        unknown = give_back(core, ours, &unknown).await;
    }
}

async fn of_ours(core: &Core) -> Result<Vec<Mark>, StoreError> {
    let marks = in_time(jobs::running(&core.store)).await?;
    Ok(marks.into_iter().filter(|mark| mark.worker == core.worker).collect())
}

/// Gives back what the database says we have and nobody here works on: a claim whose answer never
/// came. Returns those that were seen for the first time, which may be just about to begin.
async fn give_back(core: &Core, ours: HashSet<Ticket>, seen_before: &HashSet<Ticket>) -> HashSet<Ticket> {
    let known: HashSet<Ticket> = core.in_hand().iter().map(Run::ticket).collect();
    let mut first_seen = HashSet::new();
    for ticket in ours.difference(&known) {
        if !seen_before.contains(ticket) {
            first_seen.insert(*ticket);
            continue;
        }
        let (ticket, now) = (*ticket, core.ambient.now());
        let giving = core.store.write(move |transaction| {
            Box::pin(async move { jobs::end(transaction, ticket, &Ending::Released, now).await })
        });
        match in_time(giving).await {
            Ok(None) => {}
            Ok(Some(_)) => tracing::warn!(job = %ticket.job, "a job that nobody worked on was given back"),
            Err(error) => {
                first_seen.insert(ticket);
                tracing::warn!(job = %ticket.job, %error, "a job that nobody works on could not be given back");
            }
        }
    }
    first_seen
}

/// Asks the database which of our jobs should end.
async fn cancellations(core: &Core) {
    loop {
        sleep(CANCEL_PAUSE).await;
        if !core.in_hand().is_empty() {
            pass_on_cancellations(core).await;
        }
    }
}

/// Hears over the bus which of our jobs should end.
async fn calls(core: &Core) {
    let mut news = core.bus.subscribe([topics::cancel(core.worker)]);
    while let Some(heard) = news.next().await {
        let News::Hint { .. } = heard else { continue };
        // The hint only says that it is worth asking: the database knows who.
        pass_on_cancellations(core).await;
    }
}

async fn pass_on_cancellations(core: &Core) {
    // When the database is away the beats say so.
    let asked = in_time(jobs::asked_to_stop(&core.store, core.worker)).await;
    for job in asked.unwrap_or_default() {
        if let Some(run) = core.find(job) {
            run.cancel();
        }
    }
}

/// Writes down how far our jobs are.
async fn progress(core: &Core) {
    loop {
        sleep(PROGRESS_PAUSE).await;
        let (runs, news): (Vec<Run>, Vec<(Ticket, Progress)>) = core
            .in_hand()
            .into_iter()
            .filter_map(|run| {
                let news = (run.ticket(), run.take_progress()?);
                Some((run, news))
            })
            .unzip();
        if news.is_empty() {
            continue;
        }
        let alone = core.several.lock().await;
        let writing = core
            .store
            .write(move |transaction| Box::pin(async move { jobs::save_progress(transaction, &news).await }));
        let written = in_time(writing).await;
        drop(alone);
        match written {
            Ok(()) => runs.iter().for_each(|run| tell(&core.bus, run.job())),
            Err(error) => {
                runs.iter().for_each(Run::give_progress_back);
                tracing::debug!(%error, "progress was not written down");
            }
        }
    }
}

/// Watches all workers, and takes jobs from those that give no sign of life.
async fn silences(core: &Core, lease: Duration, pause: Duration) {
    let mut vigil: Vigil<Ticket, i64> = Vigil::new(pause);
    let mut last = Instant::now();
    loop {
        sleep(pause).await;
        let asked = Instant::now();
        let Ok(mut marks) = in_time(jobs::running(&core.store)).await else {
            continue;
        };
        // We live, even while we cannot write.
        marks.retain(|mark| mark.worker != core.worker);
        let seen = marks.iter().map(|mark| (mark.ticket, mark.beat));
        let silences = vigil.look(asked.duration_since(last), seen);
        last = asked;
        for (ticket, _) in silences.into_iter().filter(|(_, silent_for)| *silent_for >= lease) {
            if let Some(mark) = marks.iter().find(|mark| mark.ticket == ticket) {
                take_over(core, *mark, lease).await;
            }
        }
    }
}

async fn take_over(core: &Core, mark: Mark, lease: Duration) {
    let now = core.ambient.now();
    let at = now.plus(pause_after(mark.attempt, core.ambient.as_ref()));
    let words = format!("its worker gave no sign of life for {} s", lease.as_secs_f64());
    let reason = Reason::new(Trouble::Lost, words);
    let taking = core
        .store
        .write(move |transaction| Box::pin(async move { jobs::lose(transaction, mark, at, reason, now).await }));
    let job = mark.ticket.job;
    match in_time(taking).await {
        Ok(Some(state)) => {
            tracing::warn!(%job, worker = %mark.worker, attempt = mark.attempt, dead = state == JobState::Failed, "a job was taken from a silent worker");
            tell(&core.bus, job);
        }
        // It lives after all, or somebody else was quicker.
        Ok(None) => {}
        Err(error) => tracing::warn!(%job, %error, "a job could not be taken from a silent worker"),
    }
}
