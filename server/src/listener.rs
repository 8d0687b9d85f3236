//! The door: takes connections in, speaks HTTP/1.1 and HTTP/2 on them, and closes them in order.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt as _;

use crate::config::Server;
use crate::lifecycle::Shutdown;

/// Connections open at the same time; more wait in the operating system's queue.
const MOST_CONNECTIONS: usize = 4096;

/// How much of a request's head is read. More than any configured limit below it, so that the
/// limit's own answer can go out; above this the connection answers 431 without a body.
const HEAD_BUFFER: usize = 408 << 10;

/// As generous as the buffer above, for HTTP/2.
const HEAD_LIST: u32 = 408 << 10;

/// A window of 1 MiB would hold an upload over HTTP/2 down to a fraction of the line.
const STREAM_WINDOW: u32 = 8 << 20;
const CONNECTION_WINDOW: u32 = 16 << 20;
const STREAMS: u32 = 128;

/// A connection whose other end is gone without a word is noticed within the two together.
const PING_AFTER: Duration = Duration::from_secs(30);
const PONG_WITHIN: Duration = Duration::from_secs(20);

/// Pause after the operating system could not give us a connection, usually for want of files.
const BACK_OFF: Duration = Duration::from_millis(500);

/// The two ends of a request's connection; an extension of each request.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    pub remote: SocketAddr,
    /// Our own end: the address the client knows us by.
    pub local: Option<SocketAddr>,
}

/// What a listener puts up with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long the head of a request may take.
    pub header_timeout: Duration,
}

impl From<&Server> for Limits {
    fn from(server: &Server) -> Self {
        Self {
            header_timeout: server.header_timeout,
        }
    }
}

/// Serves until the shutdown's soft token fires, then lets open requests finish; what still runs
/// when the hard token fires is cut. The task ends when no connection is left.
pub fn serve(listener: TcpListener, router: Router, shutdown: Shutdown, limits: Limits) -> JoinHandle<()> {
    tokio::spawn(async move {
        let door = Door {
            http: http(limits),
            router,
            shutdown: shutdown.clone(),
            limits,
        };
        let mut connections = JoinSet::new();
        door.take_in(listener, &mut connections).await;
        let drained = shutdown
            .hard()
            .run_until_cancelled(async { while connections.join_next().await.is_some() {} });
        if drained.await.is_none() {
            tracing::warn!(connections = connections.len(), "connections were cut");
            connections.shutdown().await;
        }
    })
}

fn http(limits: Limits) -> Builder<TokioExecutor> {
    let mut http = Builder::new(TokioExecutor::new());
    http.http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(HEAD_BUFFER);
    http.http2()
        .timer(TokioTimer::new())
        .max_header_list_size(HEAD_LIST)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_concurrent_streams(STREAMS)
        .keep_alive_interval(PING_AFTER)
        .keep_alive_timeout(PONG_WITHIN);
    http
}

#[derive(Clone)]
struct Door {
    http: Builder<TokioExecutor>,
    router: Router,
    shutdown: Shutdown,
    limits: Limits,
}

impl Door {
    /// Takes connections in until the door closes. Dropping the listener refuses the rest.
    async fn take_in(&self, listener: TcpListener, connections: &mut JoinSet<()>) {
        let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
        let soft = self.shutdown.soft();
        loop {
            while connections.try_join_next().is_some() {}
            let next = async {
                // Never closed, so there is always a place in the end.
                let place = places.clone().acquire_owned().await.ok();
                (place, listener.accept().await)
            };
            let Some((place, accepted)) = soft.run_until_cancelled(next).await else {
                return;
            };
            match accepted {
                Ok((stream, remote)) => {
                    let door = self.clone();
                    connections.spawn(async move {
                        door.converse(stream, remote).await;
                        drop(place);
                    });
                }
                Err(error) if is_about_one_connection(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "cannot take connections in");
                    soft.run_until_cancelled(tokio::time::sleep(BACK_OFF)).await;
                }
            }
        }
    }

    /// One connection, from its first byte to its last.
    async fn converse(self, stream: TcpStream, remote: SocketAddr) {
        // Small answers should not wait for larger ones.
        let _ = stream.set_nodelay(true);
        let peer = Peer {
            remote,
            local: stream.local_addr().ok(),
        };
        let has_asked = Arc::new(AtomicBool::new(false));
        let service = {
            let (router, has_asked) = (self.router.clone(), has_asked.clone());
            service_fn(move |request: Request<Incoming>| {
                has_asked.store(true, Ordering::Relaxed);
                answer(router.clone(), request, peer)
            })
        };
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        let silence = tokio::time::sleep(self.limits.header_timeout);
        tokio::pin!(silence);
        let (mut listening, mut leaving) = (true, false);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%error, "a connection ended badly");
                    }
                    return;
                }
                () = &mut silence, if listening => {
                    // The connection itself watches over the heads of requests, but not over the
                    // bytes before it knows which HTTP it speaks.
                    listening = false;
                    if !has_asked.load(Ordering::Relaxed) {
                        return;
                    }
                }
                () = self.shutdown.soft().cancelled(), if !leaving => {
                    leaving = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }
}

async fn answer(router: Router, request: Request<Incoming>, peer: Peer) -> Result<Response, Infallible> {
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    router.oneshot(request).await
}

/// The client went away before we had its connection; the next one may be fine.
fn is_about_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests;
