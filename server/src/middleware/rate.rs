//! How often one client may ask, by class of route. Above that: 429 with the seconds to wait.
//!
//! The counts live in this process. A client is an address; of an IPv6 address the first 64 bits,
//! because whoever has one has them all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use wire::error::ErrorCode;

use super::client::Client;
use super::request::RequestInfo;
use crate::config::Limits;
use crate::http::problem::ApiError;
use crate::http::table::RateClass;
use crate::state::AppState;

/// Requests refused, by class.
pub const REFUSED: &str = "http_requests_rate_limited_total";

/// Each so many requests of a class, clients that have been quiet are forgotten.
const TIDY_EVERY: u32 = 1024;

/// With more clients than this in one class, neighbours share an allowance, so that no flood of
/// addresses can fill the memory.
const MOST_CLIENTS: usize = 65_536;

/// One allowance per class and client.
pub struct RateLimits {
    page: Allowance,
    api: Allowance,
    upload: Allowance,
    download: Allowance,
    asset: Allowance,
    health: Allowance,
    preferences: Allowance,
}

struct Allowance {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
    asked: AtomicU32,
    most_clients: usize,
}

pub async fn limit(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<RequestInfo>().and_then(|info| info.route);
    // What has no row costs a page, the dearest of the small things.
    let class = route.map_or(RateClass::Page, |route| route.rate);
    let client = request
        .extensions()
        .get::<Client>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.address);
    match state.rates().of(class).take(client) {
        Ok(()) => next.run(request).await,
        Err(wait) => {
            metrics::counter!(REFUSED, "class" => format!("{class:?}").to_lowercase()).increment(1);
            ApiError::new(ErrorCode::RateLimited).retry_after(wait).into_response()
        }
    }
}

impl RateLimits {
    pub fn new(limits: &Limits) -> Self {
        Self {
            page: Allowance::per_minute(limits.page),
            api: Allowance::per_minute(limits.api),
            upload: Allowance::per_minute(limits.upload),
            download: Allowance::per_minute(limits.download),
            asset: Allowance::per_minute(limits.asset),
            health: Allowance::per_minute(limits.health),
            preferences: Allowance::per_minute(limits.preferences),
        }
    }

    fn of(&self, class: RateClass) -> &Allowance {
        match class {
            RateClass::Page => &self.page,
            RateClass::Api => &self.api,
            RateClass::Upload => &self.upload,
            RateClass::Download => &self.download,
            RateClass::Asset => &self.asset,
            RateClass::Health => &self.health,
            RateClass::Preferences => &self.preferences,
        }
    }
}

impl Allowance {
    fn per_minute(requests: NonZeroU32) -> Self {
        Self {
            limiter: RateLimiter::keyed(Quota::per_minute(requests)),
            clock: DefaultClock::default(),
            asked: AtomicU32::new(0),
            most_clients: MOST_CLIENTS,
        }
    }

    /// Takes one request from the client's allowance, or says how many seconds to wait.
    fn take(&self, client: IpAddr) -> Result<(), u64> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % TIDY_EVERY == TIDY_EVERY - 1 {
            self.limiter.retain_recent();
        }
        let crowded = self.limiter.len() >= self.most_clients;
        let refused = match self.limiter.check_key(&key(client, crowded)) {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        };
        let wait = refused.wait_time_from(self.clock.now());
        let rounding = u64::from(wait > Duration::from_secs(wait.as_secs()));
        Err((wait.as_secs() + rounding).max(1))
    }
}

/// Who shares an allowance with this address.
fn key(client: IpAddr, crowded: bool) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            if crowded {
                Ipv4Addr::new(a, b, 0, 0).into()
            } else {
                Ipv4Addr::new(a, b, c, d).into()
            }
        }
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            let (c, d) = if crowded { (0, 0) } else { (c, d) };
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three_a_minute() -> Allowance {
        Allowance::per_minute(NonZeroU32::new(3).expect("not zero"))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn above_the_allowance_one_waits_and_others_do_not() {
        let allowance = three_a_minute();
        for _ in 0..3 {
            assert_eq!(allowance.take(address("203.0.113.9")), Ok(()));
        }
        let wait = allowance
            .take(address("203.0.113.9"))
            .expect_err("a fourth is too many");
        assert!((1..=20).contains(&wait), "{wait}");
        assert_eq!(allowance.take(address("203.0.113.10")), Ok(()));
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        let allowance = three_a_minute();
        for host in 1..=3 {
            assert_eq!(allowance.take(address(&format!("2001:db8:1:2::{host}"))), Ok(()));
        }
        assert!(allowance.take(address("2001:db8:1:2:ffff::1")).is_err());
        assert_eq!(allowance.take(address("2001:db8:1:3::1")), Ok(()));
    }

    #[test]
    fn a_flood_of_addresses_does_not_fill_the_memory() {
        let allowance = Allowance {
            most_clients: 100,
            ..three_a_minute()
        };
        for number in 0..10_000_u32 {
            let _ = allowance.take(Ipv4Addr::from(0x0a00_0000 + number).into());
        }
        assert!(allowance.limiter.len() <= 101, "{}", allowance.limiter.len());
    }
}
