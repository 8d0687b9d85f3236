//! The parts themselves: that they are real, apart from each other, and gone afterwards.

use std::process::{Command, Stdio};

use bytes::Bytes;
use sqlx::{Connection as _, PgConnection};
use testkit::client::Client;
#[cfg(feature = "migrated")]
use testkit::databases;
use testkit::relay::{Relay, Way};
use testkit::{ambient, postgres, redis, s3, wait};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

#[tokio::test]
async fn each_test_has_a_postgres_database_of_its_own() -> anyhow::Result<()> {
    let (one, two) = (
        postgres::fresh_database_url().await?,
        postgres::fresh_database_url().await?,
    );
    assert_ne!(one, two);
    let mut first = PgConnection::connect(&one).await?;
    sqlx::raw_sql("CREATE TABLE only_here (id BIGINT)")
        .execute(&mut first)
        .await?;
    let mut second = PgConnection::connect(&two).await?;
    assert!(
        sqlx::raw_sql("SELECT * FROM only_here")
            .execute(&mut second)
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn each_test_has_a_redis_database_of_its_own() -> anyhow::Result<()> {
    assert_ne!(redis::url().await?, redis::url().await?);
    Ok(())
}

#[tokio::test]
async fn the_s3_server_asks_who_is_there_and_can_be_away() -> anyhow::Result<()> {
    let server = s3::start().await?;
    let client = Client::new(server.address());
    assert_eq!(client.get("/dropcast/nothing").send().await?.status, 403);
    server.pause();
    assert!(client.get("/dropcast/nothing").send().await.is_err());
    server.resume();
    assert_eq!(client.get("/dropcast/nothing").send().await?.status, 403);
    assert_eq!(server.keys()?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn a_silent_way_keeps_what_was_sent_until_it_opens() -> anyhow::Result<()> {
    let echo = TcpListener::bind("127.0.0.1:0").await?;
    let relay = Relay::to(echo.local_addr()?).await?;
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = echo.accept().await {
            let (mut reader, mut writer) = socket.split();
            let _ = tokio::io::copy(&mut reader, &mut writer).await;
        }
    });
    relay.set(Way::Silent);
    let mut socket = tokio::net::TcpStream::connect(relay.address()).await?;
    socket.write_all(b"word").await?;
    relay.set(Way::Open);
    let mut answer = [0; 4];
    socket.read_exact(&mut answer).await?;
    assert_eq!(&answer, b"word");
    Ok(())
}

#[tokio::test]
async fn a_killed_run_leaves_no_server_behind() -> anyhow::Result<()> {
    let mut services = Command::new(env!("CARGO_BIN_EXE_testkit-services"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut told = String::new();
    let mut lines = std::io::BufReader::new(services.stdout.take().expect("the output is piped"));
    while !told.ends_with("\n\n") {
        assert_ne!(
            std::io::BufRead::read_line(&mut lines, &mut told)?,
            0,
            "it ended after saying: {told}"
        );
    }
    let postgres = value(&told, postgres::URL_VARIABLE);
    let redis = value(&told, redis::URL_VARIABLE);
    let listens = |url: &str| {
        let address = url.rsplit(['@', '/']).next().expect("an address").to_owned();
        std::net::TcpStream::connect(address).is_ok()
    };
    assert!(listens(&postgres) && listens(&redis), "{told}");

    services.kill()?;
    services.wait()?;
    wait::until("both servers are gone", async || {
        !listens(&postgres) && !listens(&redis)
    })
    .await
}

#[test]
fn noise_repeats_and_does_not_compress() {
    assert_eq!(ambient::noise(7, 1000), ambient::noise(7, 1000));
    assert_ne!(ambient::noise(7, 1000), ambient::noise(8, 1000));
    let seen: std::collections::HashSet<u8> = ambient::noise(7, 4096).into_iter().collect();
    assert_eq!(seen.len(), 256);
}

#[tokio::test]
async fn a_client_sends_a_body_in_pieces() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = Client::new(listener.local_addr()?);
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await?;
        let mut seen = Vec::new();
        while !seen.ends_with(b"0\r\n\r\n") {
            let mut buffer = [0; 1024];
            let len = socket.read(&mut buffer).await?;
            seen.extend_from_slice(&buffer[..len]);
        }
        socket.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
        anyhow::Ok(String::from_utf8(seen)?)
    });
    let body = testkit::client::pieces(Bytes::from_static(b"abc"), 2);
    let answer = client.call(http::Method::PUT, "/x").body_stream(body).send().await?;
    assert_eq!(answer.status, 204);
    let seen = server.await??;
    assert!(
        seen.starts_with("PUT /x HTTP/1.1\r\n") && seen.contains("3\r\nabc\r\n3\r\nabc\r\n"),
        "{seen}"
    );
    Ok(())
}

#[cfg(feature = "migrated")]
#[tokio::test]
async fn migrated_databases_have_the_tables_and_are_apart() -> anyhow::Result<()> {
    let (one, two) = (databases::postgres_url().await?, databases::postgres_url().await?);
    assert_ne!(one, two);
    let folder = tempfile::tempdir()?;
    let three = databases::sqlite_url(folder.path()).await?;
    for url in [one, two, three] {
        assert_eq!(migrations::pending(&url).await?, Vec::<String>::new(), "{url}");
    }
    Ok(())
}

fn value(lines: &str, name: &str) -> String {
    let prefix = format!("{name}=");
    lines
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("no {name} in {lines}"))
        .to_owned()
}
