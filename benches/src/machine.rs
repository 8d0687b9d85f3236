//! What the figures were made on and with. Nothing here tells which machine it was.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::thread;

use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Machine {
    pub processors: usize,
    pub model: String,
    pub memory_bytes: u64,
    pub system: String,
    pub kernel: String,
    pub file_system: String,
    /// Processes ready to run, over the last minute before the start.
    pub load_average: String,
}

impl Machine {
    pub fn look(file_system: String) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let cpu = read("/proc/cpuinfo");
        let hashes = if cpu.contains(" sha_ni") { "with" } else { "without" };
        Self {
            processors: thread::available_parallelism().map_or(1, Into::into),
            model: format!("{} ({hashes} SHA-NI)", value(&cpu, "model name").unwrap_or("unknown")),
            memory_bytes: kibibytes(&read("/proc/meminfo"), "MemTotal"),
            system: system(&read("/etc/os-release")),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            file_system,
            load_average: read("/proc/loadavg")
                .split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned(),
        }
    }
}

/// Memory that files may be kept in.
pub fn available_bytes() -> u64 {
    kibibytes(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemAvailable")
}

/// The first line of what a program says about itself.
pub fn version_of(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program).arg(argument).output().ok()?;
    // nginx tells its version on the other channel.
    let said = if output.stdout.is_empty() {
        output.stderr
    } else {
        output.stdout
    };
    let said = String::from_utf8_lossy(&said);
    said.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(str::to_owned)
}

/// `git rev-parse`, and whether there is something that was not committed.
pub fn revision() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(revision) = git(&["rev-parse", "--short", "HEAD"]) else {
        return "unknown".to_owned();
    };
    match git(&["status", "--porcelain", "--untracked-files=no"]) {
        Some(changes) if changes.is_empty() => revision,
        _ => format!("{revision} with changes"),
    }
}

pub fn today() -> String {
    let output = Command::new("date").args(["-u", "+%F"]).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn value<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

fn kibibytes(text: &str, name: &str) -> u64 {
    let number = value(text, name).and_then(|value| value.strip_suffix(" kB")?.parse::<u64>().ok());
    number.unwrap_or_default() << 10
}

fn system(release: &str) -> String {
    release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or_else(|| "unknown".to_owned(), |name| name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_described() {
        let machine = Machine::look("ext4".to_owned());
        assert!(machine.processors > 0 && machine.memory_bytes > 1 << 20, "{machine:?}");
        assert!(!machine.kernel.is_empty() && available_bytes() > 0);
    }

    #[test]
    fn names_and_sizes_are_found() {
        assert_eq!(system("ID=x\nPRETTY_NAME=\"A System 12\"\n"), "A System 12");
        assert_eq!(
            kibibytes("MemTotal:       100 kB\nMemFree: 7 kB\n", "MemTotal"),
            102_400
        );
        assert_eq!(kibibytes("", "MemTotal"), 0);
    }

    #[test]
    fn programs_tell_their_version() {
        assert!(version_of(Path::new("sh"), "-c").is_some());
        assert_eq!(version_of(Path::new("no-such-program"), "-v"), None);
    }
}
