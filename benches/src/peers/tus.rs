//! The reference tus server, from npm, with files on disk.
//!
//! Our client speaks the protocol itself, one request with the whole file, which is the quickest
//! way there is to upload to it. It hashes nothing.

use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::{Program, Start};
use crate::http::Connection;
use crate::scratch::Source;
use crate::server::{Server, free_address};

pub const NAME: &str = "@tus/server";

#[derive(Deserialize)]
struct Package {
    version: String,
}

/// The script beside its installed modules; the version is that of the module.
pub fn program(peers: &Path) -> Result<Program> {
    let folder = peers.join("tus");
    let package = std::fs::read_to_string(folder.join("node_modules/@tus/server/package.json"))
        .ok()
        .context("it is not installed")?;
    let package: Package = serde_json::from_str(&package)?;
    let node = Program::of_system("node", "--version").context("node")?;
    Ok(Program {
        path: folder.join("server.mjs"),
        version: format!("{} on Node {}", package.version, node.version),
    })
}

/// Keeps uploads in `share` below `folder`.
pub fn starter(program: &Program, folder: &Path) -> Start {
    let (script, folder) = (program.path.clone(), folder.to_owned());
    Rc::new(move || {
        let address = free_address()?;
        let share = folder.join("share");
        std::fs::create_dir_all(&share)?;
        let mut command = Command::new("node");
        command
            .env("NODE_ENV", "production")
            .arg(&script)
            .arg(address.port().to_string())
            .arg(share);
        Server::start(&mut command, address, &folder.join("log"))
    })
}

pub fn upload(server: &Server, source: &Source) -> Result<()> {
    let size = source.size.to_string();
    let version = ("Tus-Resumable", "1.0.0");
    let created =
        Connection::open(server.address())?.call("POST", "/files", &[version, ("Upload-Length", &size)], None)?;
    ensure!(created.status == 201, "{}: {}", created.status, created.body);
    let place = created.header("location").context("no place for the upload")?;
    // It may be a whole address.
    let path = place.find("/files/").map(|at| &place[at..]).context("an odd place")?;
    let headers = [
        version,
        ("Upload-Offset", "0"),
        ("Content-Type", "application/offset+octet-stream"),
    ];
    let file = File::open(&source.path)?;
    let sent = Connection::open(server.address())?.call("PATCH", path, &headers, Some(&file))?;
    ensure!(sent.status == 204, "{}: {}", sent.status, sent.body);
    ensure!(sent.header("upload-offset") == Some(&size), "not all of it arrived");
    Ok(())
}
