//! A way to a part that a test can close and open again: "the database is away".

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the way does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Carries them.
    Open,
    /// Closes every connection, old and new, as a stopped server does.
    Refusing,
    /// Takes connections and carries nothing, as a broken network does.
    Silent,
}

/// A relay on a port of its own. It ends when it is dropped.
pub struct Relay {
    address: SocketAddr,
    way: Arc<watch::Sender<Way>>,
    task: JoinHandle<()>,
}

impl Relay {
    /// Opens a way to `target`.
    pub async fn to(target: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let way = Arc::new(watch::Sender::new(Way::Open));
        let watcher = Arc::clone(&way);
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, target, watcher.subscribe()));
            }
        });
        Ok(Self { address, way, task })
    }

    /// Where the way begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what the way does, for the connections that exist as well.
    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(mut near: TcpStream, target: SocketAddr, mut way: watch::Receiver<Way>) {
    if *way.borrow_and_update() == Way::Refusing {
        return;
    }
    let Ok(mut far) = TcpStream::connect(target).await else {
        return;
    };
    loop {
        let current = *way.borrow_and_update();
        match current {
            Way::Refusing => return,
            Way::Silent => {
                if way.changed().await.is_err() {
                    return;
                }
            }
            Way::Open => tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => return,
                changed = way.changed() => if changed.is_err() { return },
            },
        }
    }
}
