//! From a configuration to a running server, or to one sentence that says why not.
//!
//! The order matters. What fails most often and creates nothing comes first: the ports, then what
//! is on the network. Only then the data folder is touched, and what was made for it goes away
//! again when a later step fails.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use domain::ambient::Ambient;
use service::{Limits, Parts, Services};
use store::Store;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::lifecycle::{Left, Shutdown, Signals, Timings};
use crate::state::{AppState, StateParts};
use crate::{VERSION, http, listener};

mod error;
pub mod folder;
pub mod parts;
pub mod programs;

pub use error::{StartError, StorageError};
use folder::DataFolder;

/// What an unfinished upload left behind is swept away after this long.
const LEFTOVER_AGE: Duration = Duration::from_hours(24);

/// A running server.
pub struct Running {
    /// Where it listens; with the port that was given when the configuration said 0.
    pub address: SocketAddr,
    pub metrics_address: Option<SocketAddr>,
    pub services: Services,
    config: Arc<Config>,
    store: Store,
    shutdown: Shutdown,
}

/// Starts everything. Must be called within a runtime.
pub async fn start(config: Config, ambient: Arc<dyn Ambient>) -> Result<Running, StartError> {
    let config = Arc::new(config);
    let main = parts::bind(config.server.listen, "DROPCAST_LISTEN").await?;
    let metrics = match config.metrics.listen {
        Some(address) => Some(parts::bind(address, "DROPCAST_METRICS_LISTEN").await?),
        None => None,
    };
    let address = main.local_addr()?;
    let metrics_address = metrics.as_ref().map(tokio::net::TcpListener::local_addr).transpose()?;

    let is_remote = config.storage.s3.is_some();
    let remote = if is_remote {
        Some(parts::storage(&config.storage).await?)
    } else {
        None
    };
    let folder = DataFolder::prepare(&config.storage.data)?;
    let migrated = parts::migrate(&config, ambient.as_ref()).await?;
    if !migrated.applied.is_empty() {
        tracing::info!(
            count = migrated.applied.len(),
            "the database was brought to this version's schema"
        );
    }
    let store = parts::store(&config).await?;
    let blobs = match remote {
        Some(blobs) => blobs,
        None => parts::local_storage(&config.storage, &store).await?,
    };
    let redis = parts::redis(&config).await?;
    folder.keep();

    let services = Services::new(Parts {
        store: store.clone(),
        blobs: blobs.clone(),
        redis,
        ambient: Arc::clone(&ambient),
        limits: Limits {
            max_file_bytes: config.storage.max_file_bytes,
        },
        version: VERSION,
    });
    let shutdown = Shutdown::new();
    sweep(&shutdown, blobs);
    let state = AppState::new(StateParts {
        services: services.clone(),
        config: Arc::clone(&config),
        ambient,
        shutdown: shutdown.clone(),
    });
    let limits = listener::Limits::from(&config.server);
    watch(
        &shutdown,
        listener::serve(main, http::router(state.clone()), shutdown.clone(), limits),
    );
    if let Some(metrics) = metrics {
        watch(
            &shutdown,
            listener::serve(metrics, http::metrics_router(state), shutdown.clone(), limits),
        );
    }
    let running = Running {
        address,
        metrics_address,
        services,
        config,
        store,
        shutdown,
    };
    running.announce();
    Ok(running)
}

/// Removes what uploads left behind when the process was killed in the middle of them.
fn sweep(shutdown: &Shutdown, blobs: blob::BlobStore) {
    let soft = shutdown.soft().clone();
    shutdown.spawn(async move {
        match soft.run_until_cancelled(blobs.sweep(LEFTOVER_AGE)).await {
            Some(Ok(count)) if count > 0 => tracing::info!(count, "removed what unfinished uploads had left behind"),
            Some(Err(error)) => tracing::warn!(%error, "could not look for what unfinished uploads left behind"),
            Some(Ok(_)) | None => {}
        }
    });
}

impl Running {
    /// The address for a browser on this machine.
    pub fn url(&self) -> String {
        format!("http://{}", reachable(self.address))
    }

    /// Who is let in, in a sentence for the person who started it.
    pub fn openness(&self) -> &'static str {
        openness(self.config.server.open_access, self.address.ip())
    }

    fn announce(&self) {
        tracing::info!(
            version = VERSION,
            listen = %self.address,
            metrics_listen = self.metrics_address.map(tracing::field::display),
            database = self.store.engine().name(),
            storage = if self.config.storage.s3.is_some() { "s3" } else { "disk" },
            redis = self.config.redis.url.is_some(),
            "Dropcast {VERSION} is listening on {}. {}",
            self.address,
            self.openness(),
        );
        let missing = programs::missing(&self.config.media);
        if !missing.is_empty() {
            tracing::warn!(
                "{} cannot be found, so that media are stored and served as they are: install ffmpeg, or set \
                 DROPCAST_FFMPEG and DROPCAST_FFPROBE",
                missing.join(" and ")
            );
        }
        if let Ok(free) = folder::free_bytes(&self.config.storage.data)
            && free < self.config.storage.free_space_floor
        {
            tracing::warn!(
                free_bytes = free,
                "the disk of the data folder is nearly full; uploads are refused until there is room"
            );
        }
    }

    /// Serves until a signal says to go, then leaves in order. A second signal cuts it short.
    pub async fn wait_for_signal(self, mut signals: Signals) -> Result<Left, StartError> {
        let broken = self.shutdown.hard().clone();
        let name = tokio::select! {
            name = signals.next() => name,
            () = broken.cancelled() => {
                self.leave().await;
                return Err(StartError::Broken);
            }
        };
        tracing::info!(signal = name, "{name} received, finishing what is open");
        let shutdown = self.shutdown.clone();
        let leaving = self.leave();
        tokio::pin!(leaving);
        let left = tokio::select! {
            left = &mut leaving => left,
            name = signals.next() => {
                tracing::warn!(signal = name, "{name} received again, cutting what is open");
                shutdown.cut();
                leaving.await
            }
        };
        tracing::info!(drained = left == Left::Drained, "Dropcast has stopped");
        Ok(left)
    }

    /// Leaves in order, as after a signal.
    pub async fn stop(self) {
        self.leave().await;
    }

    async fn leave(self) -> Left {
        let server = &self.config.server;
        let timings = Timings {
            notice: server.shutdown_notice,
            drain: server.shutdown_drain,
        };
        let left = self.shutdown.leave(timings).await;
        if let Err(error) = self.store.close().await {
            tracing::warn!(part = "database", %error, "the database did not close cleanly");
        }
        left
    }
}

/// Has leaving wait for a listener. One that ends before that takes the server with it, so that a
/// supervisor can start a whole one.
fn watch(shutdown: &Shutdown, listener: JoinHandle<()>) {
    let watched = shutdown.clone();
    shutdown.wait_for(async move {
        let ended = listener.await;
        if !watched.is_draining() {
            tracing::error!(panicked = ended.is_err(), "a listener ended by itself");
            watched.cut();
        }
    });
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

    #[tokio::test]
    async fn a_listener_that_ends_by_itself_takes_the_server_with_it() {
        let shutdown = Shutdown::new();
        watch(&shutdown, tokio::spawn(async {}));
        shutdown.hard().cancelled().await;
    }

    #[tokio::test]
    async fn a_listener_that_ends_when_asked_has_drained() {
        let shutdown = Shutdown::new();
        let soft = shutdown.soft().clone();
        watch(&shutdown, tokio::spawn(async move { soft.cancelled().await }));
        let timings = Timings {
            notice: Duration::ZERO,
            drain: Duration::from_mins(1),
        };
        assert_eq!(shutdown.leave(timings).await, Left::Drained);
    }

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
