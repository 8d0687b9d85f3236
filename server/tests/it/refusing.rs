//! Each obstacle at the start: one sentence with the remedy, exit code 1, and nothing left behind.

use std::fs;
use std::net::TcpListener;

use crate::binary::{Ended, Place, closed_port};

/// Starts a server that cannot, and returns what it said.
fn refused(place: &Place, env: &[(&str, &str)]) -> Ended {
    let free_port = [("DROPCAST_LISTEN", "127.0.0.1:0")];
    let mut env = env.to_vec();
    if !env.iter().any(|(key, _)| *key == "DROPCAST_LISTEN") {
        env.extend(free_port);
    }
    let ended = place.run(&["serve"], &env);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.stdout, "");
    ended
}

fn assert_says(ended: &Ended, parts: &[&str]) {
    let sentence = ended.sentence();
    for part in parts {
        assert!(sentence.contains(part), "`{part}` is missing in: {sentence}");
    }
}

#[test]
fn a_busy_port() {
    let place = Place::new();
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("its address").to_string();
    let ended = refused(&place, &[("DROPCAST_LISTEN", &address)]);
    assert_says(&ended, &[&address, "another program", "set DROPCAST_LISTEN"]);
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}

#[test]
fn a_busy_metrics_port() {
    let place = Place::new();
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("its address").to_string();
    let ended = refused(&place, &[("DROPCAST_METRICS_LISTEN", &address)]);
    assert_says(&ended, &[&address, "set DROPCAST_METRICS_LISTEN"]);
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}

#[test]
fn an_address_of_another_machine() {
    let place = Place::new();
    // Reserved for documentation, so that no machine has it.
    let ended = refused(&place, &[("DROPCAST_LISTEN", "192.0.2.1:8080")]);
    assert_says(&ended, &["192.0.2.1:8080", "set DROPCAST_LISTEN"]);
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}

#[test]
fn a_file_in_the_place_of_the_data_folder() {
    let place = Place::new();
    fs::write(place.path().join("data"), "mine").expect("a file");
    let ended = refused(&place, &[]);
    assert_says(&ended, &["./data is a file", "DROPCAST_DATA"]);
    assert_eq!(fs::read_to_string(place.path().join("data")).expect("the file"), "mine");
    assert_eq!(place.entries(), ["data"]);
}

#[test]
fn a_data_folder_that_nobody_may_write() {
    let place = Place::new();
    // Not even root can make a folder there.
    let ended = refused(&place, &[("DROPCAST_DATA", "/proc/dropcast")]);
    assert_says(&ended, &["/proc/dropcast cannot be used", "DROPCAST_DATA"]);
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}

#[test]
fn a_corrupt_database() {
    let place = Place::new();
    let file = place.path().join("data/dropcast.db");
    fs::create_dir(place.path().join("data")).expect("a folder");
    let junk = "this is no database\n".repeat(500);
    fs::write(&file, &junk).expect("a file");
    let ended = refused(&place, &[]);
    assert_says(&ended, &["./data/dropcast.db is not a readable database", "backup"]);
    assert_eq!(fs::read_to_string(&file).expect("the file"), junk);
    let beside = fs::read_dir(place.path().join("data")).expect("its entries").count();
    assert_eq!(beside, 1, "nothing beside it");
}

#[test]
fn a_database_server_that_is_away() {
    let place = Place::new();
    let address = closed_port().to_string();
    let url = format!("postgres://ada:s3same@{address}/dropcast");
    let ended = refused(&place, &[("DATABASE_URL", &url)]);
    assert_says(&ended, &[&address, "cannot be opened", "check the address"]);
    assert!(!ended.stderr.contains("s3same"));
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}

#[test]
fn storage_that_is_away() {
    let place = Place::new();
    let endpoint = format!("http://{}", closed_port());
    let env = [
        ("DROPCAST_S3_ENDPOINT", endpoint.as_str()),
        ("DROPCAST_S3_BUCKET", "files"),
        ("DROPCAST_S3_ACCESS_KEY", "an-access-key"),
        ("DROPCAST_S3_SECRET_KEY", "s3same-s3same"),
    ];
    let ended = refused(&place, &env);
    assert_says(&ended, &[&endpoint, "does not answer", "DROPCAST_S3_ENDPOINT"]);
    assert!(!ended.stderr.contains("s3same"));
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}
