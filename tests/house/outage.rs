//! Parts that go away, and come back: bounded waits, plain answers, no restart.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use testkit::relay::Way;
use testkit::{Part, Stack, TestApp, wait};
use tokio::time::timeout;
use wire::error::ErrorCode;
use wire::health::{HealthPart, HealthReport, HealthState};

use crate::support::{assert_problem, list, upload};

/// No small question may take longer, whatever is away: two seconds for a part to answer, twice,
/// and a margin for a busy machine.
const BOUND: Duration = Duration::from_secs(15);
/// Nor may a small upload, which asks several parts, and some of them again.
const UPLOAD_BOUND: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_s3_uploads_wait_and_come_back() -> anyhow::Result<()> {
    away_and_back(Part::Storage, HealthPart::Storage, Way::Refusing).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_silent_s3_stops_nobody_for_long() -> anyhow::Result<()> {
    away_and_back(Part::Storage, HealthPart::Storage, Way::Silent).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_postgres_requests_wait_and_come_back() -> anyhow::Result<()> {
    away_and_back(Part::Database, HealthPart::Database, Way::Refusing).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_silent_postgres_stops_nobody_for_long() -> anyhow::Result<()> {
    away_and_back(Part::Database, HealthPart::Database, Way::Silent).await
}

async fn away_and_back(part: Part, reported_as: HealthPart, way: Way) -> anyhow::Result<()> {
    let app = TestApp::builder(Stack::Cluster)
        .with("DROPCAST_DATABASE_ACQUIRE_TIMEOUT", "2s")
        .start()
        .await?;
    let before = upload(&app, "before.txt", "from better times").await?;

    app.set_way(part, way);
    let started = Instant::now();
    let report = report_when(&app, |report| report.state == HealthState::Down).await?;
    let check = report
        .checks
        .iter()
        .find(|check| check.part == reported_as)
        .expect("every part is reported");
    assert_eq!(check.state, HealthState::Down, "{report:?}");
    assert_eq!(app.get("/readyz").send().await?.status, 503);
    assert!(started.elapsed() < BOUND, "health took {:?}", started.elapsed());

    let upload_during = app.put("/api/v1/files/during.txt", "x".repeat(100)).send();
    let refused = timeout(UPLOAD_BOUND, upload_during)
        .await
        .context("the upload waits too long")??;
    assert_problem(&refused, ErrorCode::Unavailable);
    let seconds: u64 = refused
        .header("retry-after")
        .expect("it says when to come back")
        .parse()?;
    assert!((1..=120).contains(&seconds));
    assert_eq!(
        app.get("/healthz").send().await?.status,
        200,
        "the process itself is alive"
    );

    app.set_way(part, Way::Open);
    wait::until("the house is ready again", async || {
        app.get("/readyz").send().await.is_ok_and(|answer| answer.status == 200)
    })
    .await?;
    upload(&app, "after.txt", "x").await?;
    assert_eq!(app.get(&before.content_url).send().await?.text()?, "from better times");
    let names: Vec<_> = list(&app).await?.files.into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["after.txt", "before.txt"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_redis_everything_goes_on() -> anyhow::Result<()> {
    let app = TestApp::start(Stack::Cluster).await?;
    for way in [Way::Refusing, Way::Silent] {
        app.set_way(Part::Redis, way);
        let started = Instant::now();
        let entry = upload(&app, "meanwhile.txt", "still works").await?;
        assert_eq!(app.get(&entry.content_url).send().await?.text()?, "still works");
        let report = report_when(&app, |report| report.state != HealthState::Ok).await?;
        assert_eq!(
            report.state,
            HealthState::Degraded,
            "somebody should look, and nothing is down"
        );
        assert_eq!(app.get("/readyz").send().await?.status, 200, "{way:?}");
        assert!(started.elapsed() < BOUND, "{way:?} took {:?}", started.elapsed());

        app.set_way(Part::Redis, Way::Open);
        report_when(&app, |report| report.state == HealthState::Ok).await?;
    }
    Ok(())
}

/// Waits for a report: the last one may be shown again for a moment.
async fn report_when(app: &TestApp, condition: impl Fn(&HealthReport) -> bool) -> anyhow::Result<HealthReport> {
    wait::for_ok("the report says so", async || {
        let report: HealthReport = app.get("/health/").send().await?.json()?;
        anyhow::ensure!(condition(&report), "{report:?}");
        Ok::<_, anyhow::Error>(report)
    })
    .await
}
