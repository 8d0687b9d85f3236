//! miniserve: a small file server in Rust, from crates.io.

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use anyhow::Result;

use super::{Host, Program};
use crate::scratch::Scratch;
use crate::server::{Server, free_address};

pub const NAME: &str = "miniserve";

pub fn program(peers: &Path) -> Result<Program> {
    Program::at(&peers.join("miniserve/bin/miniserve"), "--version")
}

/// Serves the folder `root`.
pub fn host(program: &Program, scratch: &Scratch, root: &Path) -> Result<Host> {
    let folder = scratch.fresh(NAME)?;
    let (program, root) = (program.path.clone(), root.to_owned());
    Ok(Host {
        name: NAME.to_owned(),
        path: "/source.bin".to_owned(),
        start: Rc::new(move || {
            let address = free_address()?;
            let mut command = Command::new(&program);
            command
                .args(["--interfaces", "127.0.0.1", "--port"])
                .arg(address.port().to_string())
                .arg(&root);
            Server::start(&mut command, address, &folder.join("log"))
        }),
    })
}
