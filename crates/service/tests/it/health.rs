//! What the installation says of itself.

use std::time::{Duration, Instant};

use blob::BlobStore;
use bus::Redis;
use service::{Limits, Parts, Services};
use testkit::relay::{Relay, Way};
use wire::health::{HealthCheck, HealthPart, HealthReport, HealthState};

use crate::house::{House, MAX_FILE_BYTES};

fn check(report: &HealthReport, part: HealthPart) -> &HealthCheck {
    report
        .checks
        .iter()
        .find(|check| check.part == part)
        .expect("this part is asked")
}

#[tokio::test]
async fn when_all_is_well() {
    let house = House::new().await;
    let report = house.services.health().await;
    assert_eq!((report.state, report.version.as_str()), (HealthState::Ok, "1.2.3"));
    assert_eq!(check(&report, HealthPart::Database).kind, "sqlite");
    let storage = check(&report, HealthPart::Storage);
    assert_eq!(storage.kind, "disk");
    assert!(storage.free_bytes.is_some_and(|free| free > 0));
    assert!(
        report.checks.iter().all(|check| check.part != HealthPart::Redis),
        "there is none"
    );
}

#[tokio::test]
async fn little_room_is_degraded() {
    let house = House::with_floor(u64::MAX / 4).await;
    let report = house.services.health().await;
    assert_eq!(report.state, HealthState::Degraded);
    assert_eq!(check(&report, HealthPart::Storage).state, HealthState::Degraded);
    assert_eq!(check(&report, HealthPart::Database).state, HealthState::Ok);
}

#[tokio::test]
async fn a_part_that_is_gone_is_down_and_the_others_are_not() {
    let house = House::new().await;
    house.store.clone().close().await.expect("closed");
    let report = house.services.health().await;
    assert_eq!(report.state, HealthState::Down);
    assert_eq!(check(&report, HealthPart::Database).state, HealthState::Down);
    assert_eq!(check(&report, HealthPart::Storage).state, HealthState::Ok);

    let house = House::new().await;
    std::fs::remove_dir_all(house.data()).expect("removed");
    let report = house.services.health().await;
    assert_eq!(check(&report, HealthPart::Storage).state, HealthState::Down);
    assert_eq!(check(&report, HealthPart::Database).state, HealthState::Ok);
}

#[tokio::test]
async fn silent_parts_are_asked_at_once_and_not_waited_for_long() {
    let house = House::new().await;
    let s3 = testkit::s3::start().await.expect("an S3 server");
    let relay = Relay::to(s3.address()).await.expect("a relay");
    relay.set(Way::Silent);
    s3.silence();
    let services = Services::new(Parts {
        store: house.store.clone(),
        blobs: BlobStore::s3(blob::S3Options {
            endpoint: Some(s3.endpoint()),
            region: s3.region().to_owned(),
            bucket: s3.bucket().to_owned(),
            access_key: s3.access_key().to_owned(),
            secret_key: s3.secret_key().to_owned(),
            path_style: true,
            prefix: String::new(),
        }),
        redis: Some(Redis::connect(&format!("redis://{}/0", relay.address())).expect("an address")),
        ambient: house.services.ambient().clone(),
        limits: Limits {
            max_file_bytes: MAX_FILE_BYTES,
        },
        version: "1.2.3",
    });
    let begun = Instant::now();
    let report = services.health().await;
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(check(&report, HealthPart::Database).state, HealthState::Ok);
    assert_eq!(check(&report, HealthPart::Storage).state, HealthState::Down);
    assert_eq!(check(&report, HealthPart::Redis).state, HealthState::Down);
    assert!(check(&report, HealthPart::Storage).latency_ms >= 1_000);
}
