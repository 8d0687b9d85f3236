//! From a configuration to a running server or worker, or to one sentence that says why not.
//!
//! The order matters. What fails most often and creates nothing comes first: the ports, then what
//! [`foundation`] needs.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use domain::ambient::Ambient;
use service::Services;
use tokio::net::TcpListener;

use crate::config::Config;
use crate::lifecycle::{Left, Signals};

mod error;
pub mod folder;
pub mod foundation;
pub mod parts;
pub mod programs;

pub use error::{StartError, StorageError};
use foundation::{Doors, Foundation};

/// A running server.
pub struct Running {
    /// Where it listens; with the port that was given when the configuration said 0.
    pub address: SocketAddr,
    pub metrics_address: Option<SocketAddr>,
    pub services: Services,
    foundation: Foundation,
}

/// Starts everything. Must be called within a runtime.
pub async fn start(config: Config, ambient: Arc<dyn Ambient>) -> Result<Running, StartError> {
    let config = Arc::new(config);
    let main = parts::bind(config.server.listen, "DROPCAST_LISTEN").await?;
    let metrics = bind_metrics(&config).await?;
    let address = main.local_addr()?;
    let metrics_address = metrics.as_ref().map(TcpListener::local_addr).transpose()?;

    let foundation = Foundation::lay(config, ambient).await?;
    foundation.work_on(foundation.config.jobs.queues.chosen());
    foundation.open(Some(main), metrics);
    let running = Running {
        address,
        metrics_address,
        services: foundation.services.clone(),
        foundation,
    };
    let what = format!("is listening on {address}. {}", running.openness());
    let doors = Doors {
        main: Some(address),
        metrics: metrics_address,
    };
    running.foundation.announce("serve", doors, &what);
    Ok(running)
}

/// Starts a process that only works on its queues. Its one door is the one for figures, if there
/// is any.
pub async fn start_worker(config: Config, ambient: Arc<dyn Ambient>) -> Result<Foundation, StartError> {
    let config = Arc::new(config);
    let metrics = bind_metrics(&config).await?;
    let metrics_address = metrics.as_ref().map(TcpListener::local_addr).transpose()?;
    let foundation = Foundation::lay(config, ambient).await?;
    let queues = foundation.config.jobs.queues.chosen();
    let names: Vec<_> = queues.iter().map(|queue| queue.name).collect();
    foundation.work_on(queues);
    foundation.open(None, metrics);
    let doors = Doors {
        main: None,
        metrics: metrics_address,
    };
    foundation.announce("worker", doors, &format!("works on {}", names.join(", ")));
    Ok(foundation)
}

async fn bind_metrics(config: &Config) -> Result<Option<TcpListener>, StartError> {
    match config.metrics.listen {
        Some(address) => Ok(Some(parts::bind(address, "DROPCAST_METRICS_LISTEN").await?)),
        None => Ok(None),
    }
}

impl Running {
    /// The address for a browser on this machine.
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Who is let in, in a sentence for the person who started it.
    pub fn openness(&self) -> &'static str {
        openness(self.foundation.config.server.open_access, self.address.ip())
    }

    /// Serves until a signal says to go, then leaves in order. A second signal cuts it short.
    pub async fn wait_for_signal(self, signals: Signals) -> Result<Left, StartError> {
        self.foundation.wait_for_signal(signals).await
    }

    /// Leaves in order, as after a signal.
    pub async fn stop(self) {
        self.foundation.leave().await;
    }
}

/// Turns "every address of this machine" into one that a browser can open.
pub fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

fn openness(open_access: bool, listens_on: IpAddr) -> &'static str {
    match (open_access, listens_on.is_loopback()) {
        (false, true) => "It is open to this machine, and to nobody else, until there are accounts.",
        (false, false) => {
            "Only this machine itself is let in until there are accounts, although other machines can reach the \
             address; DROPCAST_OPEN_ACCESS=true lets in everybody."
        }
        (true, true) => "Everybody who reaches it through this machine is let in until there are accounts.",
        (true, false) => "Everybody who can reach it is let in, without a password, until there are accounts.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_address_can_be_opened() {
        for (listens, opens) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:80", "[::1]:80"),
            ("192.168.1.4:8080", "192.168.1.4:8080"),
        ] {
            let listens: SocketAddr = listens.parse().expect("an address");
            assert_eq!(reachable(listens).to_string(), opens);
        }
    }

    #[test]
    fn whoever_starts_it_learns_who_is_let_in() {
        let lan = Ipv4Addr::new(192, 168, 1, 4).into();
        assert!(openness(false, Ipv4Addr::LOCALHOST.into()).contains("nobody else"));
        assert!(openness(false, lan).starts_with("Only this machine"));
        assert!(openness(true, lan).contains("without a password"));
    }
}
