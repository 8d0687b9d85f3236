//! Running, and leaving in order.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::binary::{PATIENCE, Place, Server, closed_port};

/// An upload that the server has begun to read, and that never ends.
fn unfinished_upload(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let head = format!(
        "PUT /api/v1/files/slow.bin HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n",
        server.address
    );
    stream.write_all(head.as_bytes()).expect("the head goes out");
    let mut go_on = [0; 12];
    stream.read_exact(&mut go_on).expect("an answer");
    assert_eq!(&go_on, b"HTTP/1.1 100", "the body is asked for");
    stream.write_all(b"the beginning").expect("a piece goes out");
    stream
}

#[test]
fn it_says_where_it_runs_and_who_is_let_in() {
    let place = Place::new();
    let server = place.serve(&[]);
    server.process.signal("TERM");
    let ended = server.process.end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended
            .stdout
            .starts_with("It is open to this machine, and to nobody else"),
        "{}",
        ended.stdout
    );
    assert!(place.path().join("data/dropcast.db").exists());
}

#[test]
fn both_signals_end_it_at_once_when_nothing_is_open() {
    for signal in ["TERM", "INT"] {
        let server = Place::new().serve(&[]);
        let begun = Instant::now();
        server.process.signal(signal);
        let ended = server.process.end();
        assert_eq!(ended.code, Some(0), "{signal}: {}", ended.stderr);
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{signal} took {:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn an_open_upload_is_cut_when_the_drain_time_is_over() {
    let place = Place::new();
    let server = place.serve(&[("DROPCAST_SHUTDOWN_DRAIN", "300ms")]);
    let _upload = unfinished_upload(&server);
    let begun = Instant::now();
    server.process.signal("TERM");
    let ended = server.process.end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        begun.elapsed() >= Duration::from_millis(300),
        "it waited for the upload"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "it took {:?}",
        begun.elapsed()
    );
}

#[test]
fn a_second_signal_cuts_at_once() {
    let place = Place::new();
    let server = place.serve(&[("DROPCAST_SHUTDOWN_DRAIN", "10m")]);
    let _upload = unfinished_upload(&server);
    server.process.signal("TERM");
    server.process.await_log("SIGTERM received, finishing what is open");
    server.process.signal("INT");
    let begun = Instant::now();
    let ended = server.process.end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "it took {:?}",
        begun.elapsed()
    );
}

#[test]
fn the_log_is_json_with_the_documented_fields() {
    let server = Place::new().serve(&[("DROPCAST_LOG_FORMAT", "json")]);
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    let question = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address
    );
    stream.write_all(question.as_bytes()).expect("the question goes out");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    server.process.signal("TERM");
    let ended = server.process.end();
    let lines: Vec<serde_json::Value> = ended
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}")))
        .collect();
    for line in &lines {
        for field in ["timestamp", "level", "target", "message"] {
            assert!(line[field].is_string(), "{field} is missing in {line}");
        }
    }
    let request = lines
        .iter()
        .find(|line| line["route"] == "/healthz")
        .expect("a line for the request");
    assert_eq!(
        (&request["method"], &request["status"]),
        (&"GET".into(), &200.into()),
        "{request}"
    );
    for field in ["bytes", "ms"] {
        assert!(request[field].is_u64(), "{field} is missing in {request}");
    }
    assert!(request["request_id"].is_string(), "{request}");
    assert!(
        request["message"]
            .as_str()
            .is_some_and(|message| message.contains("GET /healthz 200")),
        "{request}"
    );
    let start = lines
        .iter()
        .find(|line| line["listen"].is_string())
        .expect("a line for the start");
    assert_eq!(start["storage"], "disk", "{start}");
}

#[test]
fn it_runs_without_ffmpeg_and_without_redis_and_says_so() {
    let redis = format!("redis://:s3same-s3same@{}", closed_port());
    let place = Place::new();
    let server = place.serve(&[("REDIS_URL", &redis)]);
    server.process.signal("TERM");
    let ended = server.process.end();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("ffmpeg and ffprobe cannot be found"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("Redis does not answer"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("s3same"), "{}", ended.stderr);
}
