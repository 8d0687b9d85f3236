//! The whole router in process, over a real database and a real folder.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;
use service::ambient::System;
use service::{Limits, Parts, Services};
use tempfile::TempDir;
use tower::ServiceExt as _;
use wire::error::{ErrorCode, Problem};

use super::table::{Route, table};
use super::*;
use crate::boot::parts;
use crate::config::Config;
use crate::lifecycle::Shutdown;
use crate::listener::Peer;
use crate::state::StateParts;

mod access;
mod browsers;
mod figures;
mod installed;
mod languages;
mod maintenance;
mod slice;
mod unhappy;

/// The router of one installation.
struct House {
    router: Router,
    shutdown: Shutdown,
    _folder: TempDir,
}

/// An answer, read to its end.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: bytes::Bytes,
}

/// Builds a house with these settings.
async fn house(settings: &[(&str, &str)]) -> House {
    let folder = tempfile::tempdir().expect("a folder");
    let data = ("DROPCAST_DATA".to_owned(), folder.path().display().to_string());
    let settings = settings
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config =
        Config::load(settings.chain([data]), None, &|_| unreachable!("no secret files")).expect("a configuration");
    parts::migrate(&config, &System).await.expect("a fresh database");
    let services = Services::new(Parts {
        store: parts::store(&config).await.expect("the database opens"),
        blobs: blob::BlobStore::fs(&config.storage.data.join("blobs"), 0).expect("the folder opens"),
        redis: None,
        ambient: Arc::new(System),
        limits: Limits {
            max_file_bytes: config.storage.max_file_bytes,
        },
        version: crate::VERSION,
    });
    let shutdown = Shutdown::new();
    let state = AppState::new(StateParts {
        services,
        config: Arc::new(config),
        ambient: Arc::new(System),
        shutdown: shutdown.clone(),
    });
    House {
        router: router(state),
        shutdown,
        _folder: folder,
    }
}

impl House {
    /// Asks as the owner: from the machine itself, under its own name.
    async fn owner(&self, method: Method, target: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        self.ask("127.0.0.1:50000", method, target, headers, body).await
    }

    async fn ask(
        &self,
        peer: &str,
        method: Method,
        target: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(target);
        if !headers.iter().any(|(name, _)| *name == "host") {
            request = request.header(header::HOST, "localhost:8080");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let remote: SocketAddr = peer.parse().expect("an address");
        let request = request
            .extension(Peer { remote, local: None })
            .body(body.into())
            .expect("a request");
        Answer::read(
            self.router
                .clone()
                .oneshot(request)
                .await
                .expect("the router always answers"),
        )
        .await
    }

    async fn get(&self, target: &str) -> Answer {
        self.owner(Method::GET, target, &[], Body::empty()).await
    }
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("a whole body").to_bytes();
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    fn problem(&self) -> Problem {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{}: {}",
            self.status,
            self.text()
        );
        let problem: Problem = serde_json::from_slice(&self.body).expect("a problem");
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.request_id.as_deref(), Some(self.header("x-request-id")));
        problem
    }
}

/// An address that matches the row.
fn address_of(route: &Route) -> String {
    route
        .template
        .replace("{id}", "01890000-0000-7000-8000-000000000000")
        .replace("{name}", "note.txt")
        .replace("{article}", "start")
        .replace("{hash}", "0")
        .replace("{*file}", "frontend.js")
}
