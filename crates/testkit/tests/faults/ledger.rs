//! A promise that was broken is named, and nothing else is.

use anyhow::ensure;
use testkit::ledger::{Ledger, Outcome};

#[tokio::test]
async fn what_was_acknowledged_and_is_not_there_is_named_with_its_value() -> anyhow::Result<()> {
    let ledger = Ledger::new();
    for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
        ledger.ack(key, value);
    }
    ledger.check(async |_, _| Ok(())).await?;

    let there = [("a", 1), ("b", 7)];
    let look = async |key: &str, value: &i32| {
        let found = there.iter().find(|(there, _)| *there == key);
        ensure!(found.is_some(), "is not there");
        ensure!(found == Some(&(key, *value)), "is another: {found:?}");
        Ok(())
    };
    let error = ledger.check(look).await.expect_err("two are wrong").to_string();
    assert_eq!(
        error,
        "2 of 3 acknowledged are not as they should be:\n  \
         b: is another: Some((\"b\", 7)) (asked for: 2)\n  \
         c: is not there (asked for: 3)"
    );
    Ok(())
}

#[tokio::test]
async fn what_nobody_answered_may_be_there_or_not() -> anyhow::Result<()> {
    let ledger = Ledger::new();
    drop(ledger.begin("cut", 1));
    ledger.begin("done", 2).acknowledged();
    ledger.begin("no", 3).refused();
    assert_eq!(ledger.keys(Outcome::Open), ["cut"]);
    assert_eq!(ledger.to_string(), "1 acknowledged, 1 refused, 1 open");
    assert_eq!(ledger.get("no"), Some((3, Outcome::Refused)));

    let mut looked = Vec::new();
    ledger
        .check(async |key, _| {
            looked.push(key.to_owned());
            Ok(())
        })
        .await?;
    assert_eq!(looked, ["done"]);
    ledger
        .check_open(async |key, value| {
            looked.push(format!("{key}={value}"));
            Ok(())
        })
        .await?;
    assert_eq!(looked, ["done", "cut=1"]);

    ledger.check_nothing_else(["done"])?;
    ledger.check_nothing_else(["done", "cut"])?;
    let error = ledger
        .check_nothing_else(["done", "no", "cut", "cut", "stranger"])
        .expect_err("three are wrong")
        .to_string();
    for fault in [
        "3 of 4 present",
        "no: was refused",
        "cut: is there more than once",
        "stranger: was never asked for",
    ] {
        assert!(error.contains(fault), "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn many_tasks_write_and_a_long_message_stays_readable() {
    let ledger = Ledger::new();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let ledger = &ledger;
            scope.spawn(move || (0..50).for_each(|number| ledger.ack(format!("{thread}/{number}"), number)));
        }
    });
    assert_eq!(ledger.count(Outcome::Acknowledged), 200);
    let error = ledger
        .check(async |_, _| anyhow::bail!("lost"))
        .await
        .expect_err("all are lost")
        .to_string();
    assert_eq!(error.lines().count(), 22, "{error}");
    assert!(
        error.starts_with("200 of 200 ") && error.ends_with("and 180 more"),
        "{error}"
    );
}

#[test]
#[should_panic(expected = "in the ledger already")]
fn a_key_is_used_once() {
    let ledger = Ledger::new();
    ledger.ack("a", ());
    ledger.ack("a", ());
}
