//! The front end inside the binary.

use std::collections::BTreeSet;

use testkit::client::Client;
use testkit::{Stack, TestApp, on_both_stacks};
use wire::error::ErrorCode;

use crate::support::assert_problem;

on_both_stacks!(
    assets_are_kept_forever_and_travel_small,
    another_builds_assets_are_not_there,
    well_known_files_are_at_the_root,
);

async fn assets_are_kept_forever_and_travel_small(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let assets = assets_of(&app).await?;
    for ending in ["js", "wasm", "css"] {
        assert!(
            assets.iter().any(|asset| ending_of(asset) == ending),
            "no {ending} in {assets:?}"
        );
    }
    for asset in &assets {
        let plain = app.get(asset).send().await?;
        assert_eq!(plain.status, 200, "{asset}");
        assert_eq!(
            plain.header("cache-control"),
            Some("public, max-age=31536000, immutable"),
            "{asset}"
        );
        assert_eq!(plain.header("content-encoding"), None, "{asset}");
        let kind = plain.header("content-type").unwrap_or_default();
        let expected = match ending_of(asset) {
            "js" => "text/javascript",
            "wasm" => "application/wasm",
            "css" => "text/css",
            "woff2" => "font/woff2",
            _ => kind,
        };
        assert!(kind.starts_with(expected), "{asset} is {kind}");
        if ending_of(asset) == "woff2" {
            continue;
        }
        for encoding in ["br", "gzip"] {
            let small = app.get(asset).header("accept-encoding", encoding).send().await?;
            assert_eq!(small.header("content-encoding"), Some(encoding), "{asset}");
            assert!(
                small
                    .header("vary")
                    .is_some_and(|vary| vary.to_lowercase().contains("accept-encoding")),
                "{asset}"
            );
            assert!(
                small.body.len() < plain.body.len(),
                "{asset} does not shrink by {encoding}"
            );
        }
        let best = app
            .get(asset)
            .header("accept-encoding", "gzip, deflate, br, zstd")
            .send()
            .await?;
        assert_eq!(best.header("content-encoding"), Some("br"), "{asset}");
        let refused = app
            .get(asset)
            .header("accept-encoding", "br;q=0, gzip;q=0")
            .send()
            .await?;
        assert_eq!(refused.header("content-encoding"), None, "{asset}");
    }
    Ok(())
}

async fn another_builds_assets_are_not_there(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let assets = assets_of(&app).await?;
    let script = assets.iter().find(|asset| ending_of(asset) == "js").expect("a script");
    let file = script.rsplit('/').next().unwrap_or_default();
    for target in [
        format!("/pkg/0000000000000000/{file}"),
        script.replace(file, "nothing.js"),
        script.replace(file, "..%2f..%2fmanifest.json"),
        "/pkg/".to_owned(),
        "/pkg/../manifest.json".to_owned(),
    ] {
        let answer = app.get(&target).send().await?;
        assert_eq!(answer.status, 404, "{target}");
        assert!(
            !answer.header("cache-control").unwrap_or_default().contains("immutable"),
            "{target}"
        );
    }
    assert_problem(&app.get("/api/manifest.json").send().await?, ErrorCode::NotFound);
    Ok(())
}

async fn well_known_files_are_at_the_root(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for target in ["/robots.txt", "/favicon.ico"] {
        let answer = app.get(target).send().await?;
        assert_eq!(answer.status, 200, "{target}");
        assert!(!answer.body.is_empty(), "{target}");
        assert!(
            !answer.header("cache-control").unwrap_or_default().contains("immutable"),
            "{target}"
        );
    }
    Ok(())
}

/// Every file below `/pkg/` that the first page names.
pub async fn assets_of(client: &Client) -> anyhow::Result<BTreeSet<String>> {
    let page = client.get("/").send().await?;
    let text = page.text()?;
    let assets: BTreeSet<String> = text
        .split(['"', '\''])
        .filter(|word| word.starts_with("/pkg/") && word.rsplit('/').next().is_some_and(|file| file.contains('.')))
        .map(str::to_owned)
        .collect();
    assert!(
        !assets.is_empty(),
        "this build holds no front end: `cargo xtask test` builds it first"
    );
    Ok(assets)
}

fn ending_of(asset: &str) -> &str {
    asset.rsplit('.').next().unwrap_or_default()
}
