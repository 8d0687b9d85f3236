//! A client that costs next to nothing: HTTP/1.1 by hand, blocking, one large buffer.
//!
//! It shares two cores with the server it measures, so whatever it spends is taken from there.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::ops::Range;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};

const BUFFER_BYTES: usize = 1 << 20;
const MOST_HEAD_BYTES: usize = 64 << 10;
/// A server that says nothing for so long has failed.
const PATIENCE: Duration = Duration::from_mins(2);

/// A connection that is kept for one request after the other.
pub struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    buffer: Vec<u8>,
}

/// A whole answer, for those that are small.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

impl Connection {
    pub fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).context("connecting")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            address,
            buffer: vec![0; BUFFER_BYTES],
        })
    }

    /// Fetches a file or a part of it and hands the bytes on as they come. Returns how many.
    pub fn get(&mut self, path: &str, part: Option<&Range<u64>>, sink: &mut dyn FnMut(&[u8])) -> Result<u64> {
        let mut head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n", self.address);
        if let Some(part) = part {
            let last = part.end.saturating_sub(1);
            head += &["Range: bytes=", &part.start.to_string(), "-", &last.to_string(), "\r\n"].concat();
        }
        head += "\r\n";
        self.stream.write_all(head.as_bytes())?;

        let (answer, mut filled) = self.read_head()?;
        let status = status(&answer)?;
        let expected_status = if part.is_some() { 206 } else { 200 };
        ensure!(status == expected_status, "the answer to a GET is {status}");
        let length: u64 = header(&answer, "content-length")
            .and_then(|length| length.parse().ok())
            .context("the answer does not say its length")?;
        if let Some(part) = part {
            ensure!(length == part.end - part.start, "{length} bytes for {part:?}");
        }
        let mut received = 0;
        loop {
            received += filled as u64;
            ensure!(received <= length, "more came than was announced");
            sink(&self.buffer[..filled]);
            if received == length {
                return Ok(length);
            }
            filled = self.stream.read(&mut self.buffer)?;
            ensure!(filled > 0, "it broke off after {received} of {length} bytes");
        }
    }

    /// Reads up to the end of the head and moves what came of the body to the front of the buffer.
    fn read_head(&mut self) -> Result<(String, usize)> {
        let mut filled = 0;
        loop {
            let length = self.stream.read(&mut self.buffer[filled..])?;
            ensure!(length > 0, "the server hung up");
            filled += length;
            if let Some(end) = find(&self.buffer[..filled], b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
                let body = end + 4;
                self.buffer.copy_within(body..filled, 0);
                return Ok((head, filled - body));
            }
            ensure!(filled < MOST_HEAD_BYTES, "that head has no end");
        }
    }

    /// Sends one request whose answer is small, and hangs up. `body` goes from the file to the
    /// connection inside the kernel.
    pub fn call(mut self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&File>) -> Result<Answer> {
        let length = body.map_or(Ok(0), |file| file.metadata().map(|file| file.len()))?;
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {length}\r\n",
            self.address
        );
        for (name, value) in headers {
            head += &[name, ": ", value, "\r\n"].concat();
        }
        head += "\r\n";
        self.stream.write_all(head.as_bytes())?;
        let sent = body.map_or(Ok(0), |mut file| io::copy(&mut file, &mut self.stream));

        // A refusal may have come before all was sent, and says more than a broken pipe.
        let mut text = Vec::new();
        let read = self.stream.read_to_end(&mut text);
        let answer = parse(&text);
        match (sent, answer) {
            (Ok(sent), Some(answer)) => {
                ensure!(sent == length, "{sent} of {length} bytes were sent");
                let _ = self.stream.shutdown(Shutdown::Both);
                Ok(answer)
            }
            (Err(error), Some(answer)) => bail!("refused with {}: {error}", answer.status),
            (sent, None) => {
                sent.context("sending")?;
                read.context("reading the answer")?;
                bail!("the answer to {method} is no HTTP");
            }
        }
    }
}

fn parse(text: &[u8]) -> Option<Answer> {
    let end = find(text, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&text[..end]).into_owned();
    Some(Answer {
        status: status(&head).ok()?,
        body: String::from_utf8_lossy(&text[end + 4..]).into_owned(),
        head,
    })
}

fn status(head: &str) -> Result<u16> {
    head.split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .with_context(|| format!("no status in `{}`", head.lines().next().unwrap_or_default()))
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use std::io::Seek as _;
    use std::net::TcpListener;
    use std::thread::{self, JoinHandle};

    use super::*;

    /// Answers one connection with `answer` once `request` bytes have come, and returns them.
    fn answering(answer: &'static str, request: usize) -> (SocketAddr, JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut received = Vec::new();
            let mut piece = [0; 4096];
            while received.len() < request {
                let length = stream.read(&mut piece).unwrap();
                assert!(length > 0, "the client hung up after {received:?}");
                received.extend_from_slice(&piece[..length]);
            }
            stream.write_all(answer.as_bytes()).unwrap();
            received
        });
        (address, server)
    }

    fn get(answer: &'static str, part: Option<&Range<u64>>) -> Result<(u64, Vec<u8>)> {
        let (address, _server) = answering(answer, 10);
        let mut body = Vec::new();
        let length = Connection::open(address)?.get("/x", part, &mut |piece| body.extend_from_slice(piece))?;
        Ok((length, body))
    }

    #[test]
    fn a_body_is_handed_on_whole() {
        let (length, body) = get("HTTP/1.1 200 OK\r\nContent-LENGTH: 5\r\n\r\nhello", None).unwrap();
        assert_eq!((length, body.as_slice()), (5, &b"hello"[..]));
    }

    #[test]
    fn anything_but_the_whole_right_answer_is_an_error() {
        for (answer, part, word) in [
            ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", None, "404"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", None, "broke off"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nhello", None, "announced"),
            ("HTTP/1.1 200 OK\r\n\r\nhello", None, "length"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                Some(&(0..5)),
                "200",
            ),
            (
                "HTTP/1.1 206 P\r\nContent-Length: 5\r\n\r\nhello",
                Some(&(0..4)),
                "5 bytes",
            ),
            ("nonsense\r\n\r\n", None, "no status"),
            ("", None, "hung up"),
        ] {
            let error = format!("{:#}", get(answer, part).unwrap_err());
            assert!(error.contains(word), "`{answer}` gives: {error}");
        }
    }

    #[test]
    fn a_file_is_sent_with_its_length() {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(b"content of a file").unwrap();
        file.rewind().unwrap();
        let (address, server) = answering("HTTP/1.1 201 Created\r\nLocation: /a\r\n\r\n{}", 110);
        let connection = Connection::open(address).unwrap();
        let answer = connection
            .call("PUT", "/a.txt", &[("Upload-Offset", "0")], Some(&file))
            .unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (201, "{}"));
        assert_eq!(answer.header("location"), Some("/a"));
        let received = String::from_utf8(server.join().unwrap()).unwrap();
        assert!(received.starts_with("PUT /a.txt HTTP/1.1\r\n"), "{received}");
        assert!(
            received.contains("Content-Length: 17\r\nUpload-Offset: 0\r\n"),
            "{received}"
        );
    }
}
