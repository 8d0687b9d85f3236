//! Asks a running server whether it lives, without any of its parts: container health checks call
//! this every few seconds.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);

/// Why a server does not count as running.
#[derive(Debug, thiserror::Error)]
pub enum Sick {
    #[error("nobody answers at {address} ({cause}): start Dropcast, or look at its log")]
    Silent { address: SocketAddr, cause: io::Error },
    #[error("{address} answers, but not as a healthy Dropcast does: look at its log")]
    Wrong { address: SocketAddr },
}

/// Asks `/healthz` at this address.
pub fn ask(address: SocketAddr) -> Result<(), Sick> {
    let answer = talk(address).map_err(|cause| Sick::Silent { address, cause })?;
    if is_healthy(&answer) {
        Ok(())
    } else {
        Err(Sick::Wrong { address })
    }
}

fn talk(address: SocketAddr) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // In one piece: written bit by bit, an answer could cross the rest of the question.
    let question = format!("GET /healthz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes())?;
    let mut answer = Vec::new();
    // Whoever answers with more than this is not the one we asked for.
    stream.take(16 << 10).read_to_end(&mut answer)?;
    Ok(answer)
}

fn is_healthy(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer);
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    head.starts_with("HTTP/1.1 200 ") && body.contains("ok")
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers one connection with `answer`, after the question was read.
    fn server(answer: &'static str) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut question = Vec::new();
            // What is left unread when the connection closes would reset it under the answer.
            while !question.ends_with(b"\r\n\r\n") {
                let mut piece = [0; 1024];
                let length = stream.read(&mut piece).expect("a question");
                assert_ne!(length, 0, "the question ended early");
                question.extend_from_slice(&piece[..length]);
            }
            assert!(question.starts_with(b"GET /healthz HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).expect("the answer goes out");
        });
        address
    }

    #[test]
    fn a_healthy_server_is_told_from_others() {
        assert!(ask(server("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")).is_ok());
        let busy = server("HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\nok");
        assert!(matches!(ask(busy), Err(Sick::Wrong { .. })));
        let other = server("220 mail.example.org ESMTP\r\n");
        assert!(matches!(ask(other), Err(Sick::Wrong { .. })));
    }

    #[test]
    fn nobody_there_is_said_so() {
        let closed = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a free port");
        assert!(matches!(ask(closed), Err(Sick::Silent { .. })));
    }
}
