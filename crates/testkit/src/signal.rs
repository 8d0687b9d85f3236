//! Signals to processes, and what became of them.

use std::collections::HashMap;
use std::fs;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use crate::wait;

/// What a process can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Leave in order, as a service manager says it.
    Term,
    /// Leave in order, as a terminal says it.
    Int,
    /// Be gone, without another instruction.
    Kill,
    /// Stand still until [`Signal::Cont`].
    Stop,
    Cont,
}

impl Signal {
    const fn name(self) -> &'static str {
        match self {
            Self::Term => "TERM",
            Self::Int => "INT",
            Self::Kill => "KILL",
            Self::Stop => "STOP",
            Self::Cont => "CONT",
        }
    }
}

/// Sends a signal to each of these processes.
pub(crate) fn send(signal: Signal, pids: &[u32]) -> anyhow::Result<()> {
    let sent = Command::new("kill")
        .args(["-s", signal.name()])
        .args(pids.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status()
        .context("cannot run `kill`")?;
    ensure!(sent.success(), "one of the processes {pids:?} is not there");
    Ok(())
}

/// Waits until none of these processes runs any more. One that nobody has asked for its status yet
/// counts as gone.
pub(crate) async fn all_gone(pids: &[u32]) -> anyhow::Result<()> {
    wait::until("the processes are gone", async || {
        pids.iter().all(|&pid| matches!(state(pid), None | Some('Z' | 'X')))
    })
    .await
}

/// Waits until all of these processes stand still.
pub(crate) async fn all_stopped(pids: &[u32]) -> anyhow::Result<()> {
    wait::until("the processes stand still", async || {
        pids.iter()
            .all(|&pid| matches!(state(pid), None | Some('T' | 'Z' | 'X')))
    })
    .await
}

/// A process and everything that descends from it, parents first.
pub(crate) fn family(pid: u32) -> anyhow::Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").context("the system shows no processes")? {
        let name = entry?.file_name();
        let Some(other) = name.to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = stat(other).and_then(|(_, parent)| parent) {
            children.entry(parent).or_default().push(other);
        }
    }
    let mut family = vec![pid];
    let mut next = 0;
    while let Some(member) = family.get(next) {
        family.extend(children.remove(member).unwrap_or_default());
        next += 1;
    }
    Ok(family)
}

/// The letter for what a process does; nothing when it is not there.
fn state(pid: u32) -> Option<char> {
    stat(pid).map(|(state, _)| state)
}

/// State and parent, which stand behind the name in parentheses.
fn stat(pid: u32) -> Option<(char, Option<u32>)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut words = text.rsplit_once(") ")?.1.split(' ');
    let state = words.next()?.chars().next()?;
    Some((state, words.next().and_then(|parent| parent.parse().ok())))
}
