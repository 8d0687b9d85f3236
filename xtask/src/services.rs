//! The databases for a whole test run, started by `testkit-services`.
//!
//! It prints `NAME=value` lines for the environment of the tests, then an empty line, and stops
//! what it started when its input closes: also when this process is killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::house::House;
use crate::process;

pub struct Services {
    child: Child,
    pub variables: Vec<(String, String)>,
}

impl Services {
    pub fn start(house: &House) -> Result<Self> {
        let mut child = house
            .program(house.built("dev", "testkit-services"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting testkit-services")?;
        let stdout = child.stdout.take().context("its output is a pipe")?;
        let mut variables = Vec::new();
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            if line.is_empty() {
                return Ok(Self { child, variables });
            }
            let (name, value) = line.split_once('=').context("testkit-services prints NAME=value")?;
            variables.push((name.to_owned(), value.to_owned()));
        }
        child.wait()?;
        bail!("testkit-services ended before PostgreSQL and Redis were ready");
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let gone = process::wait(&mut self.child, Duration::from_secs(20));
        if !matches!(gone, Ok(Some(_))) {
            eprintln!("testkit-services (process {}) does not stop", self.child.id());
        }
    }
}
