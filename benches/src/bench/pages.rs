//! Goal 16, the server's part: Home rendered a hundred times a second.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, ensure};

use super::{Findings, Plan};
use crate::http::Connection;
use crate::judge::{Against, Bound, Figure, Goal};
use crate::peers::dropcast;
use crate::runner::{Contender, Course, OURS, Unit};
use crate::sample::{Meter, Work};
use crate::server::Server;

/// Requests come at this pace whether or not earlier ones are answered.
const PACE: Duration = Duration::from_millis(10);
const REQUESTS: u32 = 1000;
const QUICK_REQUESTS: u32 = 100;
/// Enough that nobody waits for a free one.
const VISITORS: u32 = 16;
/// As many as Home shows.
const FILES: usize = 40;
const LIMIT: Duration = Duration::from_millis(10);
const CLOCK: &str = "a clock that rings after 10 ms";

pub fn run(plan: &Plan) -> Result<Findings> {
    let requests = if plan.quick { QUICK_REQUESTS } else { REQUESTS };
    let course = Course {
        title: format!("{requests} times Home, 100 a second"),
        unit: Unit::Operations,
        contenders: vec![
            Box::new(Home {
                binary: plan.binary.clone(),
                folder: plan.scratch.fresh(OURS)?,
                requests,
                server: None,
            }),
            Box::new(Clock { requests }),
        ],
        missing: Vec::new(),
        goals: vec![Goal {
            text: "99 of 100 pages within 10 ms (the goal asks for 95)".to_owned(),
            figure: Figure::P99,
            against: Against::Worst(vec![CLOCK.to_owned()]),
            bound: Bound::AtMost(1.0),
        }],
    };
    Ok(Findings {
        title: "Home, rendered on the server",
        method: vec![format!(
            "A request for Home every {} ms, each over a new connection of loopback HTTP/1.1 without TLS, whatever \
             became of those before. A latency is from the moment a request was due to the last byte of its answer, \
             so that waiting in line counts. {FILES} files are there. Dropcast: its defaults with the limits on \
             requests raised.",
            PACE.as_millis()
        )],
        versions: Vec::new(),
        outcomes: vec![plan.run(course)?],
    })
}

struct Home {
    binary: PathBuf,
    folder: PathBuf,
    requests: u32,
    server: Option<Server>,
}

impl Home {
    /// Puts the files there, once; later rounds find them.
    fn fill(&self, address: SocketAddr) -> Result<()> {
        let file = self.folder.join("file");
        if file.exists() {
            return Ok(());
        }
        for number in 0..FILES {
            fs::write(&file, format!("file {number}"))?;
            let path = format!("/api/v1/files/{number}.txt");
            let answer = Connection::open(address)?.call("PUT", &path, &[], Some(&File::open(&file)?))?;
            ensure!(answer.status == 201, "{}: {}", answer.status, answer.body);
        }
        Ok(())
    }
}

impl Contender for Home {
    fn name(&self) -> &str {
        OURS
    }

    fn prepare(&mut self) -> Result<Meter> {
        let server = dropcast::start(&self.binary, &self.folder)?;
        let meter = Meter::Server(server.id());
        self.fill(server.address())?;
        for _ in 0..VISITORS {
            look(server.address())?;
        }
        self.server = Some(server);
        Ok(meter)
    }

    fn work(&mut self) -> Result<Work> {
        let address = self.server.as_ref().context("not started")?.address();
        let begin = Instant::now();
        let visitor = |first: u32| -> Result<Vec<Duration>> {
            let mut latencies = Vec::new();
            for number in (first..self.requests).step_by(VISITORS as usize) {
                let due = begin + PACE * number;
                thread::sleep(due.saturating_duration_since(Instant::now()));
                look(address)?;
                latencies.push(due.elapsed());
            }
            Ok(latencies)
        };
        let latencies = thread::scope(|scope| {
            let visitors: Vec<_> = (0..VISITORS)
                .map(|first| {
                    scope.spawn({
                        let visitor = &visitor;
                        move || visitor(first)
                    })
                })
                .collect();
            let mut all = Vec::new();
            for visitor in visitors {
                all.extend(visitor.join().map_err(|_| anyhow!("a visitor panicked"))??);
            }
            Ok::<_, anyhow::Error>(all)
        })?;
        Ok(Work {
            amount: u64::from(self.requests),
            latencies,
        })
    }

    fn finish(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Server::stop)
    }
}

/// One look at Home, which has to be whole.
fn look(address: SocketAddr) -> Result<()> {
    let answer = Connection::open(address)?.call("GET", "/", &[], None)?;
    ensure!(answer.status == 200, "Home answered {}", answer.status);
    ensure!(
        answer.body.contains("file-row") && answer.body.contains("</html>"),
        "Home is not whole"
    );
    Ok(())
}

/// The limit, as somebody who keeps exactly to it.
struct Clock {
    requests: u32,
}

impl Contender for Clock {
    fn name(&self) -> &str {
        CLOCK
    }

    fn prepare(&mut self) -> Result<Meter> {
        Ok(Meter::Programs)
    }

    fn work(&mut self) -> Result<Work> {
        thread::sleep(PACE * self.requests / 10);
        Ok(Work {
            amount: u64::from(self.requests),
            latencies: vec![LIMIT; self.requests as usize],
        })
    }

    fn finish(&mut self) -> Result<()> {
        Ok(())
    }
}
