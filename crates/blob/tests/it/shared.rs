//! What every backend promises.

use std::time::Duration;

use blob::{BlobError, BlobKey};
use testkit::wait;

use crate::ours::{both, content, get, key, put};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn what_goes_in_comes_out() {
    for ours in both().await {
        // Nothing, one byte, around the sizes of batches and reads, several S3 parts and a bit.
        for len in [
            0,
            1,
            512 * 1024,
            MIB - 1,
            MIB,
            MIB + 1,
            8 * MIB,
            8 * MIB + 1,
            37 * MIB + 12_345,
        ] {
            let (whole, chunks) = content(len as u64, len);
            let key = key(len as u64);
            put(ours.store(), &key, chunks).await.expect("written");
            let read = get(ours.store(), &key, 0..len as u64).await.expect("read");
            assert!(read == whole, "{} bytes on {}", len, ours.store().kind());
        }
        assert_eq!(ours.traces().len(), 9, "{}", ours.store().kind());
    }
}

#[tokio::test]
async fn every_part_can_be_read_alone() {
    for ours in both().await {
        let len = 3 * MIB + 17;
        let (whole, chunks) = content(5, len);
        put(ours.store(), &key(5), chunks).await.expect("written");
        for (start, end) in [
            (0, 1),
            (0, MIB),
            (1, 2),
            (MIB - 1, MIB + 1),
            (7, 2 * MIB + 3),
            (len - 1, len),
            (9, 9),
            (0, len),
        ] {
            let read = get(ours.store(), &key(5), start as u64..end as u64)
                .await
                .expect("read");
            assert!(read == whole[start..end], "{start}..{end} on {}", ours.store().kind());
        }
    }
}

#[tokio::test]
async fn a_range_beyond_the_end_is_a_fault_and_no_short_answer() {
    for ours in both().await {
        let (_, chunks) = content(6, 1000);
        put(ours.store(), &key(6), chunks).await.expect("written");
        for range in [0..1001, 999..1001, 1000..1001, 2000..3000, 2000..2000] {
            let outcome = get(ours.store(), &key(6), range.clone()).await;
            assert!(
                matches!(outcome, Err(BlobError::Io(_))),
                "{range:?} on {}: {outcome:?}",
                ours.store().kind()
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    for ours in both().await {
        for range in [0..1, 0..0] {
            let outcome = get(ours.store(), &key(1), range).await;
            assert!(
                matches!(outcome, Err(BlobError::Missing)),
                "{}: {outcome:?}",
                ours.store().kind()
            );
        }
    }
}

#[tokio::test]
async fn an_unfinished_object_cannot_be_seen() {
    for ours in both().await {
        let mut writer = ours.store().writer(&key(2), None).await.expect("a writer");
        for chunk in content(2, 20 * MIB).1 {
            writer.write(chunk).await.expect("written");
        }
        assert!(
            matches!(get(ours.store(), &key(2), 0..1).await, Err(BlobError::Missing)),
            "{}",
            ours.store().kind()
        );
        writer.finish().await.expect("finished");
        get(ours.store(), &key(2), 0..1).await.expect("there now");
    }
}

#[tokio::test]
async fn an_aborted_object_leaves_nothing() {
    for ours in both().await {
        for len in [0, 10, MIB, 20 * MIB] {
            let mut writer = ours.store().writer(&key(3), None).await.expect("a writer");
            for chunk in content(3, len).1 {
                writer.write(chunk).await.expect("written");
            }
            writer.abort().await;
            assert!(ours.traces().is_empty(), "{} bytes left {:?}", len, ours.traces());
        }
    }
}

#[tokio::test]
async fn a_forgotten_object_leaves_nothing() {
    for ours in both().await {
        for len in [0, 10, MIB, 20 * MIB] {
            let mut writer = ours.store().writer(&key(4), None).await.expect("a writer");
            for chunk in content(4, len).1 {
                writer.write(chunk).await.expect("written");
            }
            drop(writer);
            wait::until("nothing is left", async || ours.traces().is_empty())
                .await
                .expect("gone");
        }
    }
}

#[tokio::test]
async fn a_deleted_object_is_gone_and_deleting_it_again_is_fine() {
    for ours in both().await {
        put(ours.store(), &key(7), content(7, 100).1).await.expect("written");
        for _ in 0..2 {
            ours.store().delete(&key(7)).await.expect("deleted");
        }
        assert!(ours.traces().is_empty());
        assert!(matches!(
            get(ours.store(), &key(7), 0..1).await,
            Err(BlobError::Missing)
        ));
    }
}

#[tokio::test]
async fn many_writers_at_once_do_not_meet() {
    for ours in both().await {
        let writes = (0..20).map(|seed| {
            let (store, key) = (ours.store().clone(), key(seed));
            tokio::spawn(async move { put(&store, &key, content(seed, 300_000).1).await })
        });
        for write in futures::future::join_all(writes).await {
            write.expect("no panic").expect("written");
        }
        for seed in 0..20 {
            assert!(get(ours.store(), &key(seed), 0..300_000).await.expect("read") == content(seed, 300_000).0);
        }
    }
}

#[tokio::test]
async fn a_store_that_works_says_so_and_has_nothing_to_sweep() {
    for ours in both().await {
        ours.store().probe().await.expect("it works");
        assert_eq!(ours.store().sweep(Duration::ZERO).await.expect("swept"), 0);
    }
}

#[test]
fn keys_of_one_moment_spread_over_folders() {
    let folders: std::collections::HashSet<_> = (0..50)
        .map(|seed| {
            let BlobKey::Blob(id) = key(seed);
            id.to_string()[32..].to_owned()
        })
        .collect();
    assert!(folders.len() > 45, "{folders:?}");
}
