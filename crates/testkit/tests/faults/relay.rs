//! Bad ways, over a server that echoes.

use std::net::SocketAddr;
use std::time::Duration;

use testkit::ambient::noise;
use testkit::relay::{Relay, Toward, Way};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

#[tokio::test]
async fn a_delay_is_added_each_way_and_costs_no_throughput() -> anyhow::Result<()> {
    const DELAY: Duration = Duration::from_millis(100);
    let relay = Relay::to(echo().await?).await?;
    relay.set(Way::Delay(DELAY));
    let (mut reader, mut writer) = TcpStream::connect(relay.address()).await?.into_split();
    let sent = noise(1, 4 << 20);
    let begun = Instant::now();
    let expected = sent.clone();
    let writing = tokio::spawn(async move { writer.write_all(&sent).await.map(|()| writer) });
    let mut first = [0];
    reader.read_exact(&mut first).await?;
    assert!(begun.elapsed() >= 2 * DELAY, "{:?}", begun.elapsed());
    let mut rest = vec![0; expected.len() - 1];
    reader.read_exact(&mut rest).await?;
    writing.await??;
    assert!(first == expected[..1] && rest == expected[1..], "other bytes came back");
    // One piece after the other would take 256 delays each way.
    assert!(begun.elapsed() < 60 * DELAY, "{:?}", begun.elapsed());
    Ok(())
}

#[tokio::test]
async fn a_cut_comes_in_the_middle_and_concerns_new_connections_as_well() -> anyhow::Result<()> {
    let relay = Relay::to(echo().await?).await?;
    let mut old = TcpStream::connect(relay.address()).await?;
    old.write_all(b"before").await?;
    old.read_exact(&mut [0; 6]).await?;
    relay.set(Way::Cut { after: 100 });
    for mut socket in [old, TcpStream::connect(relay.address()).await?] {
        socket.write_all(&[7; 60]).await?;
        let mut came = Vec::new();
        // Sixty went there, forty may come back.
        let _ = timeout(Duration::from_secs(10), socket.read_to_end(&mut came)).await?;
        assert_eq!(came, [7; 40]);
    }
    relay.set(Way::Open);
    assert_eq!(through(&relay, b"after").await?, b"after");
    Ok(())
}

#[tokio::test]
async fn bytes_are_turned_round_in_the_direction_that_was_asked_for() -> anyhow::Result<()> {
    for (toward, at_server, at_client) in [
        (Toward::Server, [1, 2, !3, 4, 5, !6, 7], [1, 2, !3, 4, 5, !6, 7]),
        (Toward::Client, [1, 2, 3, 4, 5, 6, 7], [1, 2, !3, 4, 5, !6, 7]),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let relay = Relay::to(listener.local_addr()?).await?;
        relay.set(Way::Corrupt { every: 3, toward });
        let mut client = TcpStream::connect(relay.address()).await?;
        let (mut server, _) = listener.accept().await?;
        client.write_all(&[1, 2, 3, 4]).await?;
        let mut seen = [0; 7];
        server.read_exact(&mut seen[..4]).await?;
        // The count goes on from piece to piece.
        client.write_all(&[5, 6, 7]).await?;
        server.read_exact(&mut seen[4..]).await?;
        assert_eq!(seen, at_server, "{toward:?}");
        server.write_all(&seen).await?;
        client.read_exact(&mut seen).await?;
        assert_eq!(seen, at_client, "{toward:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cut_of_all_connections_leaves_the_way_open() -> anyhow::Result<()> {
    let relay = Relay::to(echo().await?).await?;
    let mut socket = TcpStream::connect(relay.address()).await?;
    socket.write_all(b"x").await?;
    socket.read_exact(&mut [0]).await?;
    relay.cut();
    let end = timeout(Duration::from_secs(10), socket.read(&mut [0])).await?;
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    assert_eq!(through(&relay, b"again").await?, b"again");
    Ok(())
}

#[tokio::test]
async fn what_nobody_takes_is_not_gathered_without_end() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let relay = Relay::to(listener.local_addr()?).await?;
    relay.set(Way::Delay(Duration::from_hours(1)));
    let mut client = TcpStream::connect(relay.address()).await?;
    let (_held, _) = listener.accept().await?;
    let piece = vec![0; 1 << 20];
    let mut taken = 0;
    // The relay holds one mebibyte, the buffers of the system hold the rest.
    while let Ok(written) = timeout(Duration::from_millis(500), client.write(&piece)).await {
        taken += written?;
        assert!(taken < 64 << 20, "{taken} bytes went into a way without an end");
    }
    assert!(taken > 0);
    Ok(())
}

#[tokio::test]
async fn half_a_connection_may_end_before_the_other() -> anyhow::Result<()> {
    let relay = Relay::to(echo().await?).await?;
    let mut socket = TcpStream::connect(relay.address()).await?;
    let sent = noise(2, 300_000);
    let expected = sent.clone();
    let (mut reader, mut writer) = socket.split();
    let writing = async {
        writer.write_all(&sent).await?;
        writer.shutdown().await
    };
    let mut came = Vec::new();
    tokio::try_join!(writing, reader.read_to_end(&mut came))?;
    assert!(came == expected, "{} of {} bytes came back", came.len(), expected.len());
    Ok(())
}

async fn echo() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut reader, mut writer) = socket.split();
                let _ = tokio::io::copy(&mut reader, &mut writer).await;
            });
        }
    });
    Ok(address)
}

async fn through(relay: &Relay, sent: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut socket = TcpStream::connect(relay.address()).await?;
    socket.write_all(sent).await?;
    let mut came = vec![0; sent.len()];
    socket.read_exact(&mut came).await?;
    Ok(came)
}
