//! Texts that mean harm, texts that are too long, and rows that cannot be right.

use domain::job::{JobState, Trouble};
use store::StoreError;
use store::jobs::{self, Claim, Ending, NewJob, Progress, Reason};

use super::yard::{NOW, Yard, claim};

on_both!(
    texts_return_as_they_came,
    reasons_are_cut_between_characters,
    texts_with_nul_are_refused_or_mended,
    rows_that_cannot_be_right_are_corrupt,
    jobs_that_are_not_alike_are_not_enqueued_at_once,
    a_page_holds_what_was_asked_for,
    waiting_jobs_that_nobody_knows_are_named,
);

const HOSTILE: &str = "'); DROP TABLE jobs; -- $1 ? :x \\ \" \u{202e}صور \u{1f9e8}\r\n\t%s";

async fn texts_return_as_they_came(url: &str) {
    let yard = Yard::at(url).await;
    let large = NewJob {
        payload: format!("\"{}\"", "ö".repeat(1 << 19)),
        ..yard.job()
    };
    let hostile = NewJob {
        queue: HOSTILE.to_owned(),
        kind: format!("{HOSTILE} kind"),
        payload: format!("{HOSTILE} payload"),
        key: Some(format!("{HOSTILE} key")),
        user: Some(yard.user()),
        ..yard.job()
    };
    for job in [large.clone(), hostile.clone()] {
        within!(yard.store, transaction => jobs::enqueue(transaction, &job)).unwrap();
    }
    let claimed = yard.claim(yard.worker(), 1).await;
    assert_eq!(claimed[0].payload, large.payload);

    let queues = [HOSTILE.to_owned(), "'".to_owned()];
    let found = jobs::readiness(&yard.store, &queues, NOW).await.unwrap();
    assert_eq!(found.queues, [HOSTILE]);
    let question = Claim {
        worker: yard.worker(),
        queue: HOSTILE.to_owned(),
        kinds: vec!["') OR 1=1 --".to_owned(), hostile.kind.clone()],
        suspects: false,
        limit: 5,
        now: NOW,
    };
    let claimed = within!(yard.store, transaction => jobs::claim(transaction, &question)).unwrap();
    assert_eq!(claimed.len(), 1);
    let ticket = claimed[0].ticket;
    let progress = Progress {
        done: u64::MAX,
        total: Some(7),
        note: Some(HOSTILE.to_owned()),
    };
    within!(yard.store, transaction => jobs::save_progress(transaction, &[(ticket, progress)])).unwrap();
    let failed = Ending::Failed {
        reason: Reason::new(Trouble::Panicked, HOSTILE),
    };
    within!(yard.store, transaction => jobs::end(transaction, ticket, &failed, NOW)).unwrap();

    let record = jobs::find(&yard.store, hostile.id).await.unwrap().unwrap();
    assert_eq!((record.queue, record.kind), (hostile.queue, hostile.kind));
    assert_eq!((record.payload, record.user), (hostile.payload, hostile.user));
    assert_eq!(record.state, JobState::Failed);
    assert_eq!(record.reason, Some(Reason::new(Trouble::Panicked, HOSTILE)));
    let progress = record.progress.unwrap();
    assert_eq!(progress.note.as_deref(), Some(HOSTILE));
    assert_eq!(
        progress.done,
        u64::try_from(i64::MAX).unwrap(),
        "as far as the database counts"
    );
}

async fn reasons_are_cut_between_characters(url: &str) {
    let yard = Yard::at(url).await;
    for shift in 0..4 {
        let text = format!("{}{}", "x".repeat(shift), "\u{1f9e8}".repeat(5_000));
        let reason = Reason::new(Trouble::Failed, text.clone());
        let kept = reason.text.strip_suffix('…').unwrap();
        assert!(text.starts_with(kept) && kept.len() > 3_990 && kept.len() <= 4_000);

        let ticket = yard.running(yard.job()).await;
        let ending = Ending::Failed { reason: reason.clone() };
        within!(yard.store, transaction => jobs::end(transaction, ticket, &ending, NOW)).unwrap();
        let record = jobs::find(&yard.store, ticket.job).await.unwrap().unwrap();
        assert_eq!(record.reason, Some(reason), "it is cut once");
    }
}

async fn texts_with_nul_are_refused_or_mended(url: &str) {
    let yard = Yard::at(url).await;
    let nul = || "a\0b".to_owned();
    let hostile = [
        NewJob {
            queue: nul(),
            ..yard.job()
        },
        NewJob {
            kind: nul(),
            ..yard.job()
        },
        NewJob {
            payload: nul(),
            ..yard.job()
        },
        NewJob {
            key: Some(nul()),
            ..yard.job()
        },
    ];
    for job in hostile {
        let many = vec![
            NewJob {
                key: None,
                ..yard.job()
            },
            NewJob {
                key: None,
                ..job.clone()
            },
        ];
        let has_key = job.key.is_some();
        let refused = within!(yard.store, transaction => jobs::enqueue(transaction, &job)).unwrap_err();
        assert!(matches!(refused, StoreError::Internal(_)), "{refused:?}");
        if !has_key {
            let refused = within!(yard.store, transaction => jobs::enqueue_all(transaction, &many)).unwrap_err();
            assert!(matches!(refused, StoreError::Internal(_)), "{refused:?}");
        }
    }
    assert!(yard.rows().await.is_empty());

    // What a person reads is mended.
    let ticket = yard.running(yard.job()).await;
    let progress = Progress {
        note: Some(nul()),
        ..Progress::default()
    };
    within!(yard.store, transaction => jobs::save_progress(transaction, &[(ticket, progress)])).unwrap();
    let reason = Reason::new(Trouble::Failed, "\0".repeat(3_000));
    assert!(reason.text.len() <= 4_003);
    let failed = Ending::Failed { reason: reason.clone() };
    within!(yard.store, transaction => jobs::end(transaction, ticket, &failed, NOW)).unwrap();
    let record = jobs::find(&yard.store, ticket.job).await.unwrap().unwrap();
    assert_eq!(record.reason, Some(reason));
    assert_eq!(record.progress.unwrap().note.as_deref(), Some("a\u{fffd}b"));
}

async fn rows_that_cannot_be_right_are_corrupt(url: &str) {
    let yard = Yard::at(url).await;
    let job = yard.job();
    let id = job.id;
    within!(yard.store, transaction => jobs::enqueue(transaction, &job)).unwrap();
    for (damage, what) in [
        ("trouble = 'bad luck'", "trouble of"),
        ("trouble = NULL, attempt = 70000, max_attempts = 80000", "attempts of"),
        ("attempt = 0, max_attempts = 80000", "attempts of"),
        ("max_attempts = 3, done = -1", "progress of"),
    ] {
        yard.execute(&format!("UPDATE jobs SET {damage}")).await;
        let refused = jobs::find(&yard.store, id).await.unwrap_err();
        assert!(
            matches!(&refused, StoreError::Corrupt(reason) if reason.starts_with(what)),
            "{damage}: {refused:?}"
        );
    }
    yard.execute("UPDATE jobs SET done = NULL, attempt = 70000, max_attempts = 80000")
        .await;
    let question = Claim {
        worker: yard.worker(),
        queue: job_queue(),
        kinds: vec!["a".to_owned()],
        suspects: false,
        limit: 5,
        now: NOW,
    };
    let refused = within!(yard.store, transaction => jobs::claim(transaction, &question)).unwrap_err();
    assert!(matches!(refused, StoreError::Corrupt(_)), "{refused:?}");
    assert_eq!(
        yard.row(id).await.unwrap().state,
        JobState::Pending,
        "nothing was taken"
    );

    // The tables themselves refuse the rest.
    for damage in [
        "state = 'lost'",
        "begins_as = 'pending'",
        "state = 'failed'",
        "state = 'processing'",
        "attempt = -1",
    ] {
        let sql = format!("UPDATE jobs SET {damage}");
        let outcome = sea_orm::ConnectionTrait::execute_unprepared(&yard.raw, &sql).await;
        assert!(outcome.is_err(), "{damage}");
    }
}

fn job_queue() -> String {
    "media".to_owned()
}

async fn jobs_that_are_not_alike_are_not_enqueued_at_once(url: &str) {
    let yard = Yard::at(url).await;
    let others = [
        NewJob {
            queue: "mail".to_owned(),
            ..yard.job()
        },
        NewJob {
            user: Some(yard.user()),
            ..yard.job()
        },
        yard.keyed("key"),
    ];
    for other in others {
        let many = vec![yard.job(), other];
        let refused = within!(yard.store, transaction => jobs::enqueue_all(transaction, &many)).unwrap_err();
        assert!(matches!(refused, StoreError::Internal(_)), "{refused:?}");
    }
    // The same job twice is refused whole.
    let twice = vec![yard.job(); 2];
    let refused = within!(yard.store, transaction => jobs::enqueue_all(transaction, &twice)).unwrap_err();
    assert_eq!(refused, StoreError::Conflict("jobs_pkey".to_owned()));
    assert!(yard.rows().await.is_empty());
}

async fn a_page_holds_what_was_asked_for(url: &str) {
    let yard = Yard::at(url).await;
    let user = Some(yard.user());
    yard.enqueue_all(yard.jobs(3, None)).await;
    yard.enqueue_all(yard.jobs(4, user)).await;
    let claimed = claim(&yard.store, yard.worker(), 2).await;
    let filter = jobs::Filter {
        state: Some(JobState::Pending),
        queue: Some("media".to_owned()),
        user,
    };
    let mut seen = Vec::new();
    while let page @ [_, ..] = &jobs::page(&yard.store, &filter, seen.last().copied(), 2).await.unwrap()[..] {
        assert!(page.len() <= 2);
        assert!(
            page.iter()
                .all(|record| record.user == user && record.state == JobState::Pending)
        );
        seen.extend(page.iter().map(|record| record.id));
    }
    let expected = 4 - claimed.iter().filter(|claimed| claimed.user == user).count();
    assert_eq!(seen.len(), expected);
    assert!(seen.is_sorted_by(|one, next| one > next), "newest first");
    let nowhere = jobs::Filter {
        queue: Some("mail".to_owned()),
        ..filter
    };
    assert!(jobs::page(&yard.store, &nowhere, None, 9).await.unwrap().is_empty());
}

async fn waiting_jobs_that_nobody_knows_are_named(url: &str) {
    let yard = Yard::at(url).await;
    for kind in ["a", "b", "b"] {
        let job = NewJob {
            kind: kind.to_owned(),
            ..yard.job()
        };
        within!(yard.store, transaction => jobs::enqueue(transaction, &job)).unwrap();
    }
    let strange = jobs::unclaimed_kinds(&yard.store, &[("media", "a"), ("mail", "b")])
        .await
        .unwrap();
    assert_eq!(strange, [("media".to_owned(), "b".to_owned())]);
    assert!(
        jobs::unclaimed_kinds(&yard.store, &[("media", "a"), ("media", "b")])
            .await
            .unwrap()
            .is_empty()
    );
}
