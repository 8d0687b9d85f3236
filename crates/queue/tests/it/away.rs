//! The database is away for a while.

use std::time::Duration;

use domain::job::JobState;
use store::StoreError;
use testkit::relay::Way;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::house::{House, connect, effect};
use crate::stage::Act;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn when_the_server_refuses_nothing_is_lost_or_done_twice() -> anyhow::Result<()> {
    nothing_is_lost_or_done_twice(Way::Refusing).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn when_the_server_is_silent_nothing_is_lost_or_done_twice() -> anyhow::Result<()> {
    nothing_is_lost_or_done_twice(Way::Silent).await
}

async fn nothing_is_lost_or_done_twice(way: Way) -> anyhow::Result<()> {
    let house = House::behind_a_relay().await?;
    let gates = [CancellationToken::new(), CancellationToken::new()];
    for (name, gate) in [("ends meanwhile", &gates[0]), ("ends afterwards", &gates[1])] {
        let (gate, clock) = (gate.clone(), house.clock.clone());
        house.stage.play(name, move |scene| {
            let (gate, clock) = (gate.clone(), clock.clone());
            async move {
                gate.cancelled().await;
                if scene.number % 2 == 0 {
                    return Ok(());
                }
                scene.run.complete_with(effect(clock.as_ref(), scene.number)).await
            }
        });
    }
    house.stage.play("waits", |_| async { Ok(()) });
    let workers = [
        house.start(house.impatient()).await?,
        house.start(house.impatient()).await?,
    ];
    let mut all = Vec::new();
    for number in 0..4 {
        let name = ["ends meanwhile", "ends afterwards"][number / 2];
        all.push(house.submit(Act::of(name, number as u64)).await?);
    }
    house.until_begun("ends meanwhile", 2).await?;
    house.until_begun("ends afterwards", 2).await?;

    house.set_way(way);
    for number in 0..20 {
        all.push(house.submit(Act::of("waits", number)).await?);
    }
    gates[0].cancel();
    // Longer than the lease.
    house.let_pass(Duration::from_secs(4)).await?;
    for &job in &all[..4] {
        assert_eq!(house.record(job).await?.state, JobState::Processing);
    }
    house.set_way(Way::Open);
    gates[1].cancel();

    house.until_completed(all).await?;
    for name in ["ends meanwhile", "ends afterwards", "waits"] {
        house.until_left(name).await?;
    }
    // Writing the effect may have been tried in vain; nothing else begins anew.
    let begun = house.stage.begun("ends meanwhile");
    assert!((2..=3).contains(&begun), "{begun}");
    assert_eq!(house.stage.begun("ends afterwards"), 2);
    assert_eq!(house.stage.begun("waits"), 20);
    assert_eq!(house.effects().await?, 2);
    for worker in workers {
        worker.leave().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_worker_that_is_cut_does_not_wait_for_a_silent_server() -> anyhow::Result<()> {
    let house = House::behind_a_relay().await?;
    let may_end = CancellationToken::new();
    let gate = may_end.clone();
    house.stage.play("ends unheard", move |_| {
        let gate = gate.clone();
        async move {
            gate.cancelled().await;
            Ok(())
        }
    });
    house.stage.play("long", |_| std::future::pending());
    let mut worker = house.start(house.impatient()).await?;
    let ended = house.submit(Act::of("ends unheard", 1)).await?;
    let long = house.submit(Act::of("long", 2)).await?;
    house.until_begun("ends unheard", 1).await?;
    house.until_begun("long", 1).await?;
    house.set_way(Way::Silent);
    may_end.cancel();
    house.until_left("ends unheard").await?;
    // By now the pool is asking for more, and will not be answered.
    house.let_pass(Duration::from_millis(1_500)).await?;
    worker.ask_to_leave();
    worker.cut();
    let took = worker.gone().await?;
    assert!(took < Duration::from_secs(3), "{took:?}");
    house.set_way(Way::Open);

    // Nobody could be told, so the lease has to end.
    house.stage.play("ends unheard", |_| async { Ok(()) });
    house.stage.play("long", |_| async { Ok(()) });
    let other = house.start(house.impatient()).await?;
    house.until_completed([ended, long]).await?;
    other.leave().await?;
    Ok(())
}

/// On SQLite a database is away when another process keeps it from being written.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_another_process_writes_for_long_ends_wait() -> anyhow::Result<()> {
    let house = House::on_sqlite().await?;
    let may_end = CancellationToken::new();
    let (gate, clock) = (may_end.clone(), house.clock.clone());
    house.stage.play("ends meanwhile", move |scene| {
        let (gate, clock) = (gate.clone(), clock.clone());
        async move {
            gate.cancelled().await;
            if scene.number == 0 {
                return Ok(());
            }
            scene.run.complete_with(effect(clock.as_ref(), 1)).await
        }
    });
    let worker = house.start(house.impatient()).await?;
    let jobs = [
        house.submit(Act::of("ends meanwhile", 0)).await?,
        house.submit(Act::of("ends meanwhile", 1)).await?,
    ];
    house.until_begun("ends meanwhile", 2).await?;

    let other = connect(&house.url).await?;
    let (begun, has_begun) = oneshot::channel();
    let (end, may_go) = oneshot::channel::<()>();
    let writing = tokio::spawn(async move {
        let write = other.write(move |transaction| {
            Box::pin(async move {
                store::jobs::complete(transaction, &[], domain::time::Timestamp::from_micros(0)).await?;
                begun.send(()).ok();
                may_go.await.ok();
                Ok::<_, StoreError>(())
            })
        });
        write.await
    });
    has_begun.await?;
    may_end.cancel();
    house.let_pass(Duration::from_secs(7)).await?;
    for job in jobs {
        assert_eq!(house.record(job).await?.state, JobState::Processing);
    }
    end.send(()).unwrap();
    writing.await??;
    house.until_completed(jobs).await?;
    assert_eq!(house.effects().await?, 1);
    // Nobody takes a job from itself. The effect may have been tried in vain, and then once more.
    let seen = house.stage.seen("ends meanwhile");
    let attempts = |number| seen.iter().filter(|seen| seen.number == number).count();
    assert!(attempts(0) == 1 && attempts(1) <= 2, "{seen:?}");
    worker.leave().await?;
    Ok(())
}
