use axum::Extension;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::sync::Notify;

use super::*;
use crate::lifecycle::{Left, Timings};

const QUICK: Limits = Limits {
    header_timeout: Duration::from_millis(200),
};
const SLOW: Limits = Limits {
    header_timeout: Duration::from_mins(1),
};

async fn open(router: Router, limits: Limits) -> (SocketAddr, Shutdown, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("its address");
    let shutdown = Shutdown::new();
    let served = serve(listener, router, shutdown.clone(), limits);
    (address, shutdown, served)
}

async fn say(stream: &mut TcpStream, words: &str) -> String {
    stream.write_all(words.as_bytes()).await.expect("the words go out");
    let mut answer = Vec::new();
    // The server may reset the connection after its answer.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

async fn ask(address: SocketAddr, words: &str) -> String {
    say(&mut TcpStream::connect(address).await.expect("a connection"), words).await
}

#[tokio::test]
async fn a_request_knows_both_ends() {
    let ends = get(async |Extension(peer): Extension<Peer>| {
        let local = peer.local.expect("our end");
        format!("{} {}", peer.remote.ip(), local.ip())
    });
    let (address, _shutdown, _served) = open(Router::new().route("/", ends), SLOW).await;
    let answer = ask(address, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    assert!(answer.ends_with("127.0.0.1 127.0.0.1"), "{answer}");
}

#[tokio::test]
async fn heads_beyond_the_buffer_are_refused() {
    let (address, _shutdown, _served) = open(Router::new(), SLOW).await;
    let head = format!(
        "GET / HTTP/1.1\r\nhost: x\r\nx-large: {}\r\nconnection: close\r\n\r\n",
        "a".repeat(4 * HEAD_BUFFER)
    );
    let answer = ask(address, &head).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer:.60}");
}

#[tokio::test]
async fn who_says_nothing_or_only_half_is_shown_out() {
    let (address, _shutdown, _served) = open(Router::new(), QUICK).await;
    // Nothing, half a head, half of what announces HTTP/2.
    for words in ["", "GET / HTTP/1.1\r\nhost:", "PRI * HTTP"] {
        let answer = tokio::time::timeout(Duration::from_secs(10), ask(address, words)).await;
        let answer = answer.unwrap_or_else(|_| panic!("still open after {words:?}"));
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 408 "),
            "{words:?}: {answer}"
        );
    }
}

#[tokio::test]
async fn leaving_lets_an_open_request_finish_and_takes_no_other() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let slow = get(async move || {
        tell.notify_one();
        wait.notified().await;
        "done"
    });
    let (address, shutdown, served) = open(Router::new().route("/", slow), SLOW).await;
    let open = tokio::spawn(async move { ask(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await });
    begun.notified().await;

    let waited = shutdown.wait_for(async move { served.await.expect("the listener ends") });
    let leaving = shutdown.clone();
    let timings = Timings {
        notice: Duration::ZERO,
        drain: Duration::from_mins(1),
    };
    let left = tokio::spawn(async move {
        let done = leaving.leave(timings).await;
        assert_eq!(done, Left::Drained);
    });
    shutdown.soft().cancelled().await;
    go_on.notify_one();
    let answer = open.await.expect("an answer");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("connection: close"),
        "{answer}"
    );
    waited.await.expect("the listener ends");
    left.await.expect("leaving ends");
    assert!(TcpStream::connect(address).await.is_err(), "the door is closed");
}

#[tokio::test]
async fn the_hard_token_cuts_what_does_not_finish() {
    let begun = Arc::new(Notify::new());
    let tell = begun.clone();
    let stuck = get(async move || {
        tell.notify_one();
        std::future::pending::<()>().await;
    });
    let (address, shutdown, served) = open(Router::new().route("/", stuck), SLOW).await;
    let open = tokio::spawn(async move { ask(address, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await });
    begun.notified().await;
    shutdown.cut();
    served.await.expect("the listener ends");
    assert_eq!(open.await.expect("the client is not left waiting"), "");
}
