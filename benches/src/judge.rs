//! Whether a goal is met. In doubt the answer is that nobody knows, and why.

use serde::Serialize;

use crate::runner::{Load, Missing, OURS, Series};
use crate::sample::Sample;
use crate::stats::{median, quantile};

/// Above this share of the processors in other hands no figure means anything.
const BUSY: f64 = 0.05;
/// Fewer rounds have no middle.
const ROUNDS: usize = 3;

/// What a goal looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// How much per second: more is better.
    Rate,
    /// Processor seconds of the server: less is better.
    Cpu,
    /// The latency that 99 of 100 operations stay below: less is better.
    P99,
}

impl Figure {
    pub const fn of(self, sample: &Sample) -> Option<f64> {
        match self {
            Self::Rate => Some(sample.rate),
            Self::Cpu => Some(sample.cpu_seconds),
            Self::P99 => sample.p99_seconds,
        }
    }
}

/// Whom we are held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Whoever of them is best in the very figure.
    Best(Vec<String>),
    /// Whoever of them is worst: limits of the machine, of which the lower one binds.
    Worst(Vec<String>),
}

/// Our figure divided by the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    const fn holds(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(least) => ratio >= least,
            Self::AtMost(most) => ratio <= most,
        }
    }

    const fn place(self) -> f64 {
        match self {
            Self::AtLeast(place) | Self::AtMost(place) => place,
        }
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Goal {
    pub text: String,
    pub figure: Figure,
    pub against: Against,
    pub bound: Bound,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Met,
    Missed,
    NotJudged(String),
}

#[derive(Clone, Debug, Serialize)]
pub struct Judged {
    pub text: String,
    pub bound: Bound,
    /// The peer that it came down to.
    pub peer: Option<String>,
    /// Of the medians.
    pub ratio: Option<f64>,
    pub verdict: Verdict,
}

/// Judges one goal. `judging` is false for quick runs.
pub fn judge(goal: &Goal, series: &[Series], missing: &[Missing], load: Load, judging: bool) -> Judged {
    let compared = compare(goal, series);
    let verdict = match (doubt(goal, missing, load, judging), &compared) {
        (Some(doubt), _) => Verdict::NotJudged(doubt),
        (None, None) => Verdict::NotJudged("there are no figures to compare".to_owned()),
        (None, Some(compared)) => verdict(goal.bound, compared),
    };
    Judged {
        text: goal.text.clone(),
        bound: goal.bound,
        peer: compared.as_ref().map(|compared| compared.peer.clone()),
        ratio: compared.as_ref().map(|compared| compared.ratio),
        verdict,
    }
}

/// Reasons that have nothing to do with the figures themselves.
fn doubt(goal: &Goal, missing: &[Missing], load: Load, judging: bool) -> Option<String> {
    let (Against::Best(names) | Against::Worst(names)) = &goal.against;
    if !judging {
        return Some("quick run".to_owned());
    }
    if let Some(absent) = missing.iter().find(|missing| names.contains(&missing.name)) {
        return Some(format!("{} is missing", absent.name));
    }
    (load.steal + load.foreign > BUSY).then(|| format!("the machine was busy: {load}"))
}

struct Compared {
    peer: String,
    ratio: f64,
    /// Round by round, for neighbours in time had the same machine.
    ratios: Vec<f64>,
}

fn compare(goal: &Goal, series: &[Series]) -> Option<Compared> {
    let figures_of = |name: &str| {
        let found = series.iter().find(|series| series.name == name)?;
        Some(found.figures(|sample| goal.figure.of(sample)))
    };
    let ours = figures_of(OURS)?;
    let (Against::Best(names) | Against::Worst(names)) = &goal.against;
    let more_is_better = goal.figure == Figure::Rate;
    let take_highest = matches!(goal.against, Against::Best(_)) == more_is_better;
    let mut peers: Vec<(f64, &String, Vec<f64>)> = names
        .iter()
        .filter_map(|name| {
            let figures = figures_of(name)?;
            Some((median(&figures)?, name, figures))
        })
        .collect();
    peers.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (middle, peer, figures) = if take_highest {
        peers.pop()?
    } else {
        (!peers.is_empty()).then(|| peers.swap_remove(0))?
    };
    (middle > 0.0).then_some(())?;
    Some(Compared {
        peer: peer.clone(),
        ratio: median(&ours)? / middle,
        ratios: ours.iter().zip(&figures).map(|(ours, theirs)| ours / theirs).collect(),
    })
}

/// The rounds have to agree: where the goal lies within the middle half of them, their spread is
/// larger than our margin.
fn verdict(bound: Bound, compared: &Compared) -> Verdict {
    if compared.ratios.len() < ROUNDS {
        return Verdict::NotJudged(format!("{} rounds are too few", compared.ratios.len()));
    }
    let quarter = |share| quantile(&compared.ratios, share).unwrap_or(f64::NAN);
    let (low, high) = (quarter(0.25), quarter(0.75));
    let place = bound.place();
    let agree = low.is_finite() && high.is_finite() && (place < low || place > high);
    if !agree {
        return Verdict::NotJudged(format!("the rounds scatter across the goal, {low:.2} to {high:.2}"));
    }
    if bound.holds(compared.ratio) {
        Verdict::Met
    } else {
        Verdict::Missed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, rates: &[f64]) -> Series {
        let samples = rates.iter().map(|rate| Sample {
            rate: *rate,
            cpu_seconds: 100.0 / rate,
            ..Sample::default()
        });
        Series {
            name: name.to_owned(),
            samples: samples.collect(),
        }
    }

    fn goal(figure: Figure, against: Against, bound: Bound) -> Goal {
        Goal {
            text: "a goal".to_owned(),
            figure,
            against,
            bound,
        }
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn judged(ours: &[f64], peers: &[(&str, &[f64])], goal: &Goal) -> Judged {
        let mut all = vec![series(OURS, ours)];
        all.extend(peers.iter().map(|(name, rates)| series(name, rates)));
        judge(goal, &all, &[], Load::default(), true)
    }

    fn close(ratio: Option<f64>, expected: f64) {
        assert!(
            ratio.is_some_and(|ratio| (ratio - expected).abs() < 1e-6),
            "{ratio:?} instead of {expected}"
        );
    }

    #[test]
    fn the_best_peer_counts_in_the_very_figure() {
        let peers: [(&str, &[f64]); 2] = [("slow", &[50.0; 5]), ("fast", &[100.0; 5])];
        let both = Against::Best(names(&["slow", "fast"]));
        let rate = judged(
            &[95.0; 5],
            &peers,
            &goal(Figure::Rate, both.clone(), Bound::AtLeast(0.9)),
        );
        close(rate.ratio, 0.95);
        assert_eq!((rate.peer.as_deref(), rate.verdict), (Some("fast"), Verdict::Met));
        let cpu = judged(&[50.0; 5], &peers, &goal(Figure::Cpu, both, Bound::AtMost(1.3)));
        close(cpu.ratio, 2.0);
        assert_eq!((cpu.peer.as_deref(), cpu.verdict), (Some("fast"), Verdict::Missed));
    }

    #[test]
    fn of_two_limits_the_lower_one_binds() {
        let limits: [(&str, &[f64]); 2] = [("hash", &[200.0; 5]), ("disk", &[50.0; 5])];
        let lower = Against::Worst(names(&["hash", "disk"]));
        let found = judged(&[40.0; 5], &limits, &goal(Figure::Rate, lower, Bound::AtLeast(0.6)));
        close(found.ratio, 0.8);
        assert_eq!((found.peer.as_deref(), found.verdict), (Some("disk"), Verdict::Met));
    }

    #[test]
    fn rounds_that_scatter_across_the_goal_prove_nothing() {
        let peer: [(&str, &[f64]); 1] = [("peer", &[100.0; 5])];
        let goal = goal(Figure::Rate, Against::Best(names(&["peer"])), Bound::AtLeast(0.9));
        let found = judged(&[70.0, 80.0, 92.0, 95.0, 99.0], &peer, &goal);
        assert!(
            matches!(&found.verdict, Verdict::NotJudged(why) if why.contains("0.80 to 0.95")),
            "{:?}",
            found.verdict
        );
        // One round that went wrong does not decide.
        let found = judged(&[10.0, 95.0, 96.0, 97.0, 98.0], &peer, &goal);
        assert_eq!(found.verdict, Verdict::Met);
    }

    #[test]
    fn a_slow_round_of_the_machine_meets_both() {
        let peer: [(&str, &[f64]); 1] = [("peer", &[100.0, 50.0, 100.0, 60.0, 90.0])];
        let goal = goal(Figure::Rate, Against::Best(names(&["peer"])), Bound::AtLeast(0.9));
        let found = judged(&[95.0, 47.5, 95.0, 57.0, 85.5], &peer, &goal);
        assert_eq!(found.verdict, Verdict::Met);
    }

    #[test]
    fn a_busy_machine_a_missing_peer_and_too_few_rounds_are_not_judged() {
        let all = [series(OURS, &[95.0; 5]), series("peer", &[100.0; 5])];
        let goal = goal(Figure::Rate, Against::Best(names(&["peer"])), Bound::AtLeast(0.5));
        let why = |missing: &[Missing], load, judging| match judge(&goal, &all, missing, load, judging).verdict {
            Verdict::NotJudged(why) => why,
            other => panic!("{other:?}"),
        };
        let busy = Load {
            steal: 0.02,
            foreign: 0.04,
        };
        assert!(why(&[], busy, true).contains("busy: 2.0 % stolen"));
        assert!(why(&[], Load::default(), false).contains("quick"));
        let absent = Missing {
            name: "peer".to_owned(),
            reason: "not installed".to_owned(),
        };
        assert_eq!(why(&[absent], Load::default(), true), "peer is missing");
        let few = judged(&[95.0; 2], &[("peer", &[100.0; 2])], &goal);
        assert!(matches!(few.verdict, Verdict::NotJudged(why) if why.contains("too few")));
    }

    #[test]
    fn without_figures_there_is_no_ratio() {
        let goal = goal(Figure::P99, Against::Best(names(&["peer"])), Bound::AtMost(1.5));
        let found = judged(&[95.0; 5], &[("peer", &[100.0; 5])], &goal);
        assert_eq!(found.ratio, None);
        assert!(matches!(found.verdict, Verdict::NotJudged(_)));
    }
}
