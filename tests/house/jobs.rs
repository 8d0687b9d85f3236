//! Background work as an owner sees it: what waits, why something failed, and what to do about it.

use std::time::Duration;

use queue::{Failure, Job, Order, Pool, PoolOptions, Progress, Queue, Registry, Run};
use serde::{Deserialize, Serialize};
use service::ambient::System;
use store::{Store, StoreOptions};
use tempfile::TempDir;
use testkit::{Stack, TestApp, databases, on_both_stacks, wait};
use tokio_util::sync::CancellationToken;
use wire::error::ErrorCode;
use wire::jobs::{JobEntry, JobPage, JobState, JobTrouble, QueueEntry, QueueList};

use crate::support::assert_problem;

on_both_stacks!(
    what_returns_on_time_is_seen_to_be_done,
    a_job_that_cannot_be_read_fails_at_once_and_says_why,
    what_nobody_knows_waits_and_can_be_cancelled_and_taken_up_again,
    what_runs_shows_how_far_it_is_and_stops_when_asked,
    only_what_is_in_the_right_state_can_be_cancelled_or_retried,
    jobs_are_listed_page_by_page_and_by_what_one_looks_for,
    strangers_learn_nothing_and_change_nothing,
);

/// A kind of job that no worker of the house knows.
#[derive(Serialize, Deserialize)]
struct Polish {
    what: String,
}

impl Job for Polish {
    type World = ();
    const KIND: &'static str = "polish";
    const QUEUE: &'static str = "care";

    /// Goes on until somebody stops it.
    async fn run(self, run: Run, (): ()) -> Result<(), Failure> {
        run.progress(Progress {
            done: 3,
            total: Some(4),
            note: Some(self.what),
        });
        run.stopping().await;
        Err(Failure::Stopped)
    }
}

/// Something else under the name of a kind that is known.
#[derive(Serialize, Deserialize)]
struct Torn(String);

impl Job for Torn {
    type World = ();
    const KIND: &'static str = "tidy-jobs";
    const QUEUE: &'static str = "care";

    async fn run(self, _run: Run, (): ()) -> Result<(), Failure> {
        Ok(())
    }
}

fn polish(what: &str) -> Order<Polish> {
    Order::of(Polish { what: what.to_owned() })
}

/// Enqueues a job as the house itself would; its id.
async fn submit<J: Job>(app: &TestApp, order: Order<J>) -> anyhow::Result<String> {
    Ok(app.running().services.work().submit(order).await?.id().to_string())
}

async fn job(app: &TestApp, id: &str) -> anyhow::Result<JobEntry> {
    let answer = app.get(&format!("/api/v1/jobs/{id}")).send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text()?);
    answer.json()
}

async fn jobs(app: &TestApp, query: &str) -> anyhow::Result<JobPage> {
    let answer = app.get(&format!("/api/v1/jobs?{query}")).send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text()?);
    answer.json()
}

async fn care(app: &TestApp) -> anyhow::Result<QueueEntry> {
    let list: QueueList = app.get("/api/v1/queues").send().await?.json()?;
    let found = list.queues.into_iter().find(|queue| queue.name == "care");
    found.ok_or_else(|| anyhow::anyhow!("the queue that every house has"))
}

/// Asks for a change that is made; how the job stands then.
async fn change(app: &TestApp, id: &str, what: &str) -> anyhow::Result<JobEntry> {
    let answer = app.post(&format!("/api/v1/jobs/{id}/{what}"), "").send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text()?);
    answer.json()
}

/// Asks for a change that is refused because of how the job stands; why.
async fn refused(app: &TestApp, id: &str, what: &str) -> anyhow::Result<String> {
    let answer = app.post(&format!("/api/v1/jobs/{id}/{what}"), "").send().await?;
    assert_problem(&answer, ErrorCode::WrongState);
    Ok(answer.text()?.to_owned())
}

/// Waits until a job is as somebody wants it.
async fn until(app: &TestApp, id: &str, what: &str, wanted: impl Fn(&JobEntry) -> bool) -> anyhow::Result<JobEntry> {
    wait::for_ok(what, async || {
        let job = job(app, id).await?;
        anyhow::ensure!(wanted(&job), "{job:?}");
        Ok(job)
    })
    .await
}

/// The work that the house has for itself has been done: nothing waits but what a test makes wait.
async fn settled(app: &TestApp) -> anyhow::Result<Vec<JobEntry>> {
    wait::for_ok("the first care of the house is done", async || {
        let done = jobs(app, "state=completed").await?.jobs;
        for kind in ["sweep-leftovers", "tidy-jobs", "tidy-marks"] {
            anyhow::ensure!(done.iter().any(|job| job.kind == kind), "{kind} is not done: {done:?}");
        }
        Ok(done)
    })
    .await
}

async fn what_returns_on_time_is_seen_to_be_done(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for job in settled(&app).await? {
        assert_eq!(
            (job.queue.as_str(), job.attempt, job.trouble),
            ("care", 1, None),
            "{job:?}"
        );
        assert!(
            job.started_at >= Some(job.created_at) && job.ended_at >= job.started_at,
            "{job:?}"
        );
        assert!(!job.can_cancel && !job.can_retry && !job.cancel_asked, "{job:?}");
    }
    let care = care(&app).await?;
    assert_eq!(
        (care.waiting, care.running, care.failed, care.slots),
        (0, 0, 0, Some(1))
    );
    assert_eq!((care.oldest_waiting_seconds, care.unknown_kinds.len()), (None, 0));
    let page = app.get("/status").header("accept-language", "de").send().await?;
    let text = page.text()?;
    for words in [
        "Nichts wartet, nichts läuft.",
        "Pflege des Hauses",
        "Alte Hintergrundarbeit vergessen",
    ] {
        assert!(text.contains(words), "the page does not say {words:?}");
    }
    Ok(())
}

async fn a_job_that_cannot_be_read_fails_at_once_and_says_why(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    settled(&app).await?;
    let id = submit(&app, Order::of(Torn("nonsense".to_owned()))).await?;
    let is_failed = |job: &JobEntry| job.state == JobState::Failed;
    let failed = until(&app, &id, "the torn job fails", is_failed).await?;
    assert_eq!((failed.attempt, failed.trouble), (1, Some(JobTrouble::Unreadable)));
    assert!(
        failed
            .reason
            .as_ref()
            .is_some_and(|reason| reason.contains("cannot be read")),
        "{failed:?}"
    );
    assert!(failed.can_retry && !failed.can_cancel);
    assert_eq!(care(&app).await?.failed, 1);
    assert_eq!(jobs(&app, "state=failed").await?.jobs, std::slice::from_ref(&failed));

    let page = app.get("/status").send().await?;
    let text = page.text()?;
    for words in [
        "1 job failed.",
        "Its instructions can’t be read.",
        "cannot be read",
        "Retry: Forget old",
        "Every part answers, but some background work failed",
    ] {
        assert!(text.contains(words), "the page does not say {words:?}: {text}");
    }

    // It starts over, and fails anew.
    change(&app, &id, "retry").await?;
    let again = until(&app, &id, "it fails once more", |job| {
        is_failed(job) && job.ended_at > failed.ended_at
    });
    assert_eq!(again.await?.attempt, 1, "the attempts are counted anew");
    Ok(())
}

async fn what_nobody_knows_waits_and_can_be_cancelled_and_taken_up_again(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    settled(&app).await?;
    let id = submit(&app, polish("spoons")).await?;
    let waits = job(&app, &id).await?;
    assert_eq!((waits.state, waits.attempt), (JobState::Pending, 0));
    assert!(waits.can_cancel && !waits.can_retry);
    let stands = care(&app).await?;
    assert_eq!(
        (stands.waiting, stands.unknown_kinds.as_slice()),
        (1, ["polish".to_owned()].as_slice())
    );
    assert!(stands.oldest_waiting_seconds.is_some());
    let page = app.get("/status").send().await?;
    assert!(page.text()?.contains("Some work waits for a worker that knows it."));

    let cancelled = change(&app, &id, "cancel").await?;
    assert_eq!((cancelled.state, cancelled.cancel_asked), (JobState::Cancelled, false));
    assert!(cancelled.can_retry && !cancelled.can_cancel && cancelled.ended_at.is_some());
    assert_eq!((care(&app).await?.waiting, job(&app, &id).await?), (0, cancelled));

    let again = change(&app, &id, "retry").await?;
    assert_eq!(
        (again.state, again.ended_at, again.attempt),
        (JobState::Pending, None, 0)
    );
    assert_eq!(care(&app).await?.waiting, 1);
    Ok(())
}

async fn what_runs_shows_how_far_it_is_and_stops_when_asked(stack: Stack) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let (app, store) = app_with_store(stack, &folder).await?;
    settled(&app).await?;
    // A worker that knows what the house does not.
    let options = PoolOptions {
        store,
        bus: app.running().services.bus().clone(),
        ambient: std::sync::Arc::new(System),
        queues: vec![Queue {
            name: "care",
            slots: 1,
            about: "",
        }],
        schedules: Vec::new(),
        lease: Duration::from_secs(15),
    };
    let leaving = CancellationToken::new();
    let pool = Pool::new(options, &Registry::new(()).with::<Polish>());
    let worker = tokio::spawn(pool.run(leaving.clone(), leaving.clone()));

    let id = submit(&app, polish("spoons")).await?;
    let runs = until(&app, &id, "it says how far it is", |job| job.progress.is_some()).await?;
    let progress = runs.progress.clone().expect("it was waited for");
    assert_eq!(
        (progress.done, progress.total, progress.note.as_deref()),
        (3, Some(4), Some("spoons"))
    );
    assert!(runs.state.is_running() && runs.can_cancel && !runs.can_retry && runs.started_at.is_some());
    assert_eq!(care(&app).await?.running, 1);
    let page = app.get("/status").header("accept-language", "fr").send().await?;
    assert!(page.text()?.contains("75\u{a0}%"), "{}", page.text()?);
    refused(&app, &id, "retry").await?;

    change(&app, &id, "cancel").await?;
    let ended = until(&app, &id, "it has stopped", |job| job.state == JobState::Cancelled).await?;
    assert!(ended.can_retry && !ended.cancel_asked);
    leaving.cancel();
    worker.await?;
    Ok(())
}

/// An app, and its database by a way of its own.
async fn app_with_store(stack: Stack, folder: &TempDir) -> anyhow::Result<(TestApp, Store)> {
    let url = match stack {
        Stack::Alone => databases::sqlite_url(folder.path()).await?,
        Stack::Cluster => databases::postgres_url().await?,
    };
    let app = TestApp::builder(stack)
        .with("DATABASE_URL", url.clone())
        .start()
        .await?;
    let options = StoreOptions {
        url,
        readers: 2,
        acquire_timeout: Duration::from_secs(10),
    };
    Ok((app, Store::connect(&options).await?))
}

async fn only_what_is_in_the_right_state_can_be_cancelled_or_retried(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let done = settled(&app).await?;
    let done = done.first().expect("what was waited for").id.clone();
    for what in ["cancel", "retry"] {
        assert!(
            refused(&app, &done, what).await?.contains("completed"),
            "it says how it stands"
        );
    }
    assert_eq!(
        job(&app, &done).await?.state,
        JobState::Completed,
        "and stays as it was"
    );

    let first = submit(&app, polish("spoons").key("silver")).await?;
    assert!(refused(&app, &first, "retry").await?.contains("pending"));
    change(&app, &first, "cancel").await?;
    assert!(refused(&app, &first, "cancel").await?.contains("cancelled"));
    let second = submit(&app, polish("forks").key("silver")).await?;
    assert_ne!(first, second);
    assert!(refused(&app, &first, "retry").await?.contains("does the same"));
    assert_eq!(job(&app, &first).await?.state, JobState::Cancelled);

    for id in [
        "01890000-0000-7000-8000-000000000000",
        "0",
        "%00",
        "..%2f..%2fetc",
        "'%20OR%201=1",
    ] {
        let found = app.get(&format!("/api/v1/jobs/{id}")).send().await?;
        assert_problem(&found, ErrorCode::NotFound);
        for what in ["cancel", "retry"] {
            let changed = app.post(&format!("/api/v1/jobs/{id}/{what}"), "").send().await?;
            assert_problem(&changed, ErrorCode::NotFound);
        }
    }
    assert_eq!(
        app.get(&format!("/api/v1/jobs/{second}/cancel")).send().await?.status,
        405
    );
    Ok(())
}

async fn jobs_are_listed_page_by_page_and_by_what_one_looks_for(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    settled(&app).await?;
    let mut made = Vec::new();
    for what in ["spoons", "forks", "knives", "plates", "pans"] {
        made.push(submit(&app, polish(what)).await?);
    }
    // Ids of one millisecond have no order among themselves.
    made.sort_by(|one, other| other.cmp(one));

    let mut seen = Vec::new();
    let mut after = String::new();
    loop {
        let page = jobs(&app, &format!("queue=care&state=pending&limit=2{after}")).await?;
        assert!(page.jobs.len() <= 2);
        seen.extend(page.jobs.into_iter().map(|job| job.id));
        match page.next {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, made, "newest first, each once");
    assert!(
        jobs(&app, "").await?.jobs.len() >= 8,
        "those and what the house did for itself"
    );
    for query in [
        "state=failed",
        "state=processing",
        "queue=elsewhere",
        "queue=%27%20OR%201=1",
    ] {
        assert_eq!(jobs(&app, query).await?.jobs, [], "{query}");
    }
    for query in [
        "state=lost",
        "state=",
        "limit=0",
        "limit=501",
        "after=1",
        "limit=x",
        "what=else",
    ] {
        let answer = app.get(&format!("/api/v1/jobs?{query}")).send().await?;
        assert_problem(&answer, ErrorCode::BadRequest);
    }
    Ok(())
}

async fn strangers_learn_nothing_and_change_nothing(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let id = submit(&app, polish("spoons")).await?;
    let stranger = ("host", "evil.example");
    for target in [
        "/api/v1/jobs".to_owned(),
        format!("/api/v1/jobs/{id}"),
        "/api/v1/queues".to_owned(),
    ] {
        let answer = app.get(&target).header(stranger.0, stranger.1).send().await?;
        assert_problem(&answer, ErrorCode::Forbidden);
        assert!(!answer.text()?.contains("polish"));
    }
    let asked = format!("{{\"id\":\"{id}\"}}");
    let changes = [
        (format!("/api/v1/jobs/{id}/cancel"), ""),
        (format!("/api/v1/jobs/{id}/retry"), ""),
        ("/api/ui/cancel_job".to_owned(), asked.as_str()),
        ("/api/ui/retry_job".to_owned(), asked.as_str()),
        ("/api/ui/background_work".to_owned(), "{}"),
    ];
    for (target, body) in changes {
        let call = app
            .post(&target, body.to_owned())
            .header("content-type", "application/json");
        assert_problem(&call.header(stranger.0, stranger.1).send().await?, ErrorCode::Forbidden);
    }
    // A page of another site cannot do it in the owner's name either.
    let foreign = app
        .post(&format!("/api/v1/jobs/{id}/cancel"), "")
        .header("sec-fetch-site", "cross-site");
    assert_problem(&foreign.send().await?, ErrorCode::CrossSite);
    assert_eq!(job(&app, &id).await?.state, JobState::Pending, "nobody changed it");
    Ok(())
}
