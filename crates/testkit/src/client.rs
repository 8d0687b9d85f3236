//! A client that does what it is told: no redirects followed, no headers added, nothing repaired.

use std::net::SocketAddr;

use anyhow::Context as _;
use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

type Body = UnsyncBoxBody<Bytes, std::io::Error>;

/// Speaks HTTP/1.1 to one address, with a connection for each request.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    address: SocketAddr,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn get(&self, target: &str) -> Call {
        self.call(Method::GET, target)
    }

    pub fn head(&self, target: &str) -> Call {
        self.call(Method::HEAD, target)
    }

    pub fn put(&self, target: &str, body: impl Into<Bytes>) -> Call {
        self.call(Method::PUT, target).body(body)
    }

    pub fn post(&self, target: &str, body: impl Into<Bytes>) -> Call {
        self.call(Method::POST, target).body(body)
    }

    /// A request with nothing but a `Host` header.
    pub fn call(&self, method: Method, target: &str) -> Call {
        let mut headers = HeaderMap::new();
        if let Ok(host) = HeaderValue::from_str(&self.address.to_string()) {
            headers.insert(header::HOST, host);
        }
        Call {
            address: self.address,
            method,
            target: target.to_owned(),
            headers,
            body: Full::default().map_err(|never| match never {}).boxed_unsync(),
        }
    }

    /// A bare connection, for requests that no client would send.
    pub async fn raw(&self) -> anyhow::Result<RawConnection> {
        Ok(RawConnection {
            socket: TcpStream::connect(self.address).await?,
        })
    }
}

/// A request being put together.
pub struct Call {
    address: SocketAddr,
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Body,
}

impl Call {
    /// Sets a header, also one that is there already.
    ///
    /// # Panics
    /// When the name or the value cannot be in a request.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap_or_else(|_| panic!("{name:?} is no header name"));
        let value =
            HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_| panic!("{value:?} is no header value"));
        self.headers.insert(name, value);
        self
    }

    /// A body with its length announced.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Full::new(body.into()).map_err(|never| match never {}).boxed_unsync();
        self
    }

    /// A body that is sent in pieces, its length not announced.
    #[must_use]
    pub fn body_stream(mut self, pieces: impl Stream<Item = Bytes> + Send + 'static) -> Self {
        self.body = StreamBody::new(pieces.map(|piece| Ok(Frame::data(piece)))).boxed_unsync();
        self
    }

    /// Sends the request and reads the whole answer.
    pub async fn send(self) -> anyhow::Result<Answer> {
        let open = self.send_and_hold().await?;
        let OpenAnswer {
            status, headers, body, ..
        } = open;
        let body = body.collect().await.context("the answer's body broke off")?.to_bytes();
        Ok(Answer { status, headers, body })
    }

    /// Sends the request and leaves the body to be read piece by piece.
    pub async fn send_and_hold(self) -> anyhow::Result<OpenAnswer> {
        let socket = TcpStream::connect(self.address).await.context("cannot connect")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await?;
        // Its end shows in the answer.
        tokio::spawn(connection);
        let mut request = Request::builder()
            .method(self.method)
            .uri(&self.target)
            .body(self.body)?;
        *request.headers_mut() = self.headers;
        let (parts, body) = sender
            .send_request(request)
            .await
            .context("the request got no answer")?
            .into_parts();
        Ok(OpenAnswer {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// A header's value, or nothing when it is absent or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as text.
    pub fn text(&self) -> anyhow::Result<&str> {
        Ok(std::str::from_utf8(&self.body)?)
    }

    /// The body as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> anyhow::Result<T> {
        serde_json::from_slice(&self.body).with_context(|| {
            format!(
                "{} with a body of another shape: {}",
                self.status,
                String::from_utf8_lossy(&self.body)
            )
        })
    }
}

/// An answer whose body is still on its way.
pub struct OpenAnswer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Incoming,
}

impl OpenAnswer {
    /// The next piece of the body; nothing at its end.
    pub async fn next_piece(&mut self) -> anyhow::Result<Option<Bytes>> {
        while let Some(frame) = self.body.frame().await {
            if let Ok(data) = frame?.into_data() {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

/// A connection that carries whatever bytes a test puts on it. Dropping it cuts it.
pub struct RawConnection {
    socket: TcpStream,
}

impl RawConnection {
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
        Ok(self.socket.write_all(bytes.as_ref()).await?)
    }

    /// Everything the server says until it closes the connection.
    pub async fn read_to_end(&mut self) -> anyhow::Result<String> {
        let mut answer = Vec::new();
        // A server that refuses a request in its middle may reset the connection after its answer.
        let _ = self.socket.read_to_end(&mut answer).await;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}

/// `count` equal pieces, made as they are sent.
pub fn pieces(piece: Bytes, count: usize) -> impl Stream<Item = Bytes> + Send + 'static {
    stream::iter(std::iter::repeat_n(piece, count))
}
