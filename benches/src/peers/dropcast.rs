//! Ourselves: the finished binary over a folder, as anybody would run it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::{Host, Start};
use crate::http::Connection;
use crate::runner::OURS;
use crate::scratch::{Scratch, Source};
use crate::server::{Server, free_address};

/// So many requests a minute that no limit is felt.
const UNLIMITED: &str = "4000000000";

/// What the server says of a file it took.
#[derive(Deserialize)]
struct Entry {
    sha256: String,
    content_url: String,
}

/// Starts the binary over `folder`. Only the limits on requests differ from an ordinary start.
pub fn start(binary: &Path, folder: &Path) -> Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(binary);
    command
        .arg("serve")
        .env_clear()
        .current_dir(folder)
        .env("DROPCAST_LISTEN", address.to_string())
        .env("DROPCAST_DATA", folder.join("data"))
        .env("DROPCAST_LIMIT_PAGE", UNLIMITED)
        .env("DROPCAST_LIMIT_UPLOAD", UNLIMITED)
        .env("DROPCAST_LIMIT_DOWNLOAD", UNLIMITED);
    let server = Server::start(&mut command, address, &folder.join("log"))?;
    let answer = Connection::open(address)?.call("GET", "/readyz", &[], None)?;
    ensure!(answer.status == 200, "it is not ready: {}", answer.body);
    Ok(server)
}

pub fn starter(binary: &Path, folder: PathBuf) -> Start {
    let binary = binary.to_owned();
    Rc::new(move || start(&binary, &folder))
}

/// Uploads the source and compares the hash that the server found with what was sent. Returns
/// where the file is now.
pub fn upload(server: &Server, source: &Source) -> Result<String> {
    let file = File::open(&source.path)?;
    let connection = Connection::open(server.address())?;
    let answer = connection.call("PUT", "/api/v1/files/source.bin", &[], Some(&file))?;
    ensure!(answer.status == 201, "{}: {}", answer.status, answer.body);
    let entry: Entry = serde_json::from_str(&answer.body).context("the answer to an upload")?;
    ensure!(entry.sha256 == source.sha256, "the upload arrived damaged");
    Ok(entry.content_url)
}

/// A server that has the source among its files.
pub fn host(binary: &Path, scratch: &Scratch, source: &Source) -> Result<Host> {
    let folder = scratch.fresh(OURS)?;
    let server = start(binary, &folder)?;
    let path = upload(&server, source)?;
    server.stop()?;
    Ok(Host {
        name: OURS.to_owned(),
        path,
        start: starter(binary, folder),
    })
}
