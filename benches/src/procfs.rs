//! What the kernel says about time spent: by the machine, and by each process.

use std::collections::HashSet;
use std::fs;

use anyhow::{Context as _, Result};

/// The kernel's unit in `/proc` is a hundredth of a second on every machine we build for.
pub const TICKS_PER_SECOND: u64 = 100;

/// The bit among a process's flags that marks the kernel's own threads.
const KERNEL_THREAD: u64 = 0x0020_0000;

/// Time of all processors together since the start, in ticks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MachineTime {
    pub all: u64,
    /// Somebody's work: of processes, of the kernel, of interrupts.
    pub busy: u64,
    /// Taken by other guests of the same host.
    pub steal: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Process {
    pub id: u32,
    pub parent: u32,
    pub name: String,
    pub is_kernel: bool,
    /// Spent by itself.
    pub own: u64,
    /// Spent by children that have ended and were waited for, and by theirs.
    pub reaped: u64,
}

pub fn machine_time() -> Result<MachineTime> {
    let text = fs::read_to_string("/proc/stat").context("reading /proc/stat")?;
    parse_machine(&text).context("/proc/stat has no line `cpu`")
}

fn parse_machine(text: &str) -> Option<MachineTime> {
    let line = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let ticks: Vec<u64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    // In order: user, nice, system, idle, waiting for disks, interrupts, soft interrupts, stolen.
    // What follows is time of guests, which `user` holds already.
    let [user, nice, system, idle, waiting, interrupts, soft, steal, ..] = ticks[..] else {
        return None;
    };
    let busy = user + nice + system + interrupts + soft;
    Some(MachineTime {
        all: busy + idle + waiting + steal,
        busy,
        steal,
    })
}

/// Every process there is. One that ends while we look is left out; its time is with its parent.
pub fn processes() -> Result<Vec<Process>> {
    let entries = fs::read_dir("/proc").context("reading /proc")?;
    let ids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    Ok(ids
        .filter_map(|id| parse_process(&fs::read_to_string(format!("/proc/{id}/stat")).ok()?))
        .collect())
}

fn parse_process(text: &str) -> Option<Process> {
    // The name stands in brackets and may itself hold blanks and brackets.
    let (id, rest) = text.split_once(" (")?;
    let (name, rest) = rest.rsplit_once(") ")?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let field = |number: usize| fields.get(number).and_then(|word| word.parse::<u64>().ok());
    Some(Process {
        id: id.parse().ok()?,
        parent: u32::try_from(field(1)?).ok()?,
        name: name.to_owned(),
        is_kernel: field(6)? & KERNEL_THREAD != 0,
        own: field(11)? + field(12)?,
        reaped: field(13)? + field(14)?,
    })
}

/// `root` and all that descends from it.
pub fn tree(processes: &[Process], root: u32) -> Vec<&Process> {
    let mut found = HashSet::from([root]);
    loop {
        let before = found.len();
        found.extend(
            processes
                .iter()
                .filter(|process| found.contains(&process.parent))
                .map(|process| process.id)
                .collect::<Vec<_>>(),
        );
        if found.len() == before {
            return processes.iter().filter(|process| found.contains(&process.id)).collect();
        }
    }
}

/// Ticks of a family. Whoever ends within it leaves its time with its parent, so the sum only grows.
pub fn ticks<'p>(family: impl IntoIterator<Item = &'p Process>) -> u64 {
    family.into_iter().map(|process| process.own + process.reaped).sum()
}

/// The most memory each process of a family ever held, added up, in bytes.
pub fn peak_memory(family: &[&Process]) -> u64 {
    family
        .iter()
        .filter_map(|process| {
            let status = fs::read_to_string(format!("/proc/{}/status", process.id)).ok()?;
            parse_peak(&status)
        })
        .sum()
}

fn parse_peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(id: u32, parent: u32, own: u64, reaped: u64) -> Process {
        Process {
            id,
            parent,
            name: String::new(),
            is_kernel: false,
            own,
            reaped,
        }
    }

    #[test]
    fn a_name_with_brackets_and_blanks_does_not_shift_the_fields() {
        let text = "42 (a) b (c) S 7 42 42 0 -1 4194304 1 2 3 4 11 22 33 44 20 0 1 0 5 6 7\n";
        let found = parse_process(text).unwrap();
        assert_eq!((found.id, found.parent, found.name.as_str()), (42, 7, "a) b (c"));
        assert_eq!((found.own, found.reaped, found.is_kernel), (33, 77, false));
    }

    #[test]
    fn threads_of_the_kernel_are_told_apart() {
        let text = "9 (kworker/0:1) I 2 0 0 0 -1 69238880 0 0 0 0 0 5 0 0 20 0 1 0 5 0 0\n";
        assert!(parse_process(text).unwrap().is_kernel);
        assert_eq!(parse_process("9 (cut"), None);
    }

    #[test]
    fn a_family_is_found_however_deep_and_in_whatever_order() {
        let all = [
            process(5, 4, 1, 0),
            process(4, 3, 2, 0),
            process(3, 1, 4, 8),
            process(9, 1, 99, 99),
        ];
        let family = tree(&all, 3);
        assert_eq!(family.len(), 3);
        assert_eq!(ticks(family), 15);
    }

    #[test]
    fn stolen_time_is_not_ours_and_guests_are_not_counted_twice() {
        let text = "cpu  10 1 5 100 4 2 3 7 10 1\ncpu0 1 1 1 1 1 1 1 1 1 1\n";
        let expected = MachineTime {
            all: 132,
            busy: 21,
            steal: 7,
        };
        assert_eq!(parse_machine(text), Some(expected));
        assert_eq!(parse_machine("intr 5"), None);
    }

    #[test]
    fn this_very_process_is_among_them() {
        let all = processes().unwrap();
        let own = tree(&all, std::process::id());
        assert!(!own.is_empty());
        assert!(peak_memory(&own) > 100 << 10);
        assert!(machine_time().unwrap().all > 0);
    }

    #[test]
    fn the_peak_is_in_kibibytes() {
        assert_eq!(parse_peak("VmPeak:\t 9 kB\nVmHWM:\t    1234 kB\n"), Some(1234 << 10));
        assert_eq!(parse_peak("Name:\tkthreadd\n"), None);
    }
}
