//! copyparty, from `PyPI`, with its defaults: a share that anybody may write to.
//!
//! Two of its ways to upload check what arrives: a plain PUT, whose answer names the hash of what
//! was received (SHA-256 here, the quickest one it has), and its own client `u2c`, which hashes
//! every piece before it is sent and has the server compare. The better one counts.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};

use super::{Program, Start};
use crate::http::Connection;
use crate::scratch::Source;
use crate::server::{Server, free_address};

pub const PUT: &str = "copyparty (PUT)";
pub const U2C: &str = "copyparty (u2c)";

pub fn names() -> Vec<String> {
    vec![PUT.to_owned(), U2C.to_owned()]
}

pub fn program(peers: &Path) -> Result<Program> {
    let folder = peers.join("copyparty/bin");
    let program = Program::at(&folder.join("copyparty"), "--version")?;
    ensure!(folder.join("u2c").exists(), "its client u2c is not installed");
    Ok(program)
}

/// Shares `folder`, which it is started in.
pub fn starter(program: &Program, folder: &Path) -> Start {
    let (program, folder) = (program.path.clone(), folder.to_owned());
    Rc::new(move || {
        let address = free_address()?;
        let mut command = Command::new(&program);
        command
            .current_dir(&folder)
            .env("XDG_CONFIG_HOME", &folder)
            .env("HOME", &folder)
            .args(["-q", "--http-only", "--put-ck", "sha256", "-i", "127.0.0.1", "-p"])
            .arg(address.port().to_string())
            .args(["-v", "share::rw"]);
        std::fs::create_dir_all(folder.join("share"))?;
        Server::start(&mut command, address, &folder.join("log"))
    })
}

/// Uploads with PUT and compares the hash it answers with.
pub fn put(server: &Server, source: &Source) -> Result<()> {
    let file = File::open(&source.path)?;
    let connection = Connection::open(server.address())?;
    let answer = connection.call("PUT", "/source.bin", &[], Some(&file))?;
    ensure!(answer.status == 201, "{}: {}", answer.status, answer.body);
    // It shows the beginning of the hash.
    ensure!(
        answer.body.contains(&source.sha256[..40]),
        "the upload arrived damaged: {}",
        answer.body
    );
    Ok(())
}

/// Uploads with its own client.
pub fn u2c(program: &Program, server: &Server, source: &Source) -> Result<()> {
    let client = program.path.with_file_name("u2c");
    let output = Command::new(client)
        .args(["-ns"])
        .arg(format!("http://{}/", server.address()))
        .arg(&source.path)
        .stdin(Stdio::null())
        .output()
        .context("cannot start u2c")?;
    ensure!(
        output.status.success(),
        "u2c failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}
