//! How often somebody may ask.

use std::net::SocketAddr;

use anyhow::Context as _;
use futures::future::try_join_all;
use testkit::client::Answer;
use testkit::relay::{Relay, Way};
use testkit::{Stack, TestApp, databases, on_both_stacks, redis};
use wire::error::ErrorCode;

use crate::support::assert_problem;

on_both_stacks!(too_many_of_a_class_are_told_to_wait, a_proxy_is_not_one_client);

async fn too_many_of_a_class_are_told_to_wait(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::builder(stack)
        .with("DROPCAST_LIMIT_UPLOAD", "3")
        .with("DROPCAST_LIMIT_API", "2")
        .with("DROPCAST_LIMIT_PAGE", "1")
        .start()
        .await?;
    for _ in 0..3 {
        assert_eq!(app.put("/api/v1/files/x", "x").send().await?.status, 201);
    }
    let refused = app.put("/api/v1/files/x", "x").send().await?;
    assert_problem(&refused, ErrorCode::RateLimited);
    assert_waits(&refused);

    for _ in 0..2 {
        assert_eq!(
            app.get("/api/v1/files").send().await?.status,
            200,
            "another class has figures of its own"
        );
    }
    assert_problem(&app.get("/api/v1/files").send().await?, ErrorCode::RateLimited);

    assert_eq!(app.get("/").send().await?.status, 200);
    let page = app.get("/").header("accept", "text/html").send().await?;
    assert_eq!(page.status, 429);
    assert_waits(&page);
    assert_eq!(app.get("/healthz").send().await?.status, 200);
    Ok(())
}

async fn a_proxy_is_not_one_client(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::builder(stack)
        .with("DROPCAST_LIMIT_API", "1")
        .with("DROPCAST_TRUSTED_PROXIES", "127.0.0.0/8")
        .with("DROPCAST_OPEN_ACCESS", "true")
        .start()
        .await?;
    let list_from = |chain: &str| app.get("/api/v1/files").header("x-forwarded-for", chain).send();
    assert_eq!(list_from("203.0.113.1").await?.status, 200);
    assert_eq!(list_from("203.0.113.2").await?.status, 200);
    assert_eq!(list_from("203.0.113.1").await?.status, 429);
    // What the client wrote itself stands in front of what the proxy added.
    assert_eq!(list_from("203.0.113.99, 203.0.113.2").await?.status, 429);
    Ok(())
}

/// Two servers of one installation. Which of them somebody asks, and whether Redis is there, makes
/// no difference to how much there is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_share_one_allowance_with_redis_and_without() -> anyhow::Result<()> {
    let database = databases::postgres_url().await?;
    let own_redis = redis::url().await?;
    let place = own_redis.split('/').nth(2).context("an address with a host")?;
    let relay = Relay::to(place.parse::<SocketAddr>()?).await?;
    let relayed = own_redis.replacen(place, &relay.address().to_string(), 1);
    let start = || {
        TestApp::builder(Stack::Cluster)
            .with("DATABASE_URL", &database)
            .with("REDIS_URL", &relayed)
            .with("DROPCAST_LIMIT_API", "4")
            .with("DROPCAST_TRUSTED_PROXIES", "127.0.0.0/8")
            .with("DROPCAST_OPEN_ACCESS", "true")
            .start()
    };
    let nodes = [start().await?, start().await?];
    for (way, client) in [
        (Way::Open, "203.0.113.1"),
        (Way::Refusing, "203.0.113.2"),
        (Way::Silent, "203.0.113.3"),
    ] {
        relay.set(way);
        let asked = (0..12).map(|number| {
            let node = &nodes[number % 2];
            node.get("/api/v1/files").header("x-forwarded-for", client).send()
        });
        let answers = try_join_all(asked).await?;
        let (granted, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
        assert_eq!(granted.len(), 4, "{way:?}");
        for answer in refused {
            assert_problem(answer, ErrorCode::RateLimited);
            assert_waits(answer);
        }
        assert_eq!(nodes[0].get("/healthz").send().await?.status, 200, "{way:?}");
    }
    Ok(())
}

#[track_caller]
fn assert_waits(answer: &Answer) {
    let seconds: u64 = answer
        .header("retry-after")
        .and_then(|text| text.parse().ok())
        .expect("seconds to wait");
    assert!((1..=60).contains(&seconds), "{seconds}");
}
