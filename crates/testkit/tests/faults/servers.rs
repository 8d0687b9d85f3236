//! Servers that a test takes away and brings back.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use testkit::postgres::PostgresServer;
use testkit::redis::{RedisServer, ask};
use tokio::time::timeout;

#[tokio::test]
async fn a_killed_postgres_has_every_commit_when_it_is_back() -> anyhow::Result<()> {
    let server = PostgresServer::start()?;
    let url = server.fresh_database_url().await?;
    let mut connection = PgConnection::connect(&url).await?;
    sqlx::raw_sql("CREATE TABLE words (word TEXT)")
        .execute(&mut connection)
        .await?;
    for round in 0..2 {
        for number in 0..20 {
            sqlx::query("INSERT INTO words VALUES ($1)")
                .bind(format!("{round}/{number}"))
                .execute(&mut connection)
                .await?;
        }
        server.kill().await?;
        assert!(sqlx::raw_sql("SELECT 1").execute(&mut connection).await.is_err());
        assert!(PgConnection::connect(&url).await.is_err());
        server.start_again().await?;
        connection = PgConnection::connect(&url).await?;
        let words: i64 = sqlx::query_scalar("SELECT count(*) FROM words")
            .fetch_one(&mut connection)
            .await?;
        assert_eq!(words, 20 * (round + 1));
    }
    Ok(())
}

#[tokio::test]
async fn a_paused_postgres_answers_later() -> anyhow::Result<()> {
    let server = PostgresServer::start()?;
    let mut connection = PgConnection::connect(&server.fresh_database_url().await?).await?;
    server.pause().await?;
    let mut asking = Box::pin(sqlx::raw_sql("SELECT 1").execute(&mut connection));
    let early = timeout(Duration::from_millis(200), &mut asking).await;
    assert!(early.is_err(), "it answered while it stood still");
    server.resume()?;
    asking.await?;
    // One that stands still goes with its test all the same.
    server.pause().await?;
    Ok(())
}

#[tokio::test]
async fn a_redis_comes_back_as_it_was_told_to() -> anyhow::Result<()> {
    for (server, afterwards) in [(RedisServer::start()?, "$-1"), (RedisServer::start_keeping()?, "$4")] {
        assert_eq!(ask(server.url(), "SET word kept").await?, "+OK");
        server.restart().await?;
        assert_eq!(ask(server.url(), "GET word").await?, afterwards);
        server.pause().await?;
        let early = timeout(Duration::from_millis(200), ask(server.url(), "PING")).await;
        assert!(early.is_err(), "it answered while it stood still");
        server.resume()?;
        assert_eq!(ask(server.url(), "PING").await?, "+PONG");
    }
    Ok(())
}
