//! One measurement: how long, how much, and what it cost whom.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::procfs::{self, MachineTime, Process, TICKS_PER_SECOND};
use crate::stats::number;

/// Whose processor time counts.
#[derive(Clone, Copy, Debug)]
pub enum Meter {
    /// The family of a running server.
    Server(u32),
    /// Programs that this process starts, and waits for, within the measurement.
    Programs,
}

/// What was done within a measurement.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// Bytes or operations, as the course says.
    pub amount: u64,
    /// How long each operation took, where that matters.
    pub latencies: Vec<Duration>,
}

impl Work {
    pub const fn of(amount: u64) -> Self {
        Self {
            amount,
            latencies: Vec::new(),
        }
    }
}

/// One contender's figures of one round.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sample {
    pub wall_seconds: f64,
    /// Per second: bytes or operations.
    pub rate: f64,
    pub cpu_seconds: f64,
    /// Absent for programs that had ended before anybody could ask.
    pub peak_bytes: Option<u64>,
    pub p50_seconds: Option<f64>,
    pub p99_seconds: Option<f64>,
    /// Shares of all processors: taken by other guests, and by processes that are not ours.
    pub steal: f64,
    pub foreign: f64,
}

/// Does `work` and measures it.
pub fn measure(meter: Meter, work: impl FnOnce() -> Result<Work>) -> Result<Sample> {
    if let Meter::Server(root) = meter {
        forget_peaks(&procfs::tree(&procfs::processes()?, root))?;
    }
    let before = Moment::now(meter)?;
    let started = Instant::now();
    let work = work()?;
    let wall = started.elapsed();
    let after = Moment::now(meter)?;
    Ok(sample(wall, &work, &before, &after))
}

/// From here on a process's peak is that of the coming measurement.
fn forget_peaks(family: &[&Process]) -> Result<()> {
    for process in family {
        fs::write(format!("/proc/{}/clear_refs", process.id), "5")
            .with_context(|| format!("the peak memory of {} cannot be reset", process.name))?;
    }
    Ok(())
}

/// Counters of the machine and of the parties at one moment, in ticks.
#[derive(Debug, Default)]
struct Moment {
    machine: MachineTime,
    /// Of this process and all it started: client and servers.
    ours: u64,
    /// Of the kernel's threads, which write back what we wrote.
    kernel: u64,
    metered: u64,
    peak_bytes: Option<u64>,
}

impl Moment {
    fn now(meter: Meter) -> Result<Self> {
        let machine = procfs::machine_time()?;
        let all = procfs::processes()?;
        let own_id = std::process::id();
        let (metered, peak_bytes) = match meter {
            Meter::Server(root) => {
                let family = procfs::tree(&all, root);
                let peak = procfs::peak_memory(&family);
                (procfs::ticks(family), Some(peak))
            }
            Meter::Programs => {
                let own = all.iter().find(|process| process.id == own_id);
                (own.map_or(0, |own| own.reaped), None)
            }
        };
        Ok(Self {
            machine,
            ours: procfs::ticks(procfs::tree(&all, own_id)),
            kernel: procfs::ticks(all.iter().filter(|process| process.is_kernel)),
            metered,
            peak_bytes,
        })
    }
}

fn sample(wall: Duration, work: &Work, before: &Moment, after: &Moment) -> Sample {
    let since = |pick: fn(&Moment) -> u64| number(pick(after).saturating_sub(pick(before)));
    let all = since(|moment| moment.machine.all).max(1.0);
    let foreign = since(|moment| moment.machine.busy) - since(|moment| moment.ours) - since(|moment| moment.kernel);
    let wall_seconds = wall.as_secs_f64();
    let latencies: Vec<f64> = work.latencies.iter().map(Duration::as_secs_f64).collect();
    Sample {
        wall_seconds,
        rate: number(work.amount) / wall_seconds.max(f64::EPSILON),
        cpu_seconds: since(|moment| moment.metered) / number(TICKS_PER_SECOND),
        peak_bytes: after.peak_bytes,
        p50_seconds: crate::stats::median(&latencies),
        p99_seconds: crate::stats::quantile(&latencies, 0.99),
        steal: since(|moment| moment.machine.steal) / all,
        foreign: foreign.max(0.0) / all,
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn what_is_not_ours_is_foreign() {
        let before = Moment::default();
        let after = Moment {
            machine: MachineTime {
                all: 1000,
                busy: 600,
                steal: 30,
            },
            ours: 400,
            kernel: 50,
            metered: 300,
            peak_bytes: Some(7),
        };
        let work = Work {
            amount: 1000,
            latencies: (1..=100).map(Duration::from_millis).collect(),
        };
        let found = sample(Duration::from_secs(5), &work, &before, &after);
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found} not {expected}");
        near(found.rate, 200.0);
        near(found.cpu_seconds, 3.0);
        near(found.foreign, 0.15);
        near(found.steal, 0.03);
        near(found.p99_seconds.unwrap(), 0.099_01);
        assert_eq!(found.peak_bytes, Some(7));
    }

    #[test]
    fn a_program_is_charged_with_what_it_spent() {
        let script = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
        let found = measure(Meter::Programs, || {
            let status = Command::new("sh").args(["-c", script]).status()?;
            anyhow::ensure!(status.success(), "the shell failed");
            Ok(Work::of(1))
        })
        .unwrap();
        assert!(found.cpu_seconds > 0.0, "{found:?}");
        assert!(found.wall_seconds > 0.0 && found.peak_bytes.is_none(), "{found:?}");
    }

    #[test]
    fn a_server_is_asked_for_its_peak() {
        let found = measure(Meter::Server(std::process::id()), || Ok(Work::of(1))).unwrap();
        assert!(found.peak_bytes.is_some_and(|peak| peak > 100 << 10), "{found:?}");
        assert_eq!(found.p99_seconds, None);
    }
}
