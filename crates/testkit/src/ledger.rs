//! What was promised: everything that was acknowledged while things went wrong, to be looked for
//! afterwards.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Display, Write as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::bail;

/// How many faults a message names.
const NAMED: usize = 20;

/// A record that many tasks write at once. Keys are used once.
///
/// What a client knows of a request is one of three: it was acknowledged, and its effect must be
/// there for good; it was refused, and must not be there; or nobody ever answered, and either is
/// right.
#[derive(Debug)]
pub struct Ledger<V> {
    entries: Mutex<BTreeMap<String, (V, Outcome)>>,
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Acknowledged,
    Refused,
    /// Not answered, or not clearly: the effect may be there or not.
    Open,
}

/// Something that was asked for. Dropped without a word it stays open.
#[must_use = "an attempt nobody answers stays open"]
pub struct Attempt<'l, V> {
    ledger: &'l Ledger<V>,
    key: String,
}

impl<V> Default for Ledger<V> {
    fn default() -> Self {
        Self {
            entries: Mutex::new(BTreeMap::new()),
        }
    }
}

impl<V: Clone + Debug> Ledger<V> {
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes that `key` is asked for, before it is.
    ///
    /// # Panics
    /// When the key was used before: then nothing could be said of it afterwards.
    pub fn begin(&self, key: impl Into<String>, value: V) -> Attempt<'_, V> {
        let key = key.into();
        let before = self.entries().insert(key.clone(), (value, Outcome::Open));
        assert!(before.is_none(), "{key} is in the ledger already");
        Attempt { ledger: self, key }
    }

    /// Notes something that was acknowledged already.
    ///
    /// # Panics
    /// When the key was used before.
    pub fn ack(&self, key: impl Into<String>, value: V) {
        self.begin(key, value).acknowledged();
    }

    /// The keys of this outcome, in order.
    pub fn keys(&self, outcome: Outcome) -> Vec<String> {
        let entries = self.entries();
        let keys = entries.iter().filter(|(_, (_, found))| *found == outcome);
        keys.map(|(key, _)| key.clone()).collect()
    }

    pub fn count(&self, outcome: Outcome) -> usize {
        self.entries().values().filter(|(_, found)| *found == outcome).count()
    }

    /// What was asked for under `key`, and what became of it.
    pub fn get(&self, key: &str) -> Option<(V, Outcome)> {
        self.entries().get(key).cloned()
    }

    /// Looks for everything that was acknowledged; `look` fails when it is not there as it should
    /// be. Each fault is named, not only the first.
    pub async fn check(&self, look: impl AsyncFnMut(&str, &V) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.check_those("acknowledged", |outcome| outcome == Outcome::Acknowledged, look)
            .await
    }

    /// Looks at everything that nobody answered; `look` fails when it is there by half.
    pub async fn check_open(&self, look: impl AsyncFnMut(&str, &V) -> anyhow::Result<()>) -> anyhow::Result<()> {
        self.check_those("unanswered", |outcome| outcome == Outcome::Open, look)
            .await
    }

    /// Fails when something is there that was refused, or never asked for, or more than once.
    pub fn check_nothing_else(&self, present: impl IntoIterator<Item = impl AsRef<str>>) -> anyhow::Result<()> {
        let mut seen = BTreeMap::new();
        for key in present {
            *seen.entry(key.as_ref().to_owned()).or_insert(0) += 1;
        }
        let entries = self.entries();
        let fault = |key: &String, times: &u32| match entries.get(key).map(|(_, outcome)| outcome) {
            None => Some("was never asked for"),
            Some(Outcome::Refused) => Some("was refused"),
            Some(_) if *times > 1 => Some("is there more than once"),
            Some(_) => None,
        };
        let faults: Vec<_> = seen
            .iter()
            .filter_map(|(key, times)| Some((key.clone(), fault(key, times)?.to_owned())))
            .collect();
        report(&faults, seen.len(), "present")
    }

    async fn check_those(
        &self,
        what: &str,
        which: impl Fn(Outcome) -> bool,
        mut look: impl AsyncFnMut(&str, &V) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let entries: Vec<_> = self
            .entries()
            .iter()
            .filter(|(_, (_, outcome))| which(*outcome))
            .map(|(key, (value, _))| (key.clone(), value.clone()))
            .collect();
        let mut faults = Vec::new();
        for (key, value) in &entries {
            if let Err(error) = look(key, value).await {
                faults.push((key.clone(), format!("{error:#} (asked for: {value:?})")));
            }
        }
        report(&faults, entries.len(), what)
    }
}

impl<V> Ledger<V> {
    fn entries(&self) -> MutexGuard<'_, BTreeMap<String, (V, Outcome)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone + Debug> Display for Ledger<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [acknowledged, refused, open] =
            [Outcome::Acknowledged, Outcome::Refused, Outcome::Open].map(|outcome| self.count(outcome));
        write!(f, "{acknowledged} acknowledged, {refused} refused, {open} open")
    }
}

impl<V> Attempt<'_, V> {
    /// It was promised: from now on it must be there.
    pub fn acknowledged(self) {
        self.set(Outcome::Acknowledged);
    }

    /// It was surely not done: it must never be there.
    pub fn refused(self) {
        self.set(Outcome::Refused);
    }

    fn set(self, outcome: Outcome) {
        if let Some(entry) = self.ledger.entries().get_mut(&self.key) {
            entry.1 = outcome;
        }
    }
}

fn report(faults: &[(String, String)], of: usize, what: &str) -> anyhow::Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut text = format!("{} of {of} {what} are not as they should be:", faults.len());
    for (key, fault) in faults.iter().take(NAMED) {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n  {key}: {fault}");
    }
    if let Some(more) = faults.len().checked_sub(NAMED + 1) {
        let _ = write!(text, "\n  and {} more", more + 1);
    }
    bail!(text)
}
