//! How often one client may ask, by class of route. Above that: 429 with the seconds to wait.
//!
//! One node counts by itself; several count together, so that a client gains nothing by going from
//! one to the next. Only health is asked of each node for itself: whoever asks wants to know about
//! this one, and no other part may stand between the question and the answer.

use std::net::{IpAddr, Ipv4Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use guard::{Kind, Limit, Refused};
use wire::error::ErrorCode;

use super::client::Client;
use super::request::RequestInfo;
use crate::config::Limits;
use crate::http::problem::ApiError;
use crate::http::table::RateClass;
use crate::state::AppState;

/// Requests refused, by class.
pub const REFUSED: &str = "http_requests_rate_limited_total";

/// What one client may ask in each class.
pub struct RateLimits(Limits);

pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<RequestInfo>().and_then(|info| info.route);
    // What has no row costs a page, the dearest of the small things.
    let class = route.map_or(RateClass::Page, |route| route.rate);
    let client = request
        .extensions()
        .get::<Client>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.address);
    let limit = state.rates().of(class);
    match state.services().allowances().take(&limit, client, 1).await {
        Ok(()) => next.run(request).await,
        Err(Refused::Wait(seconds)) => {
            metrics::counter!(REFUSED, "class" => limit.name).increment(1);
            ApiError::new(ErrorCode::RateLimited)
                .retry_after(seconds)
                .into_response()
        }
        Err(Refused::Unavailable) => ApiError::new(ErrorCode::Unavailable).into_response(),
    }
}

impl RateLimits {
    pub fn new(limits: &Limits) -> Self {
        Self(*limits)
    }

    fn of(&self, class: RateClass) -> Limit {
        match class {
            RateClass::Page => per_minute("page", self.0.page, Kind::Swift),
            RateClass::Api => per_minute("api", self.0.api, Kind::Swift),
            RateClass::Upload => per_minute("upload", self.0.upload, Kind::Swift),
            RateClass::Download => per_minute("download", self.0.download, Kind::Swift),
            RateClass::Asset => per_minute("asset", self.0.asset, Kind::Swift),
            RateClass::Health => per_minute("health", self.0.health, Kind::Local),
            RateClass::Preferences => per_minute("preferences", self.0.preferences, Kind::Swift),
        }
    }
}

fn per_minute(name: &'static str, burst: NonZeroU32, kind: Kind) -> Limit {
    Limit {
        name,
        burst,
        per: Duration::from_mins(1),
        kind,
    }
}
