//! How we are: for load balancers in a word, for people who run us in detail.

use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Access;
use http::{Method, StatusCode};
use service::Services;
use tokio::sync::Mutex;
use utoipa::openapi::path::OperationBuilder;
use wire::health::{HealthReport, HealthState};

use super::openapi::Describe as _;
use super::table::{Kind, RateClass, Route};
use crate::state::AppState;

/// Within this time everybody gets the same report, so that probes cannot hammer what they probe.
const FRESH_FOR: Duration = Duration::from_secs(1);

pub fn rows() -> Vec<Route> {
    let row = |template, access, about, handler, document| Route {
        method: Method::GET,
        template,
        access,
        rate: RateClass::Health,
        kind: Kind::Api,
        about,
        handler,
        document: Some(document),
    };
    vec![
        row(
            "/healthz",
            Access::Public,
            "Says that the process is alive.",
            || get(alive),
            |operation| operation.answers_text(200, "`ok`"),
        ),
        row(
            "/readyz",
            Access::Public,
            "Says whether this node should get requests.",
            || get(ready),
            |operation| {
                operation
                    .answers_text(200, "`ready`")
                    .answers_text(503, "`draining` while shutting down, `not ready` while a part is down.")
            },
        ),
        row(
            "/health",
            Access::Operator,
            "Reports on each part, like `/health/`.",
            || get(health),
            report,
        ),
        row(
            "/health/",
            Access::Operator,
            "Reports on each part with its state and latency.",
            || get(health),
            report,
        ),
    ]
}

fn report(operation: OperationBuilder) -> OperationBuilder {
    operation
        .answers::<HealthReport>(200, "All parts work, perhaps not all of them well.")
        .answers::<HealthReport>(503, "A part is down.")
}

pub async fn alive() -> &'static str {
    "ok"
}

async fn ready(State(state): State<AppState>) -> Response {
    if state.shutdown().is_draining() {
        return (StatusCode::SERVICE_UNAVAILABLE, "draining").into_response();
    }
    match state.probe().report(state.services()).await.state {
        HealthState::Down => (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response(),
        HealthState::Ok | HealthState::Degraded => "ready".into_response(),
    }
}

async fn health(State(state): State<AppState>) -> Response {
    let mut report = state.probe().report(state.services()).await;
    report.maintenance = state.config().server.maintenance.is_on();
    let status = if report.state == HealthState::Down {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    (status, Json(report)).into_response()
}

/// The latest report. Whoever asks while it is being made waits for the same one.
#[derive(Default)]
pub struct Probe(Mutex<Option<(Instant, HealthReport)>>);

impl Probe {
    pub async fn report(&self, services: &Services) -> HealthReport {
        self.report_by(|| services.health()).await
    }

    async fn report_by<F: Future<Output = HealthReport>>(&self, make: impl FnOnce() -> F) -> HealthReport {
        let mut latest = self.0.lock().await;
        if let Some((made, report)) = latest.as_ref()
            && made.elapsed() < FRESH_FOR
        {
            return report.clone();
        }
        let report = make().await;
        *latest = Some((Instant::now(), report.clone()));
        report
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_get_one_report() {
        let (probe, made) = (Probe::default(), AtomicU32::new(0));
        let ask = || {
            probe.report_by(|| async {
                made.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                HealthReport {
                    state: HealthState::Ok,
                    version: "0".to_owned(),
                    maintenance: false,
                    checks: Vec::new(),
                }
            })
        };
        futures::future::join_all((0..50).map(|_| ask())).await;
        assert_eq!(made.load(Ordering::Relaxed), 1);
    }
}
