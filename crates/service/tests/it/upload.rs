//! Adding files, and everything that can go wrong while doing so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::ambient::Ambient;
use domain::time::Timestamp;
use futures::stream::{self, StreamExt as _};
use service::ServiceError;
use testkit::ambient::{Fixed, noise};
use testkit::wait;
use tokio::sync::oneshot;
use wire::error::ErrorCode;

use crate::house::{House, MAX_FILE_BYTES, ME, body, broken_body, chunks, name};

fn code<T>(outcome: Result<T, ServiceError>) -> ErrorCode {
    match outcome {
        Ok(_) => panic!("it should have failed"),
        Err(error) => error.code(),
    }
}

#[tokio::test]
async fn a_file_comes_back_as_it_went_in() {
    let house = House::new().await;
    for (seed, len) in [(1, 0), (2, 1), (3, 100_000), (4, 3_500_000)] {
        let content = noise(seed, len);
        let file = house.put("a name.bin", &content).await.expect("added");
        assert_eq!(file.name.as_str(), "a name.bin");
        assert_eq!(file.blob.size, len as u64);
        assert_eq!(file.blob.crc32, crc32fast::hash(&content));
        assert_eq!(file.added_at, house.services.ambient().now());
        assert!(house.get(&file).await == content, "{len} bytes");
        assert_eq!(house.services.files().find(ME, file.id).await.expect("found"), file);
    }
    assert!(house.unfinished().is_empty());
}

#[tokio::test]
async fn the_hash_is_that_of_the_content() {
    let house = House::new().await;
    let file = house.put("abc", b"abc").await.expect("added");
    assert_eq!(
        file.blob.sha256.to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}

#[tokio::test]
async fn content_decides_what_a_file_is_even_when_it_comes_byte_by_byte() {
    let house = House::new().await;
    let png = [b"\x89PNG\r\n\x1a\n".as_slice(), &noise(1, 9000)].concat();
    let bytes: Vec<_> = png
        .iter()
        .map(|&byte| Ok(bytes::Bytes::copy_from_slice(&[byte])))
        .collect();
    let upload = house
        .services
        .files()
        .upload(ME, name("page.html"), None, stream::iter(bytes));
    assert_eq!(upload.await.expect("added").blob.media_type, "image/png");
    let page = house
        .put("picture.png", b"<html><script>alert(1)</script>")
        .await
        .expect("added");
    assert_ne!(page.blob.media_type, "image/png");
}

#[tokio::test]
async fn equal_content_is_kept_once_and_answered_alike() {
    let house = House::new().await;
    let content = noise(7, 300_000);
    let first = house.put("one", &content).await.expect("added");
    let second = house.put("two", &content).await.expect("added");
    assert_ne!(first.id, second.id);
    assert_eq!(first.blob, second.blob);
    wait::until("one object is left", async || house.objects().len() == 1)
        .await
        .expect("one");
    assert!(house.get(&first).await == content && house.get(&second).await == content);
    let page = house.services.files().page(ME, None, 10).await.expect("a page");
    assert_eq!((page.total, page.stored_bytes), (2, 300_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_at_once_with_equal_content_make_one_object() {
    let house = Arc::new(House::new().await);
    let content = Arc::new(noise(8, 1_500_000));
    let uploads = (0..10).map(|number| {
        let (house, content) = (Arc::clone(&house), Arc::clone(&content));
        tokio::spawn(async move { house.put(&format!("copy {number}"), &content).await })
    });
    let mut blobs = Vec::new();
    for upload in futures::future::join_all(uploads).await {
        blobs.push(upload.expect("no panic").expect("added").blob);
    }
    blobs.dedup();
    assert_eq!(blobs.len(), 1);
    wait::until("one object is left", async || house.objects().len() == 1)
        .await
        .expect("one");
    assert_eq!(house.visible().await, 10);
    assert!(house.unfinished().is_empty());
}

#[tokio::test]
async fn a_cut_upload_leaves_nothing() {
    let house = House::new().await;
    for len in [0, 10, 100_000, 3_000_000] {
        for declared in [None, Some(3_500_000)] {
            let body = broken_body(&noise(1, len));
            let outcome = house.services.files().upload(ME, name("cut"), declared, body).await;
            assert_eq!(code(outcome), ErrorCode::BodyIncomplete);
            house.assert_untouched().await;
        }
    }
}

#[tokio::test]
async fn a_length_that_was_not_kept_leaves_nothing() {
    let house = House::new().await;
    let content = noise(1, 200_000);
    for declared in [0, 199_999, 200_001] {
        let outcome = house
            .services
            .files()
            .upload(ME, name("x"), Some(declared), body(&content))
            .await;
        assert_eq!(code(outcome), ErrorCode::BodyIncomplete, "{declared} declared");
        house.assert_untouched().await;
    }
}

#[tokio::test]
async fn too_large_is_refused_whether_it_was_declared_or_not() {
    let house = House::new().await;
    let largest = usize::try_from(MAX_FILE_BYTES).expect("it fits");

    // Declared: not one byte is asked for.
    let unasked = stream::poll_fn(|_| panic!("nobody may read this body"));
    let outcome = house
        .services
        .files()
        .upload(ME, name("x"), Some(MAX_FILE_BYTES + 1), unasked)
        .await;
    assert!(
        matches!(outcome, Err(ServiceError::TooLarge { limit: MAX_FILE_BYTES })),
        "{outcome:?}"
    );
    house.assert_untouched().await;

    let content = noise(1, largest + 1);
    for declared in [None, Some(MAX_FILE_BYTES)] {
        let outcome = house
            .services
            .files()
            .upload(ME, name("x"), declared, body(&content))
            .await;
        assert_eq!(code(outcome), ErrorCode::TooLarge, "{declared:?} declared");
        house.assert_untouched().await;
    }
    house
        .put("just right", &content[..largest])
        .await
        .expect("the limit itself is allowed");
}

#[tokio::test]
async fn a_full_storage_says_so() {
    let house = House::with_floor(u64::MAX).await;
    assert_eq!(code(house.put("x", b"content").await), ErrorCode::StorageFull);
    house.assert_untouched().await;
}

#[tokio::test]
async fn a_volume_that_is_gone_is_unavailable_and_not_filled() {
    let house = House::new().await;
    std::fs::rename(house.data(), house.data().with_extension("elsewhere")).expect("moved");
    std::fs::create_dir(house.data()).expect("an empty folder");
    assert_eq!(code(house.put("x", b"content").await), ErrorCode::Unavailable);
    assert!(std::fs::read_dir(house.data()).expect("a folder").next().is_none());
}

#[tokio::test]
async fn a_sender_who_goes_away_leaves_nothing() {
    let house = Arc::new(House::new().await);
    let uploading = tokio::spawn({
        let house = Arc::clone(&house);
        let body = stream::iter(chunks(&noise(1, 2_000_000))).chain(stream::pending());
        async move { house.services.files().upload(ME, name("x"), None, body).await }
    });
    wait::until("it is on its way", async || !house.unfinished().is_empty())
        .await
        .expect("on its way");
    uploading.abort();
    wait::until("it is gone", async || house.unfinished().is_empty())
        .await
        .expect("gone");
    house.assert_untouched().await;
}

/// Whenever the caller leaves after the last byte, there is a whole file or none.
#[tokio::test]
async fn a_caller_who_leaves_at_the_end_leaves_no_half() {
    let house = Arc::new(House::new().await);
    for round in 0..20 {
        let (told, end) = oneshot::channel();
        let content = noise(100 + round, 100_000);
        let uploading = tokio::spawn({
            let house = Arc::clone(&house);
            let last = stream::once(async move {
                told.send(()).expect("somebody listens");
                Ok(bytes::Bytes::from_static(b"the end"))
            });
            let body = stream::iter(chunks(&content)).chain(last);
            async move { house.services.files().upload(ME, name("x"), None, body).await }
        });
        end.await.expect("told");
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        uploading.abort();
        let _ = uploading.await;
    }
    wait::until("every object has its row", async || {
        house.unfinished().is_empty() && house.objects().len() as u64 == house.visible().await
    })
    .await
    .expect("no half");
}

#[tokio::test]
async fn an_upload_that_the_database_refuses_takes_its_object_back() {
    let clock = Arc::new(Fixed::new(Timestamp::from_micros(1_700_000_000_000_000), 1));
    let ambient = Arc::new(EverySecondIdRepeats {
        inner: Arc::clone(&clock),
        calls: AtomicU64::new(0),
    });
    let house = House::with(ambient, Arc::new(Fixed::new(Timestamp::from_micros(0), 2)), 0).await;
    house.put("first", b"first").await.expect("added");
    assert_eq!(code(house.put("second", b"second").await), ErrorCode::Internal);
    assert_eq!(house.objects().len(), 1);
    assert_eq!(house.visible().await, 1);
}

#[tokio::test]
async fn an_upload_into_a_database_that_is_away_is_unavailable() {
    let house = House::new().await;
    house.store.clone().close().await.expect("closed");
    assert_eq!(code(house.put("x", b"content").await), ErrorCode::Unavailable);
    assert!(house.unfinished().is_empty());
}

/// An upload asks for a blob's id first and for a node's id second: two nodes would get the same.
struct EverySecondIdRepeats {
    inner: Arc<Fixed>,
    calls: AtomicU64,
}

impl Ambient for EverySecondIdRepeats {
    fn now(&self) -> Timestamp {
        self.inner.now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        if self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) {
            self.inner.fill(bytes);
        } else {
            bytes.fill(7);
        }
    }
}
