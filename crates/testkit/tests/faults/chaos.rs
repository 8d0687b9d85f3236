//! Faults at random moments: repeatable, told, and always healed.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use testkit::ambient::Chance;
use testkit::chaos::{Chaos, Tally};

const SHORT: std::ops::RangeInclusive<Duration> = Duration::from_millis(1)..=Duration::from_millis(3);

#[tokio::test]
async fn the_same_seed_does_the_same_and_leaves_nothing_out() -> anyhow::Result<()> {
    let one = course(7).await?;
    assert_eq!(one, course(7).await?);
    assert_ne!(one, course(8).await?);
    for (round, names) in one.chunks(3).enumerate() {
        let mut names = names.to_vec();
        names.sort_unstable();
        assert_eq!(names, ["a", "b", "c"], "round {round}");
    }
    Ok(())
}

#[tokio::test]
async fn a_fault_that_has_begun_is_healed_although_the_load_is_over() -> anyhow::Result<()> {
    let healthy = Cell::new(true);
    let begun = tokio::sync::Notify::new();
    let chaos = Chaos::seeded(1).gaps(SHORT).fault("a", async |_: &mut Chance| {
        healthy.set(false);
        begun.notify_one();
        tokio::time::sleep(Duration::from_millis(20)).await;
        healthy.set(true);
        Ok(())
    });
    let load = async {
        begun.notified().await;
        assert!(!healthy.get());
        Ok(5)
    };
    assert_eq!(chaos.during(load).await?, 5);
    assert!(healthy.get());
    Ok(())
}

#[tokio::test]
async fn a_failure_tells_the_seed_and_what_was_done() {
    let chaos = Chaos::seeded(99)
        .gaps(SHORT)
        .fault("turned it off and on", async |_: &mut Chance| Ok(()));
    let tally = chaos.tally();
    let load = async {
        enough(&tally, 2).await;
        anyhow::bail!("something is lost")
    };
    let error = chaos.during::<()>(load).await.expect_err("the load failed");
    let text = format!("{error:#}");
    assert!(
        text.contains("DROPCAST_CHAOS_SEED=99") && text.contains("something is lost"),
        "{text}"
    );
    assert!(text.matches("turned it off and on").count() >= 2, "{text}");
}

#[tokio::test]
async fn a_fault_that_cannot_be_healed_ends_the_load() {
    let chaos = Chaos::seeded(3)
        .gaps(SHORT)
        .fault("broke it", async |_: &mut Chance| anyhow::bail!("it does not start"));
    let error = chaos
        .during::<()>(std::future::pending())
        .await
        .expect_err("the fault failed");
    let text = format!("{error:#}");
    assert!(text.contains("broke it: it does not start"), "{text}");
}

async fn course(seed: u64) -> anyhow::Result<Vec<&'static str>> {
    let done = RefCell::new(Vec::new());
    let mut chaos = Chaos::seeded(seed).gaps(SHORT);
    for name in ["a", "b", "c"] {
        let done = &done;
        chaos = chaos.fault(name, async move |_: &mut Chance| {
            done.borrow_mut().push(name);
            Ok(())
        });
    }
    let tally = chaos.tally();
    chaos
        .during(async {
            enough(&tally, 12).await;
            Ok(())
        })
        .await?;
    done.borrow_mut().truncate(12);
    Ok(done.into_inner())
}

async fn enough(tally: &Tally, strikes: usize) {
    while tally.strikes() < strikes {
        tokio::task::yield_now().await;
    }
}
