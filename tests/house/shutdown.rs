//! Leaving in order.

use std::time::Duration;

use testkit::{Stack, TestApp, ambient, on_both_stacks, wait};

use crate::support::upload;

on_both_stacks!(a_download_under_way_is_finished_first, an_idle_house_leaves_at_once);

async fn a_download_under_way_is_finished_first(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    // Large enough that most of it cannot hide in the buffers of a connection.
    let body = ambient::noise(9, 48 << 20);
    let entry = upload(&app, "large.bin", body.clone()).await?;
    let client = *app;
    let mut download = client.get(&entry.content_url).send_and_hold().await?;
    let mut received = download.next_piece().await?.expect("a first piece").to_vec();

    let stopping = tokio::spawn(app.stop());
    wait::until("no new connection is taken", async || {
        client.get("/healthz").send().await.is_err()
    })
    .await?;
    assert!(!stopping.is_finished(), "it left before the download was through");
    while let Some(piece) = download.next_piece().await? {
        received.extend_from_slice(&piece);
    }
    assert!(received == body, "the download is not what was stored");
    drop(download);
    stopping.await?
}

async fn an_idle_house_leaves_at_once(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    // A connection without a request must not hold anybody up.
    let _idle = app.raw().await?;
    upload(&app, "a.txt", "x").await?;
    tokio::time::timeout(Duration::from_secs(5), app.stop()).await??;
    Ok(())
}
