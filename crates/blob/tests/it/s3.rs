//! What only the S3 backend has: a server that can be away, refuse, or know nothing of the bucket.

use std::time::{Duration, Instant};

use blob::{BlobError, BlobStore, S3Options};

use crate::ours::{content, get, key, options, put};

fn unavailable(outcome: Result<impl Sized, BlobError>) -> String {
    match outcome.map(|_| ()) {
        Err(BlobError::Unavailable(text)) => text,
        other => panic!("expected Unavailable, got {other:?}"),
    }
}

#[tokio::test]
async fn objects_lie_below_the_prefix() {
    let server = testkit::s3::start().await.expect("a server");
    let store = BlobStore::s3(options(&server));
    put(&store, &key(1), content(1, 10).1).await.expect("written");
    let keys = server.keys().expect("keys");
    assert!(keys.iter().any(|key| key.starts_with("some/where/blobs/")), "{keys:?}");
}

#[tokio::test]
async fn a_server_that_is_away_is_named_and_comes_back_without_a_restart() {
    let server = testkit::s3::start().await.expect("a server");
    let store = BlobStore::s3(options(&server));
    put(&store, &key(1), content(1, 10).1).await.expect("written");
    server.pause();
    for text in [
        unavailable(store.probe().await),
        unavailable(put(&store, &key(2), content(2, 10).1).await),
        unavailable(get(&store, &key(1), 0..10).await),
    ] {
        assert!(
            text.contains(&server.endpoint()) && text.contains("check that it runs"),
            "{text}"
        );
    }
    server.resume();
    store.probe().await.expect("it is back");
    get(&store, &key(1), 0..10).await.expect("with everything it had");
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for_long() {
    let server = testkit::s3::start().await.expect("a server");
    let store = BlobStore::s3(options(&server));
    server.silence();
    let begun = Instant::now();
    unavailable(store.probe().await);
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_bucket_are_told_apart() {
    let server = testkit::s3::start().await.expect("a server");
    let wrong_key = S3Options {
        secret_key: "guessed".to_owned(),
        ..options(&server)
    };
    let text = unavailable(put(&BlobStore::s3(wrong_key), &key(1), content(1, 10).1).await);
    assert!(
        text.contains("DROPCAST_S3_SECRET_KEY") && !text.contains("guessed"),
        "{text}"
    );
    let wrong_bucket = S3Options {
        bucket: "elsewhere".to_owned(),
        ..options(&server)
    };
    let text = unavailable(BlobStore::s3(wrong_bucket).probe().await);
    assert!(
        text.contains("elsewhere") && text.contains("DROPCAST_S3_BUCKET"),
        "{text}"
    );
}

#[test]
fn keys_never_show_in_debug_output() {
    let options = S3Options {
        endpoint: None,
        region: "us-east-1".to_owned(),
        bucket: "b".to_owned(),
        access_key: "AKIAPLANTED".to_owned(),
        secret_key: "planted-secret".to_owned(),
        path_style: false,
        prefix: String::new(),
    };
    let shown = format!("{options:?} {:?}", BlobStore::s3(options.clone()));
    assert!(!shown.contains("PLANTED") && !shown.contains("planted"), "{shown}");
}
