//! `cargo xtask serve --dev`: rebuild and restart whenever a source file changes.
//!
//! Files are asked for their times a few times a second, which needs no watcher library and works
//! on every file system. A build that fails leaves the former server running.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::Result;

use crate::args::Args;
use crate::front::{self, Form, of_workspace};
use crate::house::House;
use crate::process;
use crate::setup;
use crate::steps::{Steps, seconds};

const WATCHED: &[&str] = &[
    "app",
    "crates",
    "frontend",
    "migrations",
    "public",
    "server",
    "style",
    "Cargo.toml",
    "Cargo.lock",
];
const POLL: Duration = Duration::from_millis(300);
/// Open pages keep connections: in development nobody wants to wait for them.
const PATIENCE: Duration = Duration::from_secs(2);

type Times = BTreeMap<PathBuf, SystemTime>;

pub fn run(house: &mut House, steps: &mut Steps, args: &Args) -> Result<ExitCode> {
    setup::ensure(house, steps, setup::For::Building)?;
    let mut seen = times(&house.root);
    let mut server = match build(house, steps) {
        Ok(()) => Some(start(house, args)?),
        Err(error) => {
            println!("{error:#}\nwaiting for a change");
            None
        }
    };
    steps.table();
    loop {
        thread::sleep(POLL);
        if let Some(status) = server.as_mut().map(Child::try_wait).transpose()?.flatten() {
            println!("the server ended ({status}); waiting for a change");
            server = None;
        }
        let now = times(&house.root);
        if now == seen {
            continue;
        }
        seen = settled(&house.root, now);
        let mut again = Steps::new();
        if let Err(error) = build(house, &mut again) {
            println!("{error:#}\nthe former server keeps running");
            continue;
        }
        if let Some(mut former) = server.take() {
            process::stop(&mut former, PATIENCE)?;
        }
        server = Some(start(house, args)?);
        println!("==> rebuilt and restarted in {}", seconds(again.total()));
    }
}

fn build(house: &House, steps: &mut Steps) -> Result<()> {
    front::build(house, steps, Form::Dev)?;
    steps.step("compile the server", || {
        process::visible(of_workspace(house.cargo().arg("build")).args(["--bin", "dropcast"]))
    })
}

/// Goes down with this process, even when that one is killed.
fn start(house: &House, args: &Args) -> Result<Child> {
    let binary = house.built("dev", "dropcast");
    let mut command = if process::which("setpriv").is_some() {
        let mut command = house.program("setpriv");
        command.args(["--pdeathsig", "TERM"]).arg(binary);
        command
    } else {
        house.program(binary)
    };
    Ok(command.arg("serve").args(&args.rest).spawn()?)
}

/// An editor that saves many files takes a moment: build once, after the last of them.
fn settled(root: &Path, mut now: Times) -> Times {
    loop {
        thread::sleep(POLL / 3);
        let later = times(root);
        if later == now {
            return now;
        }
        now = later;
    }
}

fn times(root: &Path) -> Times {
    let mut found = Times::new();
    for name in WATCHED {
        collect(&root.join(name), &mut found);
    }
    found
}

/// A file that goes while it is looked at has simply changed: the next look tells.
fn collect(path: &Path, found: &mut Times) {
    let Ok(about) = path.metadata() else { return };
    if about.is_dir() {
        for entry in path.read_dir().into_iter().flatten().flatten() {
            collect(&entry.path(), found);
        }
    } else if let Ok(time) = about.modified() {
        found.insert(path.to_path_buf(), time);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::times;

    #[test]
    fn a_written_a_new_and_a_removed_file_are_changes() {
        let root = std::env::temp_dir().join(format!("dropcast-watch-{}", std::process::id()));
        let page = root.join("app/src/page.rs");
        fs::create_dir_all(root.join("app/src")).unwrap();
        fs::write(&page, "one").unwrap();
        let first = times(&root);
        assert_eq!(first, times(&root));

        fs::write(root.join("app/src/other.rs"), "").unwrap();
        let second = times(&root);
        assert_ne!(first, second);

        let file = fs::File::options().write(true).open(&page).unwrap();
        file.set_modified(first[&page] + std::time::Duration::from_secs(1))
            .unwrap();
        let third = times(&root);
        assert_ne!(second, third);

        fs::remove_file(&page).unwrap();
        assert_ne!(third, times(&root));
        fs::remove_dir_all(root).unwrap();
    }
}
