//! The commands beside `serve`.

use std::net::TcpListener;

use crate::binary::{Place, closed_port};

#[test]
fn it_knows_its_version_and_its_usage() {
    let place = Place::new();
    let version = place.run(&["--version"], &[]);
    assert_eq!(
        (version.code, version.stdout.trim()),
        (Some(0), concat!("dropcast ", env!("CARGO_PKG_VERSION")))
    );
    assert_eq!(place.run(&["no-such-command"], &[]).code, Some(2));
}

#[test]
fn migrating_makes_the_database_once() {
    let place = Place::new();
    let first = place.run(&["migrate"], &[]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    assert!(first.stdout.starts_with("applied "), "{}", first.stdout);
    assert!(place.path().join("data/dropcast.db").exists());
    let second = place.run(&["migrate"], &[]);
    assert_eq!((second.code, second.stdout.lines().count()), (Some(0), 1));
    assert!(second.stdout.contains("already"), "{}", second.stdout);
}

#[test]
fn the_doctor_changes_nothing() {
    let place = Place::new();
    let ended = place.run(&["doctor"], &[("DROPCAST_LISTEN", "127.0.0.1:0")]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(place.entries().is_empty(), "{:?}", place.entries());
    for what in ["configuration", "listen address", "data folder", "database", "storage"] {
        let found = ended
            .stdout
            .lines()
            .any(|line| line.starts_with("ok ") && line.contains(what));
        assert!(found, "{what} is well in {}", ended.stdout);
    }
    // The environment is empty, so there is no PATH to find programs in.
    assert!(ended.stdout.contains("warn  ffmpeg"), "{}", ended.stdout);
}

#[test]
fn the_doctor_finds_what_keeps_it_from_working() {
    let place = Place::new();
    let other = TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = other.local_addr().expect("its address").to_string();
    let database = format!("postgres://ada:s3same@{}/dropcast", closed_port());
    let redis = format!("redis://{}", closed_port());
    // Whoever asks the other program gets no answer, so the question has to end by itself.
    let env = [
        ("DROPCAST_LISTEN", listen.as_str()),
        ("DATABASE_URL", &database),
        ("REDIS_URL", &redis),
        ("DROPCAST_PUBLIC_URL", "http://files.example.org"),
    ];
    let ended = place.run(&["doctor", "--json"], &env);
    assert_eq!(ended.code, Some(1));
    assert!(!ended.stdout.contains("s3same"), "{}", ended.stdout);
    let report: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(report["ok"], false);
    let verdict = |what: &str| {
        let checks = report["checks"].as_array().expect("checks");
        let check = checks.iter().find(|check| check["what"] == what);
        check.unwrap_or_else(|| panic!("{what} is missing in {report}"))["verdict"].clone()
    };
    assert_eq!(verdict("listen address"), "fail");
    assert_eq!(verdict("database"), "fail");
    assert_eq!(verdict("redis"), "warn");
    assert_eq!(verdict("public address"), "warn");
    assert_eq!(verdict("data folder"), "ok");
    assert!(place.entries().is_empty(), "{:?}", place.entries());
}

#[test]
fn the_doctor_reads_a_refused_configuration() {
    let ended = Place::new().run(&["doctor"], &[("DROPCAST_LISTEN", "localhost")]);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended
            .stdout
            .starts_with("fail  configuration  DROPCAST_LISTEN (environment) is `localhost`"),
        "{}",
        ended.stdout
    );
}

#[test]
fn the_health_check_follows_the_server() {
    let place = Place::new();
    let server = place.serve(&[]);
    let listen = server.address.to_string();
    let healthy = place.run(&["healthcheck"], &[("DROPCAST_LISTEN", &listen)]);
    assert_eq!((healthy.code, healthy.stderr.as_str()), (Some(0), ""));
    server.process.signal("TERM");
    assert_eq!(server.process.end().code, Some(0));
    let gone = place.run(&["healthcheck"], &[("DROPCAST_LISTEN", &listen)]);
    assert_eq!(gone.code, Some(1));
    assert!(gone.sentence().contains(&listen), "{}", gone.stderr);
}
