//! Running in maintenance: closed to people, open to whoever watches over it.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::binary::{PATIENCE, Place, Server};

/// The whole answer to a head without a body.
fn answer(server: &Server, head: &str) -> String {
    let mut stream = TcpStream::connect(server.address).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    let head = format!("{head}\r\nHost: {}\r\nConnection: close\r\n\r\n", server.address);
    stream.write_all(head.as_bytes()).expect("the head goes out");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn an_upload_is_refused_without_being_asked_for_and_no_work_begins() {
    let place = Place::new();
    let server = place.serve(&[("DROPCAST_MAINTENANCE", "New disks. Back at six.")]);
    server.process.await_log("no background work begins");
    let upload = "PUT /api/v1/files/a.bin HTTP/1.1\r\nContent-Length: 1000000\r\nExpect: 100-continue";
    let refused = answer(&server, upload);
    assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
    assert!(refused.contains("New disks. Back at six."), "{refused}");
    let ready = answer(&server, "GET /readyz HTTP/1.1");
    assert!(
        ready.starts_with("HTTP/1.1 200"),
        "a proxy goes on showing our page: {ready}"
    );
    server.process.signal("TERM");
    assert_eq!(server.process.end().code, Some(0));
}

#[test]
fn a_worker_waits_it_out() {
    let place = Place::new();
    let worker = place.start(&["worker"], &[("DROPCAST_MAINTENANCE", "true")]);
    worker.await_log("no background work begins");
    worker.await_log("works on");
    worker.signal("TERM");
    assert_eq!(worker.end().code, Some(0));
}

#[test]
fn a_word_that_is_no_sentence_is_not_told_to_people() {
    let place = Place::new();
    let ended = place.run(&["serve"], &[("DROPCAST_MAINTENANCE", "no")]);
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("DROPCAST_MAINTENANCE"), "{}", ended.stderr);
    assert!(place.entries().is_empty());
}
