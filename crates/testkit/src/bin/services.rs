//! Starts PostgreSQL and Redis for a whole test run.
//!
//! Prints one `NAME=value` line for each, ready for the environment of the tests, then an empty
//! line. Both stop when its standard input closes, so they go with whoever started them.

use std::io::{self, Read as _, Write as _};

use testkit::postgres::{self, PostgresServer};
use testkit::redis::{self, RedisServer};

fn main() -> anyhow::Result<()> {
    let postgres = PostgresServer::start()?;
    let redis = RedisServer::start()?;

    let mut out = io::stdout().lock();
    writeln!(out, "{}={}", postgres::URL_VARIABLE, postgres.url())?;
    writeln!(out, "{}={}\n", redis::URL_VARIABLE, redis.url())?;
    out.flush()?;

    // Nobody writes: this returns when the other end is gone.
    io::stdin().lock().read_to_end(&mut Vec::new())?;
    Ok(())
}
