//! A way to a part that a test can close, open again and make bad: "the database is away", "the
//! line drops", "the line changes what is sent".

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

/// The most that is read at once, and how many such pieces may be under way in one direction of
/// one connection: together one mebibyte, after which the sender has to wait.
const CHUNK_BYTES: usize = 16 * 1024;
const CHUNKS_UNDER_WAY: usize = 64;

/// What the way does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Carries them.
    Open,
    /// Closes every connection, old and new, as a stopped server does.
    Refusing,
    /// Takes connections and carries nothing, as a broken network does.
    Silent,
    /// Carries them so much later, in each direction.
    Delay(Duration),
    /// Carries so many bytes more on each connection, both directions together, and cuts it in the
    /// middle of the next piece. A connection that stands still is not cut.
    Cut { after: u64 },
    /// Carries them, but turns every n-th byte of one direction into its complement.
    Corrupt { every: u64, toward: Toward },
}

/// Where bytes are going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toward {
    /// To the part behind the relay.
    Server,
    /// To whoever uses it.
    Client,
}

/// A relay on a port of its own. It ends, and cuts its connections, when it is dropped.
pub struct Relay {
    address: SocketAddr,
    order: Arc<watch::Sender<Order>>,
    task: JoinHandle<()>,
}

#[derive(Clone, Copy)]
struct Order {
    way: Way,
    /// Which way since the start it is: counting begins anew with each.
    number: u64,
    /// How often all connections were cut: one that was there before is.
    cuts: u64,
}

impl Relay {
    /// Opens a way to `target`.
    pub async fn to(target: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let order = Arc::new(watch::Sender::new(Order {
            way: Way::Open,
            number: 0,
            cuts: 0,
        }));
        let orders = Arc::clone(&order);
        let task = tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(connection(near, target, orders.subscribe()));
            }
        });
        Ok(Self { address, order, task })
    }

    /// Opens a way to the server that `url` names, and names the way in its place.
    pub async fn in_front_of(url: &str) -> anyhow::Result<(String, Self)> {
        let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
        let authority = authority.split('/').next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default();
        let target: SocketAddr = host
            .parse()
            .with_context(|| format!("{url} does not name an address and a port"))?;
        let relay = Self::to(target).await?;
        Ok((url.replacen(host, &relay.address().to_string(), 1), relay))
    }

    /// Where the way begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what the way does, for the connections that exist as well.
    pub fn set(&self, way: Way) {
        self.order.send_modify(|order| {
            order.way = way;
            order.number += 1;
        });
    }

    /// Cuts the connections there are. New ones go the way that is set.
    pub fn cut(&self) {
        self.order.send_modify(|order| order.cuts += 1);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connection(near: TcpStream, target: SocketAddr, mut orders: watch::Receiver<Order>) {
    let Order { way, cuts, .. } = *orders.borrow_and_update();
    if way == Way::Refusing {
        return;
    }
    let Ok(far) = TcpStream::connect(target).await else {
        return;
    };
    let (near_reader, near_writer) = near.into_split();
    let (far_reader, far_writer) = far.into_split();
    let carried = Carried::default();
    let there = one_way(near_reader, far_writer, Toward::Server, &orders, &carried);
    let back = one_way(far_reader, near_writer, Toward::Client, &orders, &carried);
    let both = async { tokio::try_join!(there, back) };
    let mut others = orders.clone();
    // Whichever ends first takes the connection along.
    tokio::select! {
        _ = both => {}
        _ = others.wait_for(|order| order.way == Way::Refusing || order.cuts != cuts) => {}
    }
}

async fn one_way(
    reader: impl AsyncRead + Unpin,
    writer: impl AsyncWrite + Unpin,
    toward: Toward,
    orders: &watch::Receiver<Order>,
    carried: &Carried,
) -> io::Result<()> {
    let (chunks, queue) = mpsc::channel(CHUNKS_UNDER_WAY);
    let receiving = receive(reader, chunks, orders.clone());
    let passing_on = pass_on(queue, writer, toward, orders.clone(), carried);
    tokio::try_join!(receiving, passing_on).map(|_| ())
}

/// A piece and when it is to be passed on.
type Chunk = (Instant, BytesMut);

async fn receive(
    mut reader: impl AsyncRead + Unpin,
    chunks: mpsc::Sender<Chunk>,
    mut orders: watch::Receiver<Order>,
) -> io::Result<()> {
    loop {
        let order = carrying(&mut orders).await?;
        let mut chunk = BytesMut::with_capacity(CHUNK_BYTES);
        tokio::select! {
            read = reader.read_buf(&mut chunk) => if read? == 0 {
                return Ok(());
            },
            changed = orders.changed() => {
                changed.map_err(|_| ended())?;
                continue;
            }
        }
        let due = match order.way {
            Way::Delay(by) => Instant::now() + by,
            _ => Instant::now(),
        };
        chunks.send((due, chunk)).await.map_err(|_| ended())?;
    }
}

async fn pass_on(
    mut queue: mpsc::Receiver<Chunk>,
    mut writer: impl AsyncWrite + Unpin,
    toward: Toward,
    mut orders: watch::Receiver<Order>,
    carried: &Carried,
) -> io::Result<()> {
    let mut own = (0, 0);
    while let Some((due, mut chunk)) = queue.recv().await {
        sleep_until(due).await;
        let order = carrying(&mut orders).await?;
        match order.way {
            Way::Cut { after } => {
                let room = carried.take(order.number, chunk.len(), after);
                if room < chunk.len() {
                    writer.write_all(&chunk[..room]).await?;
                    return Err(ended());
                }
            }
            Way::Corrupt { every, toward: bad } if bad == toward => {
                if own.0 != order.number {
                    own = (order.number, 0);
                }
                for byte in chunk.iter_mut() {
                    own.1 += 1;
                    if own.1 % every.max(1) == 0 {
                        *byte = !*byte;
                    }
                }
            }
            _ => {}
        }
        writer.write_all(&chunk).await?;
    }
    writer.shutdown().await
}

/// The order in force, once it is not silence.
async fn carrying(orders: &mut watch::Receiver<Order>) -> io::Result<Order> {
    let order = orders.wait_for(|order| order.way != Way::Silent).await;
    order.map(|order| *order).map_err(|_| ended())
}

fn ended() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

/// How much one connection carried since an order was given, in both directions.
#[derive(Default)]
struct Carried {
    counted: Mutex<(u64, u64)>,
}

impl Carried {
    /// How many of `len` bytes more may still pass before `limit` is reached.
    fn take(&self, order: u64, len: usize, limit: u64) -> usize {
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.0 != order {
            *counted = (order, 0);
        }
        let room = limit.saturating_sub(counted.1).min(len as u64);
        counted.1 += room;
        usize::try_from(room).unwrap_or(len)
    }
}
