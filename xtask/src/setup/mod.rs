//! What a bare machine lacks: found out first, installed only where missing, and said aloud.
//!
//! As root on Debian or Ubuntu it installs; elsewhere it prints the exact command and stops, for
//! nobody wants a build that calls `sudo` by itself. The second time all of this takes a moment.

mod apt;
mod npm;
pub mod peers;
mod programs;
mod rust_wasm;

use std::time::Instant;

use anyhow::Result;

use crate::house::House;
use crate::steps::{Steps, seconds};

pub use apt::is_root;
pub use npm::wasm_opt;
pub use rust_wasm::present as toolchain;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// A compiler for both sides and the files from npm.
    Building,
    /// Also a browser, the databases of a cluster and ffmpeg.
    Tests,
}

pub fn ensure(house: &mut House, steps: &mut Steps, purpose: For) -> Result<()> {
    let started = Instant::now();
    programs::ensure(steps, purpose)?;
    house.toolchain = rust_wasm::ensure(steps)?;
    npm::ensure(house, steps)?;
    println!(
        "set-up complete ({}), building in {}",
        seconds(started.elapsed()),
        house.target.display()
    );
    Ok(())
}
