//! How the parts are doing.
//!
//! Each is asked something small that passes through all of it, at the same time as the others, and
//! not waited for longer than [`LIMIT`]. What a part said about its trouble goes to the log; the
//! report says only which part it is.

use std::fmt::Display;
use std::time::Duration;

use blob::Probe;
use futures::future::{OptionFuture, join3};
use tokio::time::{Instant, timeout};
use wire::health::{HealthCheck, HealthPart, HealthReport, HealthState};

use crate::Parts;

/// A part that takes longer is down for practical purposes.
const LIMIT: Duration = Duration::from_secs(2);
/// Storage is degraded when less than this many times the floor is free: uploads still work, and
/// somebody should make room before they stop.
const FLOORS_TO_WARN_AT: u64 = 2;

pub(crate) async fn report(parts: &Parts) -> HealthReport {
    let (database, storage, redis) = join3(database(parts), storage(parts), OptionFuture::from(redis(parts))).await;
    let checks: Vec<_> = [database, storage].into_iter().chain(redis).collect();
    HealthReport {
        state: checks.iter().map(weight).max().unwrap_or(HealthState::Ok),
        version: parts.version.to_owned(),
        maintenance: false,
        checks,
    }
}

/// What a part's state means for the whole. Without Redis everything still works, only slower.
fn weight(check: &HealthCheck) -> HealthState {
    match check.part {
        HealthPart::Database | HealthPart::Storage => check.state,
        HealthPart::Redis => check.state.min(HealthState::Degraded),
    }
}

async fn database(parts: &Parts) -> HealthCheck {
    let kind = parts.store.engine().name();
    let (check, _) = ask(HealthPart::Database, kind, parts.store.ping()).await;
    check
}

async fn storage(parts: &Parts) -> HealthCheck {
    let (check, found) = ask(HealthPart::Storage, parts.blobs.kind(), parts.blobs.probe()).await;
    match found {
        Some(probe) => HealthCheck {
            state: room(probe),
            free_bytes: probe.free_bytes,
            ..check
        },
        None => check,
    }
}

fn redis(parts: &Parts) -> Option<impl Future<Output = HealthCheck>> {
    let redis = parts.redis.as_ref()?;
    Some(async move {
        let (check, _) = ask(HealthPart::Redis, "redis", redis.ping()).await;
        check
    })
}

/// Whether there is room enough for a while.
fn room(probe: Probe) -> HealthState {
    match probe.free_bytes {
        Some(free) if free < probe.floor_bytes.saturating_mul(FLOORS_TO_WARN_AT) => HealthState::Degraded,
        _ => HealthState::Ok,
    }
}

/// Asks one part, and says how long its answer took and what it was.
async fn ask<T, E: Display>(
    part: HealthPart,
    kind: &str,
    question: impl Future<Output = Result<T, E>>,
) -> (HealthCheck, Option<T>) {
    let begun = Instant::now();
    let answer = match timeout(LIMIT, question).await {
        Ok(Ok(answer)) => Some(answer),
        Ok(Err(error)) => {
            tracing::warn!(?part, kind, %error, "a part is down");
            None
        }
        Err(_) => {
            tracing::warn!(?part, kind, limit_ms = millis(LIMIT), "a part does not answer");
            None
        }
    };
    let check = HealthCheck {
        part,
        state: if answer.is_some() {
            HealthState::Ok
        } else {
            HealthState::Down
        },
        kind: kind.to_owned(),
        latency_ms: millis(begun.elapsed()),
        free_bytes: None,
    };
    (check, answer)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn storage_warns_before_it_is_full() {
        let state = |free_bytes, floor_bytes| {
            room(Probe {
                free_bytes,
                floor_bytes,
            })
        };
        assert_eq!(state(Some(1000), 500), HealthState::Ok);
        assert_eq!(state(Some(999), 500), HealthState::Degraded);
        assert_eq!(state(Some(0), 0), HealthState::Ok);
        assert_eq!(state(None, 500), HealthState::Ok);
    }
}
