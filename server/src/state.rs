//! What every handler and every layer may reach: made once at the start, cloned for each request.

use std::sync::Arc;

use app::context::FrontEnd;
use domain::ambient::Ambient;
use service::Services;

use crate::config::Config;
use crate::http::health::Probe;
use crate::lifecycle::Shutdown;
use crate::middleware::client::ClientRules;
use crate::middleware::rate::RateLimits;

/// What the state is made of.
pub struct StateParts {
    pub services: Services,
    pub config: Arc<Config>,
    pub ambient: Arc<dyn Ambient>,
    pub shutdown: Shutdown,
}

/// The state of the running server. A clone is a pointer.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    parts: StateParts,
    front: Arc<FrontEnd>,
    clients: ClientRules,
    rates: RateLimits,
    probe: Probe,
}

impl AppState {
    pub fn new(parts: StateParts) -> Self {
        let clients = ClientRules::new(&parts.config.server);
        let rates = RateLimits::new(&parts.config.limits);
        Self(Arc::new(Inner {
            parts,
            front: crate::front::front_end(),
            clients,
            rates,
            probe: Probe::default(),
        }))
    }

    pub fn services(&self) -> &Services {
        &self.0.parts.services
    }

    pub fn config(&self) -> &Config {
        &self.0.parts.config
    }

    pub fn ambient(&self) -> &dyn Ambient {
        self.0.parts.ambient.as_ref()
    }

    pub fn shutdown(&self) -> &Shutdown {
        &self.0.parts.shutdown
    }

    /// Where pages find their script and style.
    pub fn front(&self) -> &Arc<FrontEnd> {
        &self.0.front
    }

    pub fn clients(&self) -> &ClientRules {
        &self.0.clients
    }

    pub fn rates(&self) -> &RateLimits {
        &self.0.rates
    }

    /// The latest health report, shared by those who ask at the same time.
    pub fn probe(&self) -> &Probe {
        &self.0.probe
    }
}
