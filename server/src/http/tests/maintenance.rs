//! While the installation is being maintained.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures::{StreamExt as _, stream};

use super::*;

const PERSON: [(&str, &str); 2] = [("accept", "text/html,*/*"), ("accept-language", "de")];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_and_everybody_is_told_when_to_come_back() {
    let house = house(&[("DROPCAST_MAINTENANCE", "true")]).await;
    for (method, target) in [
        (Method::GET, "/api/v1/files"),
        (Method::POST, "/api/ui/system_status"),
        (Method::GET, "/api/openapi.json"),
        (Method::GET, "/nothing-here"),
    ] {
        let answer = house.owner(method, target, &[], Body::empty()).await;
        assert_eq!(answer.problem().code, ErrorCode::Maintenance, "{target}");
        assert_eq!(answer.header("retry-after"), "60", "{target}");
        let stranger = house
            .ask("192.168.1.9:50000", Method::GET, target, &[], Body::empty())
            .await;
        assert_eq!(stranger.status, 503, "{target}");
    }
    for target in ["/", "/status", "/de", "/nothing-here"] {
        let page = house.owner(Method::GET, target, &PERSON, Body::empty()).await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-language")),
            (503, "de"),
            "{target}"
        );
        assert!(page.text().contains("<html lang=\"de\""), "{}", page.text());
        assert!(!page.text().contains("class=\"more\""), "there is nothing more to say");
    }
    assert!(
        house.get("/de").await.text().contains("maintenance"),
        "a program asks there, too"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_own_words_are_passed_on() {
    let house = house(&[("DROPCAST_MAINTENANCE", "New disks & <b>cables</b>. Back at 18:00.")]).await;
    let page = house.owner(Method::GET, "/", &PERSON, Body::empty()).await;
    assert!(
        page.text()
            .contains("New disks &amp; &lt;b&gt;cables&lt;/b&gt;. Back at 18:00."),
        "{}",
        page.text()
    );
    let problem = house.get("/api/v1/files").await.problem();
    assert_eq!(problem.detail, "New disks & <b>cables</b>. Back at 18:00.");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_the_files_of_our_page_are_there_as_ever() {
    let house = house(&[("DROPCAST_MAINTENANCE", "true")]).await;
    for target in ["/healthz", "/readyz", "/offline", "/manifest.webmanifest"] {
        assert_eq!(house.get(target).await.status, 200, "{target}");
    }
    let report = house.get("/health/").await;
    assert_eq!(report.status, 200);
    let report: serde_json::Value = serde_json::from_slice(&report.body).expect("JSON");
    assert_eq!((&report["maintenance"], &report["state"]), (&true.into(), &"ok".into()));
    for file in crate::front::root_files() {
        assert_eq!(house.get(file.name).await.status, 200, "{}", file.name);
    }
    // Only somebody who may know hears how it is.
    let stranger = house
        .ask("192.168.1.9:50000", Method::GET, "/health/", &[], Body::empty())
        .await;
    assert_eq!(stranger.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_refused_before_its_body_is_read() {
    let house = house(&[("DROPCAST_MAINTENANCE", "true")]).await;
    let read = Arc::new(AtomicUsize::new(0));
    let counted = read.clone();
    let pieces = stream::iter(0..10).map(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>("piece")
    });
    let answer = house
        .owner(
            Method::PUT,
            "/api/v1/files/note.txt",
            &[("expect", "100-continue")],
            Body::from_stream(pieces),
        )
        .await;
    assert_eq!(answer.problem().code, ErrorCode::Maintenance);
    assert_eq!(read.load(Ordering::Relaxed), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_it_nothing_speaks_of_it() {
    let house = house(&[]).await;
    assert!(!house.get("/health/").await.text().contains("maintenance"));
    assert_eq!(house.get("/api/v1/files").await.status, 200);
}
