//! What cannot be brought about from outside.

use std::time::Duration;

use domain::access::Actor;
use domain::digest::Sha256;
use domain::file::StoredBlob;
use domain::id::BlobId;
use domain::time::Timestamp;
use futures::future::{join, join_all};
use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;
use testkit::ambient::Fixed;

use crate::{Store, StoreError, StoreOptions, blobs, files};

const NOW: Timestamp = Timestamp::from_micros(1_800_000_000_000_000);

async fn open(folder: &TempDir) -> Store {
    let options = StoreOptions {
        url: testkit::databases::sqlite_url(folder.path()).await.unwrap(),
        readers: 2,
        acquire_timeout: Duration::from_secs(20),
    };
    Store::connect(&options).await.unwrap()
}

fn blob(number: u8) -> StoredBlob {
    StoredBlob {
        id: BlobId::new(&Fixed::new(NOW, number.into())),
        size: 1,
        sha256: Sha256::from_bytes([number; 32]),
        crc32: 0,
        media_type: "text/plain".to_owned(),
    }
}

async fn insert(store: &Store, blob: StoredBlob) -> Result<blobs::Inserted, StoreError> {
    store
        .write(move |transaction| Box::pin(async move { blobs::insert(transaction, &blob, NOW).await }))
        .await
}

async fn execute(store: &Store, sql: &'static str) -> Result<(), StoreError> {
    let run = async move |connection: &sea_orm::DatabaseTransaction| connection.execute_unprepared(sql).await;
    store
        .write(move |transaction| {
            Box::pin(async move {
                run(transaction.connection()).await.map_err(crate::error::classify)?;
                Ok(())
            })
        })
        .await
}

#[tokio::test]
async fn a_full_disk_is_told_to_the_group_and_writing_goes_on_afterwards() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    insert(&store, blob(1)).await.unwrap();
    // Holds for the connection that writes, until it is replaced.
    execute(&store, "PRAGMA max_page_count = 1").await.unwrap();

    let mut large = blob(2);
    large.media_type = "x".repeat(1 << 20);
    let (large, small) = join(insert(&store, large), insert(&store, blob(3))).await;
    assert_eq!(large, Err(StoreError::Full));
    // The small one shared the group and lost it, or found room of its own.
    assert!(matches!(small, Ok(_) | Err(StoreError::Full)), "{small:?}");

    for outcome in join_all((4..8).map(|number| insert(&store, blob(number)))).await {
        assert_eq!(outcome, Ok(blobs::Inserted::New));
    }
    assert_eq!(
        insert(&store, blob(1)).await,
        Ok(blobs::Inserted::AlreadyThere(blob(1)))
    );
}

#[tokio::test]
async fn a_lost_transaction_is_told_to_everybody_in_it() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let before = store.write_groups();
    // Ends the transaction behind the group's back, as SQLite itself does on some errors.
    let (first, lost, third) = futures::join!(
        insert(&store, blob(1)),
        execute(&store, "ROLLBACK"),
        insert(&store, blob(2))
    );
    assert!(
        first.is_err() && lost.is_err() && third.is_err(),
        "{first:?} {lost:?} {third:?}"
    );
    assert_eq!(store.write_groups(), before);
    for number in [1, 2] {
        assert_eq!(insert(&store, blob(number)).await, Ok(blobs::Inserted::New));
    }
}

#[tokio::test]
async fn a_row_that_cannot_be_right_is_reported_as_such() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    insert(&store, blob(1)).await.unwrap();
    execute(
        &store,
        "INSERT INTO nodes (id, name, blob_id, added_at) SELECT id, '../etc/passwd', id, 0 FROM blobs",
    )
    .await
    .unwrap();
    let scope = Actor::LocalOwner.scope().unwrap();
    let refused = files::page(&store, scope, None, 1).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Corrupt(what) if what.starts_with("name of ")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn connections_for_reading_cannot_write() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    assert!(store.reader().execute_unprepared("DELETE FROM nodes").await.is_err());
    execute(&store, "DELETE FROM nodes").await.unwrap();
}

#[tokio::test]
async fn what_was_acknowledged_is_flushed_to_the_disk() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder).await;
    let settings = store
        .write(|transaction| {
            Box::pin(async move {
                let mut settings = Vec::new();
                for pragma in ["journal_mode", "synchronous", "foreign_keys"] {
                    let question =
                        sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, format!("PRAGMA {pragma}"));
                    let row = transaction.connection().query_one_raw(question).await.unwrap().unwrap();
                    let number = row.try_get_by_index::<i64>(0).map(|number| number.to_string());
                    settings.push(number.or_else(|_| row.try_get_by_index(0)).unwrap());
                }
                Ok(settings)
            })
        })
        .await
        .unwrap();
    // FULL is 2.
    assert_eq!(settings, ["wal", "2", "1"]);
}
