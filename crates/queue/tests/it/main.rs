//! Pools at work on both databases, and what they must survive.
//!
//! Each pool has a store of its own, as each process would. Leases are short, and the clock runs
//! faster than it does outside, so that pauses between attempts pass quickly.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod away;
mod cancelling;
mod clocks;
mod crowds;
mod enqueueing;
mod failing;
mod hanging;
mod house;
mod leaving;
mod losing;
mod progress;
mod schedules;
mod stage;

/// Makes of each named `async fn(House) -> anyhow::Result<()>` two tests, one on each database.
macro_rules! on_both {
    ($($body:ident),+ $(,)?) => {$(
        mod $body {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_sqlite() -> anyhow::Result<()> {
                super::$body($crate::house::House::on_sqlite().await?).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn on_postgres() -> anyhow::Result<()> {
                super::$body($crate::house::House::on_postgres().await?).await
            }
        }
    )+};
}
pub(crate) use on_both;
