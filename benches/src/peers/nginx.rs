//! nginx, tuned for large files. It is measured with and without sendfile; the better one counts.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

use anyhow::Result;

use super::{Host, Program};
use crate::scratch::{Scratch, is_root};
use crate::server::{Server, free_address};

pub const WITH_SENDFILE: &str = "nginx (sendfile)";
pub const WITHOUT_SENDFILE: &str = "nginx (no sendfile)";

pub fn names() -> Vec<String> {
    vec![WITH_SENDFILE.to_owned(), WITHOUT_SENDFILE.to_owned()]
}

pub fn program() -> Result<Program> {
    Program::of_system("nginx", "-v")
}

/// Serves the folder `root`.
pub fn host(program: &Program, scratch: &Scratch, root: &Path, sendfile: bool) -> Result<Host> {
    let name = if sendfile { WITH_SENDFILE } else { WITHOUT_SENDFILE };
    let folder = scratch.fresh(if sendfile { "nginx-sendfile" } else { "nginx-plain" })?;
    let (program, root) = (program.path.clone(), root.to_owned());
    Ok(Host {
        name: name.to_owned(),
        path: "/source.bin".to_owned(),
        start: Rc::new(move || start(&program, &folder, &root, sendfile)),
    })
}

fn start(program: &Path, folder: &PathBuf, root: &Path, sendfile: bool) -> Result<Server> {
    let address = free_address()?;
    let configuration = folder.join("nginx.conf");
    let text = configuration_text(
        &address.to_string(),
        &root.display().to_string(),
        &folder.display().to_string(),
        sendfile,
        is_root()?,
    );
    fs::write(&configuration, text)?;
    let mut command = Command::new(program);
    command.arg("-p").arg(folder).arg("-c").arg(&configuration);
    Server::start(&mut command, address, &folder.join("log"))
}

fn configuration_text(address: &str, root: &str, folder: &str, sendfile: bool, as_root: bool) -> String {
    // The files belong to whoever runs this.
    let user = if as_root { "user root root;\n" } else { "" };
    let sendfile = if sendfile { "on" } else { "off" };
    let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("  {kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "{user}daemon off;
worker_processes auto;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  default_type application/octet-stream;
  sendfile {sendfile};
  tcp_nopush on;
  output_buffers 2 1m;
  keepalive_requests 1000000;
{places}  server {{
    listen {address};
    root {root};
  }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::configuration_text;

    #[test]
    fn the_two_forms_differ_in_sendfile_alone() {
        let on = configuration_text("127.0.0.1:1", "/r", "/f", true, false);
        let off = configuration_text("127.0.0.1:1", "/r", "/f", false, false);
        assert_eq!(on.replace("sendfile on", "sendfile off"), off);
        assert!(on.contains("listen 127.0.0.1:1;") && on.contains("pid /f/pid;"));
        assert!(configuration_text("", "", "", true, true).starts_with("user root root;\ndaemon off;"));
    }
}
