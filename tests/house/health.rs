//! What watches over an installation: health, readiness, figures.

use testkit::{Stack, TestApp, on_both_stacks};
use wire::health::{HealthPart, HealthReport, HealthState};

use crate::support::upload;

on_both_stacks!(
    a_healthy_house_says_what_it_stands_on,
    figures_need_a_token_or_a_door_of_their_own,
);

async fn a_healthy_house_says_what_it_stands_on(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let alive = app.get("/healthz").send().await?;
    assert_eq!((alive.status.as_u16(), alive.text()?.trim()), (200, "ok"));
    assert_eq!(app.get("/readyz").send().await?.status, 200);

    let answer = app.get("/health/").send().await?;
    assert_eq!(
        (answer.status.as_u16(), answer.header("cache-control")),
        (200, Some("no-store"))
    );
    let report: HealthReport = answer.json()?;
    assert_eq!(report.state, HealthState::Ok, "{report:?}");
    let parts: Vec<_> = report
        .checks
        .iter()
        .map(|check| (check.part, check.kind.as_str()))
        .collect();
    match stack {
        Stack::Alone => assert_eq!(parts, [(HealthPart::Database, "sqlite"), (HealthPart::Storage, "disk")]),
        Stack::Cluster => assert_eq!(
            parts,
            [
                (HealthPart::Database, "postgres"),
                (HealthPart::Storage, "s3"),
                (HealthPart::Redis, "redis")
            ]
        ),
    }
    Ok(())
}

async fn figures_need_a_token_or_a_door_of_their_own(stack: Stack) -> anyhow::Result<()> {
    let closed = TestApp::start(stack).await?;
    assert!(closed.get("/metrics").send().await?.status.is_client_error());
    assert!(closed.metrics_client().is_none());

    let app = TestApp::builder(stack)
        .with("DROPCAST_METRICS_TOKEN", "a-token-for-the-tests")
        .with("DROPCAST_METRICS_LISTEN", "127.0.0.1:0")
        .start()
        .await?;
    upload(&app, "very-private-name.txt", "x").await?;
    for authorization in [
        None,
        Some("Bearer wrong"),
        Some("Bearer "),
        Some("Basic a-token-for-the-tests"),
    ] {
        let mut call = app.get("/metrics");
        if let Some(value) = authorization {
            call = call.header("authorization", value);
        }
        let answer = call.send().await?;
        assert!(
            answer.status.is_client_error() && !answer.text()?.contains("# TYPE"),
            "{authorization:?}"
        );
    }
    let by_token = app
        .get("/metrics")
        .header("authorization", "Bearer a-token-for-the-tests")
        .send()
        .await?;
    let own_door = app.metrics_client().expect("it listens").get("/metrics").send().await?;
    for answer in [by_token, own_door] {
        assert_eq!(answer.status, 200);
        let text = answer.text()?;
        assert!(
            text.contains("/api/v1/files/{name}"),
            "requests are counted by template: {text}"
        );
        assert!(!text.contains("very-private-name"), "a file name is in the figures");
    }
    Ok(())
}
