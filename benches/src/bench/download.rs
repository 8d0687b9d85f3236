//! Goal 1: a large file over one connection, and over eight that fetch an eighth each.

use std::ops::Range;
use std::rc::Rc;
use std::thread;

use anyhow::{Context as _, Result, anyhow, ensure};
use sha2::{Digest as _, Sha256};

use super::{Findings, Hosts, Plan, mebibytes};
use crate::http::Connection;
use crate::judge::{Against, Bound, Figure, Goal};
use crate::peers::{Host, miniserve, nginx};
use crate::runner::{Contender, Course, Missing, Unit};
use crate::sample::{Meter, Work};
use crate::scratch::{Source, hex};
use crate::server::Server;

const CONNECTIONS: [u64; 2] = [1, 8];

pub fn run(plan: &Plan) -> Result<Findings> {
    let source = plan.source()?;
    let Hosts {
        ready: hosts,
        missing,
        versions,
    } = Hosts::gather(plan, &source, true)?;
    for host in &hosts {
        verify(host, &source).with_context(|| format!("what {} sends", host.name))?;
    }
    let outcomes = CONNECTIONS
        .iter()
        .map(|connections| plan.run(course(&hosts, &missing, &source, *connections)))
        .collect::<Result<_>>()?;
    Ok(Findings {
        title: "Download of one large file",
        method: vec![
            format!(
                "{} of noise, in the page cache, over loopback HTTP/1.1 without TLS. With 8 connections each fetches \
                 an eighth of the file by `Range`.",
                mebibytes(plan.size)
            ),
            "The client reads into a buffer of 1 MiB and drops the bytes; it has the same processors as the server. \
             Each server runs only while it is measured, and was asked for the whole file once before, whose \
             SHA-256 was compared."
                .to_owned(),
            "nginx: one worker per processor, `tcp_nopush`, `output_buffers 2 1m`, no access log; in each figure the \
             better of its two forms counts. Dropcast: its defaults with the limits on requests raised."
                .to_owned(),
        ],
        versions,
        outcomes,
    })
}

fn course(hosts: &[Host], missing: &[Missing], source: &Rc<Source>, connections: u64) -> Course {
    let goal = |text: &str, figure, against: Against, bound| Goal {
        text: text.to_owned(),
        figure,
        against,
        bound,
    };
    let nginx = || Against::Best(nginx::names());
    let contenders = hosts.iter().map(|host| -> Box<dyn Contender> {
        Box::new(Download {
            host: host.clone(),
            size: source.size,
            connections,
            server: None,
        })
    });
    Course {
        title: format!(
            "{} over {connections} connection{}",
            mebibytes(source.size),
            if connections == 1 { "" } else { "s" }
        ),
        unit: Unit::Bytes,
        contenders: contenders.collect(),
        missing: missing.to_vec(),
        goals: vec![
            goal("as fast as 0.90 × nginx", Figure::Rate, nginx(), Bound::AtLeast(0.90)),
            goal(
                "as fast as 1.2 × miniserve",
                Figure::Rate,
                Against::Best(vec![miniserve::NAME.to_owned()]),
                Bound::AtLeast(1.2),
            ),
            goal(
                "no more processor time than 1.3 × nginx",
                Figure::Cpu,
                nginx(),
                Bound::AtMost(1.3),
            ),
        ],
    }
}

struct Download {
    host: Host,
    size: u64,
    connections: u64,
    server: Option<Server>,
}

impl Contender for Download {
    fn name(&self) -> &str {
        &self.host.name
    }

    fn prepare(&mut self) -> Result<Meter> {
        let server = (self.host.start)()?;
        let meter = Meter::Server(server.id());
        // What only happens once does not belong to the figure.
        Connection::open(server.address())?.get(&self.host.path, Some(&(0..1)), &mut |_| {})?;
        self.server = Some(server);
        Ok(meter)
    }

    fn work(&mut self) -> Result<Work> {
        let address = self.server.as_ref().context("not started")?.address();
        let path = &self.host.path;
        if self.connections == 1 {
            return Connection::open(address)?.get(path, None, &mut |_| {}).map(Work::of);
        }
        let received = thread::scope(|scope| {
            let fetch =
                |part: Range<u64>| scope.spawn(move || Connection::open(address)?.get(path, Some(&part), &mut |_| {}));
            let all: Vec<_> = parts(self.size, self.connections).map(fetch).collect();
            all.into_iter()
                .map(|thread| thread.join().map_err(|_| anyhow!("a connection panicked"))?)
                .sum::<Result<u64>>()
        })?;
        ensure!(received == self.size, "{received} of {} bytes", self.size);
        Ok(Work::of(received))
    }

    fn finish(&mut self) -> Result<()> {
        self.server.take().map_or(Ok(()), Server::stop)
    }
}

/// Equal shares; the last takes what is left over.
fn parts(size: u64, count: u64) -> impl Iterator<Item = Range<u64>> {
    let share = size / count;
    (0..count).map(move |number| {
        let end = if number + 1 == count {
            size
        } else {
            (number + 1) * share
        };
        number * share..end
    })
}

/// Fetches the whole file and compares its hash.
pub fn verify(host: &Host, source: &Source) -> Result<()> {
    let server = (host.start)()?;
    let mut hash = Sha256::new();
    Connection::open(server.address())?.get(&host.path, None, &mut |piece| hash.update(piece))?;
    ensure!(hex(&hash.finalize()) == source.sha256, "the content is not the same");
    server.stop()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn the_parts_are_the_whole() {
        let found: Vec<_> = parts(100, 8).collect();
        assert_eq!((found.len(), found[0].clone(), found[7].clone()), (8, 0..12, 84..100));
        assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert!(parts(5, 1).eq(std::iter::once(0..5)));
    }
}
