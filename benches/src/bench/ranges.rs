//! Goal 2: sixty-four readers that jump about in a large file, as players and viewers do.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};

use super::download::verify;
use super::{Findings, Hosts, Plan, mebibytes};
use crate::http::Connection;
use crate::judge::{Against, Bound, Figure, Goal};
use crate::peers::{Host, nginx};
use crate::runner::{Contender, Course, Unit};
use crate::sample::{Meter, Work};
use crate::scratch::Random;
use crate::server::Server;

const CONNECTIONS: u64 = 64;
const RANGE_BYTES: u64 = 1 << 20;
/// Twice the file, so that a round takes some seconds.
const PASSES: u64 = 2;

pub fn run(plan: &Plan) -> Result<Findings> {
    let source = plan.source()?;
    let Hosts {
        ready: hosts,
        missing,
        versions,
    } = Hosts::gather(plan, &source, false)?;
    for host in &hosts {
        verify(host, &source).with_context(|| format!("what {} sends", host.name))?;
    }
    let requests = PASSES * source.size / RANGE_BYTES;
    let contenders = hosts.into_iter().map(|host| -> Box<dyn Contender> {
        Box::new(Ranges {
            host,
            size: source.size,
            requests,
            server: None,
        })
    });
    let goal = |text: &str, figure, bound| Goal {
        text: text.to_owned(),
        figure,
        against: Against::Best(nginx::names()),
        bound,
    };
    let course = Course {
        title: format!("{requests} random ranges of 1 MiB over {CONNECTIONS} connections"),
        unit: Unit::Operations,
        contenders: contenders.collect(),
        missing,
        goals: vec![
            goal("as fast as 0.85 × nginx", Figure::Rate, Bound::AtLeast(0.85)),
            goal("p99 no later than 1.5 × nginx", Figure::P99, Bound::AtMost(1.5)),
        ],
    };
    Ok(Findings {
        title: "Random ranges of one large file",
        method: vec![
            format!(
                "Ranges of 1 MiB that begin at random bytes of a file of {}, in the page cache, over loopback HTTP/1.1 \
                 without TLS. Every contender gets the same ones. {CONNECTIONS} connections stay open; each asks \
                 anew when its answer has come. A latency is from the first byte asked to the last one received.",
                mebibytes(plan.size)
            ),
            "Each server runs only while it is measured, and sent the whole file once before, whose SHA-256 was \
             compared. nginx: one worker per processor, no access log; in each figure the better of its two forms \
             counts. Dropcast: its defaults with the limits on requests raised."
                .to_owned(),
        ],
        versions,
        outcomes: vec![plan.run(course)?],
    })
}

struct Ranges {
    host: Host,
    size: u64,
    requests: u64,
    server: Option<Server>,
}

impl Contender for Ranges {
    fn name(&self) -> &str {
        &self.host.name
    }

    fn prepare(&mut self) -> Result<Meter> {
        let server = (self.host.start)()?;
        let meter = Meter::Server(server.id());
        Connection::open(server.address())?.get(&self.host.path, Some(&(0..1)), &mut |_| {})?;
        self.server = Some(server);
        Ok(meter)
    }

    fn work(&mut self) -> Result<Work> {
        let address = self.server.as_ref().context("not started")?.address();
        let taken = AtomicU64::new(0);
        let reader = || -> Result<Vec<Duration>> {
            let mut connection = Connection::open(address)?;
            let mut latencies = Vec::new();
            loop {
                let number = taken.fetch_add(1, Ordering::Relaxed);
                if number >= self.requests {
                    return Ok(latencies);
                }
                let begin = place(number, self.size);
                let asked = Instant::now();
                connection.get(&self.host.path, Some(&(begin..begin + RANGE_BYTES)), &mut |_| {})?;
                latencies.push(asked.elapsed());
            }
        };
        let latencies = thread::scope(|scope| {
            let readers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(reader)).collect();
            let mut all = Vec::new();
            for reader in readers {
                all.extend(reader.join().map_err(|_| anyhow!("a connection panicked"))??);
            }
            Ok::<_, anyhow::Error>(all)
        })?;
        Ok(Work {
            amount: self.requests,
            latencies,
        })
    }

    fn finish(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Server::stop)
    }
}

/// Where the range with this number begins.
const fn place(number: u64, size: u64) -> u64 {
    let mut random = Random::new(number + 1);
    // The first ones still resemble their seeds.
    random.next();
    random.next();
    random.next() % (size - RANGE_BYTES + 1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{RANGE_BYTES, place};

    #[test]
    fn places_lie_inside_and_all_over_the_file() {
        let size = 64 << 20;
        let places: Vec<u64> = (0..1000).map(|number| place(number, size)).collect();
        assert!(places.iter().all(|begin| begin + RANGE_BYTES <= size));
        let eighths: HashSet<u64> = places.iter().map(|begin| begin * 8 / size).collect();
        assert_eq!(eighths.len(), 8);
        assert!(places.iter().collect::<HashSet<_>>().len() > 990);
        assert_eq!(place(7, RANGE_BYTES), 0);
    }
}
