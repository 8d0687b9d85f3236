//! The built program: `serve` leaves work to `worker`.

use std::path::Path;
use std::time::Duration;

use domain::job::JobState;
use queue::{Failure, Job, Run};
use serde::{Deserialize, Serialize};
use testkit::client::Client;
use testkit::drill::Drill;
use testkit::program::Program;
use testkit::signal::Signal;
use testkit::{Stack, on_both_stacks, wait};
use tokio::time::Instant;
use wire::jobs::{JobEntry, JobPage};

use super::super::{Cluster, millis, parts};

on_both_stacks!(what_serve_leaves_a_worker_does);

/// Longer than a pool with nothing to do waits before it looks again.
const LOOKS: Duration = millis(2_500);

/// What a worker of the house knows by this name.
#[derive(Serialize, Deserialize)]
struct Tidy {}

impl Job for Tidy {
    type World = ();
    const KIND: &'static str = "tidy-jobs";
    const QUEUE: &'static str = "care";

    async fn run(self, _: Run, (): ()) -> Result<(), Failure> {
        Ok(())
    }
}

async fn what_serve_leaves_a_worker_does(stack: Stack) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let cluster = parts(stack).await?;
    let settings = || cluster.iter().flat_map(|cluster| cluster.settings.iter().cloned());
    let serve = Program::serve(folder.path())?
        .with("DROPCAST_QUEUES", "none")
        .with_all(settings())
        .start()
        .await?;
    let client = serve.client();

    let drill = Drill::open(&database(folder.path(), cluster.as_ref()), None).await?;
    let left = drill.submit(Tidy {}).await?;
    let begun = Instant::now();
    wait::until("a pool would have looked", async || begun.elapsed() >= LOOKS).await?;
    let listed = jobs(&client).await?;
    assert_eq!(listed.len(), 1, "it plans nothing that returns on time: {listed:?}");
    assert_eq!(drill.job(left).await?.state, JobState::Pending);

    let worker = Program::worker(folder.path(), "care")?
        .with_all(settings())
        .start()
        .await?;
    wait::for_ok("the worker does what is there and what returns on time", async || {
        let done = jobs(&client).await?;
        for kind in ["sweep-leftovers", "tidy-jobs", "tidy-marks"] {
            let of_kind: Vec<_> = done.iter().filter(|job| job.kind == kind).collect();
            anyhow::ensure!(!of_kind.is_empty(), "there is no {kind}");
            let are_done = of_kind.iter().all(|job| job.state == wire::jobs::JobState::Completed);
            anyhow::ensure!(are_done, "{of_kind:?}");
        }
        Ok(())
    })
    .await?;
    assert_eq!(drill.job(left).await?.state, JobState::Completed);
    assert_eq!(worker.stop(Signal::Term).await?.code(), Some(0), "{}", worker.log()?);
    assert!(serve.stop(Signal::Term).await?.success(), "{}", serve.log()?);
    Ok(())
}

fn database(folder: &Path, cluster: Option<&Cluster>) -> String {
    let setting = cluster.and_then(|cluster| cluster.settings.iter().find(|(name, _)| *name == "DATABASE_URL"));
    match setting {
        Some((_, url)) => url.clone(),
        None => format!("sqlite://{}", folder.join("data/dropcast.db").display()),
    }
}

async fn jobs(client: &Client) -> anyhow::Result<Vec<JobEntry>> {
    let answer = client.get("/api/v1/jobs").send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text()?);
    let page: JobPage = answer.json()?;
    Ok(page.jobs)
}

#[test]
fn a_queue_that_does_not_exist_is_refused_in_a_sentence() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let refused = Program::dropcast(folder.path(), &["worker", "--queues", "nobody"])?.output()?;
    let said = String::from_utf8(refused.stderr)?;
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("`nobody`") && said.contains("care"), "{said}");
    assert!(folder.path().read_dir()?.next().is_none(), "nothing was made");
    Ok(())
}
