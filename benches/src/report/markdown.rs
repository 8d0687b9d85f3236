//! The report as a page.

use std::fmt::Write as _;

use crate::judge::{Bound, Figure, Judged, Verdict};
use crate::runner::{Outcome, Series, Unit};
use crate::stats::{number, spread};

use super::Report;

pub fn markdown(report: &Report) -> String {
    let mut page = format!("# {}\n\n", report.title);
    let rounds = if report.rounds == 1 { "round" } else { "rounds" };
    line(
        &mut page,
        &format!(
            "Made by `cargo xtask bench {}` on {}: {} alternating {rounds}, medians; revision {}, built in the profile \
             `{}`.",
            report.name, report.date, report.rounds, report.revision, report.profile
        ),
    );
    line(&mut page, "## Goals");
    page.push_str(&goals(&report.outcomes));
    for outcome in &report.outcomes {
        line(&mut page, &format!("## {}", outcome.title));
        page.push_str(&figures(outcome));
        line(&mut page, &format!("The machine meanwhile: {}.", outcome.load));
        for missing in &outcome.missing {
            line(&mut page, &format!("Missing: {}, {}.", missing.name, missing.reason));
        }
    }
    line(&mut page, "## How it was measured");
    for sentence in &report.method {
        line(&mut page, sentence);
    }
    line(&mut page, "## Machine and versions");
    page.push_str(&facts(report));
    page.truncate(page.trim_end().len());
    page.push('\n');
    page
}

fn line(page: &mut String, text: &str) {
    page.push_str(text.trim_end());
    page.push_str("\n\n");
}

fn goals(outcomes: &[Outcome]) -> String {
    let rows = outcomes.iter().flat_map(|outcome| {
        outcome.judged.iter().map(|judged| {
            vec![
                outcome.title.clone(),
                judged.text.clone(),
                ratio(judged),
                match &judged.verdict {
                    Verdict::Met => "met".to_owned(),
                    Verdict::Missed => "**missed**".to_owned(),
                    Verdict::NotJudged(why) => format!("not judged: {why}"),
                },
            ]
        })
    });
    table(&["task", "goal", "measured", "verdict"], rows)
}

fn ratio(judged: &Judged) -> String {
    let bound = match judged.bound {
        Bound::AtLeast(least) => format!("≥ {least:.2}"),
        Bound::AtMost(most) => format!("≤ {most:.2}"),
    };
    match (judged.ratio, &judged.peer) {
        (Some(ratio), Some(peer)) => format!("{ratio:.2} × {peer} ({bound})"),
        _ => format!("nothing ({bound})"),
    }
}

fn figures(outcome: &Outcome) -> String {
    let per = match outcome.unit {
        Unit::Bytes => "GiB/s",
        Unit::Operations => "per second",
    };
    let with_latencies = outcome
        .series
        .iter()
        .any(|series| series.median(|sample| sample.p99_seconds).is_some());
    let mut head = vec!["", per, "spread", "wall s", "server CPU s", "peak MiB"];
    if with_latencies {
        head.extend(["p50 ms", "p99 ms"]);
    }
    let rows = outcome.series.iter().map(|series| {
        let mut row = vec![series.name.clone(), rate(series, outcome.unit)];
        row.push(
            spread(&series.figures(|sample| Some(sample.rate)))
                .map_or_else(dash, |spread| format!("{:.0} %", spread * 100.0)),
        );
        row.push(decimals(series.median(|sample| Some(sample.wall_seconds)), 1.0, 2));
        row.push(decimals(series.median(|sample| Figure::Cpu.of(sample)), 1.0, 2));
        let peaks = series.figures(|sample| sample.peak_bytes.map(number));
        row.push(decimals(peaks.into_iter().reduce(f64::max), number(1 << 20), 0));
        if with_latencies {
            row.push(decimals(series.median(|sample| sample.p50_seconds), 0.001, 1));
            row.push(decimals(series.median(|sample| sample.p99_seconds), 0.001, 1));
        }
        row
    });
    table(&head, rows)
}

fn rate(series: &Series, unit: Unit) -> String {
    let rate = series.median(|sample| Some(sample.rate));
    match unit {
        Unit::Bytes => decimals(rate, number(1 << 30), 2),
        Unit::Operations => decimals(rate, 1.0, 0),
    }
}

fn decimals(value: Option<f64>, unit: f64, places: usize) -> String {
    value.map_or_else(dash, |value| format!("{:.places$}", value / unit))
}

fn dash() -> String {
    "–".to_owned()
}

fn facts(report: &Report) -> String {
    let machine = &report.machine;
    let mut rows = vec![
        (
            "processors".to_owned(),
            format!("{} × {}", machine.processors, machine.model),
        ),
        ("memory".to_owned(), format!("{} MiB", machine.memory_bytes >> 20)),
        (
            "system".to_owned(),
            format!("{}, Linux {}", machine.system, machine.kernel),
        ),
        ("file system".to_owned(), machine.file_system.clone()),
        ("load before the start".to_owned(), machine.load_average.clone()),
    ];
    rows.extend(report.versions.iter().cloned());
    table(&["", ""], rows.into_iter().map(|(name, value)| vec![name, value]))
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| cell.replace('|', "/").replace('\n', " "))
            .collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text.push('\n');
    text
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::machine::Machine;
    use crate::runner::{Load, Missing};
    use crate::sample::Sample;

    pub fn report() -> Report {
        let sample = Sample {
            wall_seconds: 2.0,
            rate: number(3 << 29),
            cpu_seconds: 1.25,
            peak_bytes: Some(50 << 20),
            p99_seconds: Some(0.0123),
            ..Sample::default()
        };
        let judged = |verdict| Judged {
            text: "as fast as 0.9 × peer".to_owned(),
            bound: Bound::AtLeast(0.9),
            peer: Some("peer".to_owned()),
            ratio: Some(0.954),
            verdict,
        };
        Report {
            name: "sample".to_owned(),
            title: "A sample".to_owned(),
            date: "2000-01-02".to_owned(),
            revision: "abc1234".to_owned(),
            profile: "serve".to_owned(),
            size_bytes: 3 << 30,
            rounds: 1,
            quick: false,
            machine: Machine {
                processors: 2,
                ..Machine::default()
            },
            versions: vec![("peer".to_owned(), "1.2".to_owned())],
            method: vec!["With care.".to_owned()],
            outcomes: vec![Outcome {
                title: "3 GiB".to_owned(),
                unit: Unit::Bytes,
                series: vec![Series {
                    name: "dropcast".to_owned(),
                    samples: vec![sample],
                }],
                missing: vec![Missing {
                    name: "ghost".to_owned(),
                    reason: "it is not installed".to_owned(),
                }],
                load: Load::default(),
                judged: vec![
                    judged(Verdict::Met),
                    judged(Verdict::Missed),
                    judged(Verdict::NotJudged("ghost is missing".to_owned())),
                ],
            }],
        }
    }

    #[test]
    fn the_page_says_everything_once() {
        let page = markdown(&report());
        for expected in [
            "# A sample\n\nMade by `cargo xtask bench sample` on 2000-01-02: 1 alternating round, medians;",
            "| 3 GiB | as fast as 0.9 × peer | 0.95 × peer (≥ 0.90) | met |",
            "| **missed** |",
            "| not judged: ghost is missing |",
            "| dropcast | 1.50 | 0 % | 2.00 | 1.25 | 50 | – | 12.3 |",
            "Missing: ghost, it is not installed.",
            "0.0 % stolen by other guests",
            "| peer | 1.2 |\n",
        ] {
            assert!(page.contains(expected), "`{expected}` is not in\n{page}");
        }
    }

    #[test]
    fn a_cell_cannot_break_its_table() {
        let text = table(&["a"], [vec!["x | y\nz".to_owned()]].into_iter());
        assert_eq!(text, "| a |\n|---|\n| x / y z |\n\n");
    }
}
