//! Contenders take turns: A B C, A B C, … so that a slow minute of the machine meets all of them.

use std::fmt;

use anyhow::{Result, bail};
use serde::Serialize;

use crate::judge::{Goal, Judged, judge};
use crate::sample::{Meter, Sample, Work, measure};
use crate::stats::{median, number};

/// The name of the contender that is ours. Without it there is nothing to judge.
pub const OURS: &str = "dropcast";

/// Somebody who does the work of a course. Only [`Contender::work`] is timed.
pub trait Contender {
    fn name(&self) -> &str;

    /// Gets ready, and says whose processor time counts.
    fn prepare(&mut self) -> Result<Meter>;

    fn work(&mut self) -> Result<Work>;

    /// Looks whether it was done right, and cleans up.
    fn finish(&mut self) -> Result<()>;
}

/// What the amount of a course counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    Bytes,
    Operations,
}

/// One task for all contenders, and the goals that hang on it.
pub struct Course {
    pub title: String,
    pub unit: Unit,
    pub contenders: Vec<Box<dyn Contender>>,
    /// Peers that should be here and are not, with the reason.
    pub missing: Vec<Missing>,
    pub goals: Vec<Goal>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub name: String,
    pub reason: String,
}

/// All samples of one contender, a round each.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    pub name: String,
    pub samples: Vec<Sample>,
}

impl Series {
    pub fn figures(&self, figure: impl Fn(&Sample) -> Option<f64>) -> Vec<f64> {
        self.samples.iter().filter_map(figure).collect()
    }

    pub fn median(&self, figure: impl Fn(&Sample) -> Option<f64>) -> Option<f64> {
        median(&self.figures(figure))
    }
}

/// A course that has been run.
#[derive(Debug, Serialize)]
pub struct Outcome {
    pub title: String,
    pub unit: Unit,
    pub series: Vec<Series>,
    pub missing: Vec<Missing>,
    pub load: Load,
    pub judged: Vec<Judged>,
}

/// How busy the machine was with what is not ours, over all measurements of a course.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Load {
    pub steal: f64,
    pub foreign: f64,
}

impl Load {
    fn over(series: &[Series]) -> Self {
        let all = || series.iter().flat_map(|series| &series.samples);
        let time: f64 = all().map(|sample| sample.wall_seconds).sum();
        let share = |figure: fn(&Sample) -> f64| {
            let weighted: f64 = all().map(|sample| figure(sample) * sample.wall_seconds).sum();
            weighted / time.max(f64::EPSILON)
        };
        Self {
            steal: share(|sample| sample.steal),
            foreign: share(|sample| sample.foreign),
        }
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| share * 100.0;
        write!(
            f,
            "{:.1} % stolen by other guests, {:.1} % used by other processes",
            percent(self.steal),
            percent(self.foreign)
        )
    }
}

/// Runs a course. A peer that fails is from then on missing, with its reason; if we fail
/// ourselves, that is the result.
pub fn run(mut course: Course, rounds: usize, judging: bool, say: &mut dyn FnMut(&str)) -> Result<Outcome> {
    let mut series: Vec<Series> = course
        .contenders
        .iter()
        .map(|contender| Series {
            name: contender.name().to_owned(),
            samples: Vec::new(),
        })
        .collect();
    say(&format!("==> {}", course.title));
    for round in 1..=rounds {
        for (contender, series) in course.contenders.iter_mut().zip(&mut series) {
            if course.missing.iter().any(|missing| missing.name == series.name) {
                continue;
            }
            match one_round(contender.as_mut()) {
                Ok(sample) => {
                    say(&line(round, &series.name, course.unit, &sample));
                    series.samples.push(sample);
                }
                Err(error) if series.name == OURS => bail!("{OURS} failed in round {round}: {error:#}"),
                Err(error) => {
                    let reason = format!("failed in round {round}: {error:#}");
                    say(&format!("    {}: {reason}", series.name));
                    course.missing.push(Missing {
                        name: series.name.clone(),
                        reason,
                    });
                }
            }
        }
    }
    series.retain(|series| !course.missing.iter().any(|missing| missing.name == series.name));
    let load = Load::over(&series);
    let judged = course
        .goals
        .iter()
        .map(|goal| judge(goal, &series, &course.missing, load, judging))
        .collect();
    Ok(Outcome {
        title: course.title,
        unit: course.unit,
        series,
        missing: course.missing,
        load,
        judged,
    })
}

fn one_round(contender: &mut dyn Contender) -> Result<Sample> {
    let outcome = contender
        .prepare()
        .and_then(|meter| measure(meter, || contender.work()));
    // Also after a failure: the next one needs the room.
    let finished = contender.finish();
    let sample = outcome?;
    finished?;
    Ok(sample)
}

fn line(round: usize, name: &str, unit: Unit, sample: &Sample) -> String {
    let rate = match unit {
        Unit::Bytes => format!("{:.2} GiB/s", sample.rate / number(1 << 30)),
        Unit::Operations => format!("{:.0} per second", sample.rate),
    };
    format!(
        "    round {round}  {name}: {rate}, {:.2} s, processor {:.2} s",
        sample.wall_seconds, sample.cpu_seconds
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpListener};
    use std::thread;

    use anyhow::ensure;

    use super::*;
    use crate::http::Connection;
    use crate::judge::{Against, Bound, Figure, Verdict};

    const BODY: usize = 8 << 20;

    /// A server of a few lines, in threads of this very process.
    fn thread_server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                thread::spawn(move || {
                    let mut head = [0; 1024];
                    while stream.read(&mut head).is_ok_and(|length| length > 0) {
                        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {BODY}\r\n\r\n");
                        let sent = stream.write_all(answer.as_bytes());
                        if sent.and_then(|()| stream.write_all(&vec![7; BODY])).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        address
    }

    struct Fetch {
        name: String,
        address: SocketAddr,
        expected: u64,
        finished: usize,
    }

    impl Contender for Fetch {
        fn name(&self) -> &str {
            &self.name
        }

        fn prepare(&mut self) -> Result<Meter> {
            Ok(Meter::Server(std::process::id()))
        }

        fn work(&mut self) -> Result<Work> {
            let received = Connection::open(self.address)?.get("/", None, &mut |_| {})?;
            ensure!(received == self.expected, "{received} bytes");
            Ok(Work::of(received))
        }

        fn finish(&mut self) -> Result<()> {
            self.finished += 1;
            Ok(())
        }
    }

    fn course(expected_of_peer: usize) -> Course {
        let address = thread_server();
        let fetch = |name: &str, expected: usize| -> Box<dyn Contender> {
            Box::new(Fetch {
                name: name.to_owned(),
                address,
                expected: expected as u64,
                finished: 0,
            })
        };
        Course {
            title: "fetch".to_owned(),
            unit: Unit::Bytes,
            contenders: vec![fetch(OURS, BODY), fetch("peer", expected_of_peer)],
            missing: Vec::new(),
            goals: vec![Goal {
                text: "no slower".to_owned(),
                figure: Figure::Rate,
                against: Against::Best(vec!["peer".to_owned()]),
                bound: Bound::AtLeast(0.001),
            }],
        }
    }

    #[test]
    fn a_quick_run_measures_everybody_and_judges_nothing() {
        let mut said = Vec::new();
        let outcome = run(course(BODY), 1, false, &mut |line| said.push(line.to_owned())).unwrap();
        for series in &outcome.series {
            let [sample] = series.samples.as_slice() else {
                panic!("{} has not one sample", series.name)
            };
            assert!(sample.wall_seconds > 0.0 && sample.rate > 0.0, "{sample:?}");
            assert!(sample.peak_bytes.is_some_and(|peak| peak > BODY as u64), "{sample:?}");
        }
        assert_eq!(outcome.series.len(), 2);
        assert!(outcome.judged[0].ratio.is_some_and(|ratio| ratio > 0.0));
        assert!(matches!(&outcome.judged[0].verdict, Verdict::NotJudged(why) if why.contains("quick")));
        assert!(said.iter().any(|line| line.contains("round 1  peer")), "{said:?}");
    }

    #[test]
    fn a_peer_that_fails_is_missing_and_the_goal_is_not_judged() {
        let outcome = run(course(BODY + 1), 3, true, &mut |_| {}).unwrap();
        assert_eq!(outcome.series.len(), 1);
        assert_eq!(outcome.series[0].samples.len(), 3);
        assert_eq!(outcome.missing[0].name, "peer");
        assert!(
            outcome.missing[0].reason.contains("round 1"),
            "{}",
            outcome.missing[0].reason
        );
        assert!(matches!(&outcome.judged[0].verdict, Verdict::NotJudged(why) if why.contains("peer")));
    }

    #[test]
    fn when_we_fail_ourselves_there_is_no_report() {
        let mut course = course(BODY);
        course.contenders.push(Box::new(Fetch {
            name: OURS.to_owned(),
            address: thread_server(),
            expected: 1,
            finished: 0,
        }));
        let error = run(course, 1, true, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains("dropcast failed in round 1"), "{error}");
    }

    #[test]
    fn a_long_measurement_weighs_more_than_a_short_one() {
        let sample = |wall_seconds, foreign| Sample {
            wall_seconds,
            foreign,
            ..Sample::default()
        };
        let series = [Series {
            name: OURS.to_owned(),
            samples: vec![sample(9.0, 0.0), sample(1.0, 1.0)],
        }];
        let load = Load::over(&series);
        assert!((load.foreign - 0.1).abs() < 1e-9, "{load}");
    }
}
