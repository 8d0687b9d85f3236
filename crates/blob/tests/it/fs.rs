//! What only the disk backend has: a volume, a floor, permissions, left-over files.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use blob::{BlobError, BlobStore};
use bytes::Bytes;
use rustix::fs::{FallocateFlags, fallocate};

use crate::ours::{content, files_below, get, key, put};

const MARKER: &str = ".dropcast-volume";

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it exists").permissions().mode() & 0o777
}

fn remedy(outcome: Result<impl Sized, BlobError>, path: &Path) -> String {
    let Err(BlobError::Unavailable(text)) = outcome.map(|_| ()) else {
        panic!("expected Unavailable")
    };
    assert!(text.contains(&path.display().to_string()), "{text}");
    text
}

#[tokio::test]
async fn an_object_lies_where_its_last_digits_say_and_is_for_us_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("data");
    let store = BlobStore::fs(&root, 0).expect("a new data folder");
    put(&store, &key(1), content(1, 1000).1).await.expect("written");

    let files = files_below(&root.join("blobs"));
    let [file] = files.as_slice() else { panic!("{files:?}") };
    let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
    assert_eq!(
        *file,
        root.join("blobs").join(&name[32..34]).join(&name[34..36]).join(name)
    );
    assert_eq!(mode(file), 0o600);
    for folder in file
        .ancestors()
        .skip(1)
        .take_while(|folder| *folder != root.parent().expect("a parent"))
    {
        assert_eq!(mode(folder), 0o700, "{}", folder.display());
    }
    assert_eq!(mode(&root.join("tmp")), 0o700);
    assert_eq!(mode(&root.join(MARKER)), 0o600);
}

#[tokio::test]
async fn a_folder_in_use_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = BlobStore::fs(folder.path(), 0).expect("a new data folder");
    put(&store, &key(1), content(1, 10).1).await.expect("written");
    for open in [BlobStore::fs, BlobStore::fs_in_use] {
        let again = open(folder.path(), 0).expect("the same data folder");
        assert_eq!(get(&again, &key(1), 0..10).await.expect("read"), content(1, 10).0);
    }
}

#[tokio::test]
async fn a_volume_that_goes_away_is_noticed_and_nothing_is_written_below_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, elsewhere) = (folder.path().join("data"), folder.path().join("elsewhere"));
    let store = BlobStore::fs(&root, 0).expect("a new data folder");
    put(&store, &key(1), content(1, 10).1).await.expect("written");

    // What is seen where a volume was mounted.
    fs::rename(&root, &elsewhere).expect("moved");
    fs::create_dir(&root).expect("an empty folder");
    assert!(remedy(store.probe().await, &root).contains("mount"));
    remedy(store.writer(&key(2), None).await, &root);
    remedy(get(&store, &key(1), 0..10).await, &root);
    remedy(BlobStore::fs_in_use(&root, 0), &root);
    assert_eq!(files_below(&root), Vec::<std::path::PathBuf>::new());

    fs::remove_dir(&root).expect("still empty");
    fs::rename(&elsewhere, &root).expect("moved back");
    store.probe().await.expect("it recovers by itself");
    get(&store, &key(1), 0..10).await.expect("read");
}

#[test]
fn blobs_without_a_marker_are_not_taken_for_a_new_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("blobs/ab")).expect("folders");
    remedy(BlobStore::fs(folder.path(), 0), folder.path());
    assert!(!folder.path().join(MARKER).exists());
}

#[test]
fn a_file_in_the_place_of_the_folder_is_refused_in_plain_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("data");
    fs::write(&root, "not a folder").expect("written");
    let error = BlobStore::fs(&root, 0).expect_err("refused");
    assert!(matches!(error, BlobError::Unavailable(_)), "{error}");
}

#[tokio::test]
async fn the_floor_is_kept_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = BlobStore::fs(folder.path(), u64::MAX).expect("opening needs no room");
    assert!(matches!(store.writer(&key(1), None).await, Err(BlobError::Full)));
    let probe = store.probe().await.expect("reading still works");
    assert!(
        probe
            .free_bytes
            .is_some_and(|free| free > 0 && free < probe.floor_bytes)
    );
    assert!(files_below(&folder.path().join("tmp")).is_empty());
}

#[tokio::test]
async fn what_cannot_fit_is_refused_before_a_byte_travels() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = BlobStore::fs(folder.path(), 0).expect("a new data folder");
    assert!(matches!(
        store.writer(&key(1), Some(u64::MAX)).await,
        Err(BlobError::Full)
    ));
    store
        .writer(&key(1), Some(10))
        .await
        .expect("ten bytes fit")
        .abort()
        .await;
}

#[tokio::test]
async fn the_floor_is_looked_at_again_while_writing() {
    const SPARE: u64 = 192 * 1024 * 1024;
    let folder = tempfile::tempdir().expect("a folder");
    let probe = BlobStore::fs(folder.path(), 0)
        .expect("opened")
        .probe()
        .await
        .expect("works");
    let store = BlobStore::fs(folder.path(), probe.free_bytes.expect("known") - SPARE).expect("opened");
    let mut writer = store.writer(&key(1), None).await.expect("there is room");

    // Somebody else fills the volume meanwhile.
    let ballast = tempfile::tempfile_in(folder.path()).expect("a file");
    fallocate(&ballast, FallocateFlags::empty(), 0, 2 * SPARE).expect("room for it");
    let megabyte = Bytes::from(vec![7; 1024 * 1024]);
    let mut outcome = Ok(());
    for _ in 0..100 {
        outcome = writer.write(megabyte.clone()).await;
        if outcome.is_err() {
            break;
        }
    }
    assert!(matches!(outcome, Err(BlobError::Full)), "{outcome:?}");
    assert!(
        writer.write(megabyte).await.is_err(),
        "a writer that failed takes nothing more"
    );
    assert!(writer.finish().await.is_err(), "and does not finish");
    assert!(files_below(folder.path()).iter().all(|file| file.ends_with(MARKER)));
}

#[tokio::test]
async fn the_sweep_takes_old_left_overs_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = BlobStore::fs(folder.path(), 0).expect("a new data folder");
    let temporary = |name: &str| folder.path().join("tmp").join(name);
    for name in ["old", "young"] {
        fs::write(temporary(name), "left over").expect("written");
    }
    let two_hours_ago = fs::metadata(temporary("old"))
        .and_then(|data| data.modified())
        .expect("a time")
        - Duration::from_hours(2);
    set_modified(&temporary("old"), two_hours_ago);
    put(&store, &key(1), content(1, 10).1).await.expect("written");

    assert_eq!(store.sweep(Duration::from_hours(1)).await.expect("swept"), 1);
    assert!(!temporary("old").exists() && temporary("young").exists());
    get(&store, &key(1), 0..10).await.expect("blobs stay");
}

fn set_modified(path: &Path, time: SystemTime) {
    let file = fs::OpenOptions::new().write(true).open(path).expect("opened");
    file.set_modified(time).expect("set");
}
