//! How far jobs are, for those who watch.

use std::collections::BTreeSet;
use std::time::Duration;

use bus::News;
use domain::job::JobState;
use queue::{Failure, Progress, topics};
use testkit::wait;
use tokio::time::{Instant, interval};
use tokio_util::sync::CancellationToken;

use crate::house::{House, effect};
use crate::on_both;
use crate::stage::Act;

on_both! {
    ten_thousand_reports_make_few_writes,
    the_last_word_of_a_job_is_kept,
    whoever_listens_hears_that_something_changed,
    many_that_talk_do_not_get_in_each_others_way,
}

async fn ten_thousand_reports_make_few_writes(house: House) -> anyhow::Result<()> {
    const REPORTS: u64 = 10_000;
    let (said_all, may_end) = (CancellationToken::new(), CancellationToken::new());
    let tokens = (said_all.clone(), may_end.clone());
    house.stage.play("talks", move |scene| {
        let (said_all, may_end) = tokens.clone();
        async move {
            let mut beat = interval(Duration::from_millis(2));
            for done in 1..=REPORTS {
                scene.run.progress(Progress {
                    done,
                    total: Some(REPORTS),
                    note: Some(format!("page {done}")),
                });
                if done % 10 == 0 {
                    beat.tick().await;
                }
            }
            said_all.cancel();
            may_end.cancelled().await;
            Ok(())
        }
    });
    let mut setup = house.setup();
    // Signs of life are writes, too.
    setup.lease = Duration::from_mins(10);
    let worker = house.start(setup).await?;
    let job = house.submit(Act::of("talks", 1)).await?;
    house.until_begun("talks", 1).await?;
    let (begun, before) = (Instant::now(), worker.store.write_groups());

    let mut shown = BTreeSet::new();
    wait::until("everything was said and the last word is shown", async || {
        let progress = house.record(job).await.unwrap().progress.unwrap_or_default();
        assert!(progress.done == 0 || progress.note == Some(format!("page {}", progress.done)));
        shown.insert(progress.done);
        progress.done == REPORTS
    })
    .await?;
    assert!(said_all.is_cancelled());
    let writes = u32::try_from(worker.store.write_groups() - before)?;
    let seconds = begun.elapsed().as_secs_f64();
    eprintln!("{writes} writes in {seconds:.1} s, {} values were seen", shown.len());
    assert!(
        f64::from(writes) <= seconds * 10.0 + 2.0,
        "{writes} writes in {seconds} s"
    );
    assert!(shown.len() >= 4, "{shown:?}");

    may_end.cancel();
    let record = house.until(job, JobState::Completed).await?;
    assert_eq!(record.progress.unwrap().done, REPORTS);
    worker.leave().await?;
    Ok(())
}

async fn the_last_word_of_a_job_is_kept(house: House) -> anyhow::Result<()> {
    let clock = house.clock.clone();
    house.stage.play("brief", move |scene| {
        let clock = clock.clone();
        async move {
            for done in 1..=scene.number + 1 {
                scene.run.progress(Progress {
                    done,
                    total: None,
                    note: None,
                });
            }
            match scene.number {
                1 => Ok(()),
                2 => scene.run.complete_with(effect(clock.as_ref(), 1)).await,
                3 => Err(Failure::fatal("halfway")),
                _ => panic!("halfway"),
            }
        }
    });
    let worker = house.worker().await?;
    for (number, state) in [
        (1, JobState::Completed),
        (2, JobState::Completed),
        (3, JobState::Failed),
        (4, JobState::Pending),
    ] {
        let job = house.submit(Act::of("brief", number)).await?;
        house.until_begun("brief", usize::try_from(number)?).await?;
        let record = house.until(job, state).await?;
        assert_eq!(record.progress.map(|progress| progress.done), Some(number + 1));
        if state == JobState::Pending {
            house.jobs.cancel(job).await?;
        }
    }
    worker.leave().await?;
    Ok(())
}

async fn whoever_listens_hears_that_something_changed(house: House) -> anyhow::Result<()> {
    let may_end = CancellationToken::new();
    let gate = may_end.clone();
    house.stage.play("shown", move |scene| {
        let gate = gate.clone();
        async move {
            scene.run.progress(Progress::default());
            gate.cancelled().await;
            Ok(())
        }
    });
    let job = house.submit(Act::of("shown", 1)).await?;
    let mut news = house.bus.subscribe([topics::job(job)]);
    let mut all_news = house.bus.subscribe([topics::changed()]);
    let worker = house.worker().await?;

    // Whoever hears something reads the database: in the end all was heard that can be read there.
    let mut states = Vec::new();
    while states.last() != Some(&JobState::Completed) {
        let heard = tokio::time::timeout(Duration::from_secs(20), news.next()).await?;
        assert!(matches!(heard, Some(News::Hint { .. })), "{heard:?}");
        let record = house.record(job).await?;
        if record.progress.is_some() {
            may_end.cancel();
        }
        states.push(record.state);
    }
    assert!(states.contains(&JobState::Processing), "{states:?}");
    let Some(News::Hint { hint, .. }) = all_news.next().await else {
        panic!("nothing was said to everybody");
    };
    assert_eq!(hint.as_str(), Some(job.to_string().as_str()));
    worker.leave().await?;
    Ok(())
}

async fn many_that_talk_do_not_get_in_each_others_way(house: House) -> anyhow::Result<()> {
    const JOBS: u64 = 120;
    let clock = house.clock.clone();
    house.stage.play("talks", move |scene| {
        let clock = clock.clone();
        async move {
            let mut beat = interval(Duration::from_millis(20));
            for done in 1..=10 + scene.number % 7 {
                scene.run.progress(Progress {
                    done,
                    total: None,
                    note: None,
                });
                beat.tick().await;
            }
            match scene.number % 2 {
                0 => Ok(()),
                _ => scene.run.complete_with(effect(clock.as_ref(), scene.number)).await,
            }
        }
    });
    let mut setup = house.setup();
    setup.slots = 40;
    // Signs of life all the time.
    setup.lease = Duration::from_secs(1);
    let worker = house.start(setup).await?;
    let mut jobs = Vec::new();
    for number in 0..JOBS {
        jobs.push((number, house.submit(Act::of("talks", number)).await?));
    }
    for (number, job) in jobs {
        let record = house.until(job, JobState::Completed).await?;
        assert_eq!(record.progress.map(|progress| progress.done), Some(10 + number % 7));
        assert_eq!(record.attempt, 1);
    }
    assert_eq!(house.effects().await?, JOBS / 2);
    worker.leave().await?;
    Ok(())
}
