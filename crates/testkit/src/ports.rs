//! Ports for servers that have to come back to the same one.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::bail;

use crate::ambient::Chance;

/// Below the range from which the system gives ports to clients: while a server is down, no
/// connection of somebody else may happen to begin at its port.
const LOWEST: u16 = 12_000;
const COUNT: u64 = 20_000;
const TRIES: usize = 1_000;

/// A port that was free a moment ago. Another process may be quicker, so callers say who listens.
pub(crate) fn free() -> anyhow::Result<u16> {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let mut chance = Chance::seeded(u64::from(std::process::id()) << 32 | call);
    for _ in 0..TRIES {
        let port = LOWEST + u16::try_from(chance.below(COUNT))?;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no port is free between {LOWEST} and {}", u64::from(LOWEST) + COUNT)
}
