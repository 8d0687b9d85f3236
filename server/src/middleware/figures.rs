//! The figures of this process: what they are called, and how they become text.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::{observe, rate};
use crate::lifecycle::Shutdown;

/// Seconds, from a cached answer to a long upload.
const BUCKETS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0];

/// How often what was measured is folded into the buckets when nobody reads the figures.
const UPKEEP: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count, and keeps memory in bounds until the shutdown. The figures are the process's:
/// a second start in the same process goes on with the first one's.
pub fn begin(shutdown: &Shutdown) {
    if RECORDER.get().is_some() {
        return;
    }
    let recorder = RECORDER.get_or_init(install);
    let soft = shutdown.soft().clone();
    shutdown.spawn(async move {
        while soft.run_until_cancelled(tokio::time::sleep(UPKEEP)).await.is_some() {
            recorder.run_upkeep();
        }
    });
}

/// The figures as Prometheus reads them.
pub fn exposition() -> String {
    RECORDER.get().map(PrometheusHandle::render).unwrap_or_default()
}

fn install() -> PrometheusHandle {
    let builder = PrometheusBuilder::new();
    let seconds = [observe::DURATION, queue::figures::SECONDS];
    let builder = seconds.into_iter().try_fold(builder, |builder, name| {
        builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), &BUCKETS)
    });
    // Only an empty list of buckets is refused.
    let builder = builder.unwrap_or_else(|_| PrometheusBuilder::new());
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("somebody else counts in this process; /metrics stays empty");
    }
    metrics::describe_counter!(observe::REQUESTS, "Requests by route, method and class of status.");
    metrics::describe_histogram!(
        observe::DURATION,
        "Seconds from a request's head to the end of its answer."
    );
    metrics::describe_gauge!(observe::IN_FLIGHT, "Requests that have begun and not yet ended.");
    metrics::describe_counter!(observe::BYTES, "Bytes of answers' bodies.");
    metrics::describe_counter!(rate::REFUSED, "Requests refused for coming too often, by class.");
    queue::figures::describe();
    bus::describe_figures();
    handle
}
