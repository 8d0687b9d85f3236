//! Passing by a part that does not answer, so that its silence costs one wait and not one for
//! every request.

use std::fmt::Display;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use futures::future::BoxFuture;
use tokio::time::{sleep, timeout};

/// How often a part that was given up is tried, in the background.
const TRY_EVERY: Duration = Duration::from_secs(1);

/// How long such a try may take: longer than a question, because nobody waits for it.
const TRY_LIMIT: Duration = Duration::from_secs(5);

type Probe = Box<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// The way to one part: closed as a circuit is when it works, open while the part is away.
pub struct Circuit(Arc<State>);

struct State {
    part: &'static str,
    patience: Duration,
    open: AtomicBool,
    probe: Probe,
}

impl Circuit {
    /// Waits for `part` no longer than `patience`. `probe` tells whether it is back.
    pub fn new<F>(part: &'static str, patience: Duration, probe: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = bool> + Send + 'static,
    {
        Self(Arc::new(State {
            part,
            patience,
            open: AtomicBool::new(false),
            probe: Box::new(move || Box::pin(probe())),
        }))
    }

    /// What the part answers; `None` at once while it is away, or after the patience when it has
    /// just gone.
    pub async fn ask<T, E: Display>(&self, question: impl Future<Output = Result<T, E>>) -> Option<T> {
        if self.0.open.load(Ordering::Acquire) {
            return None;
        }
        match timeout(self.0.patience, question).await {
            Ok(Ok(answer)) => return Some(answer),
            Ok(Err(error)) => self.open(&error),
            Err(_) => self.open(&format_args!("no answer within {} ms", self.0.patience.as_millis())),
        }
        None
    }

    fn open(&self, reason: &dyn Display) {
        let state = &self.0;
        if state.open.swap(true, Ordering::AcqRel) {
            return;
        }
        tracing::warn!(part = state.part, %reason, "limits are counted without the {} for now", state.part);
        tokio::spawn(close_when_back(Arc::downgrade(state)));
    }
}

/// Ends when the part is back, or when nobody wants it any more.
async fn close_when_back(state: Weak<State>) {
    loop {
        sleep(TRY_EVERY).await;
        let Some(state) = state.upgrade() else { return };
        if timeout(TRY_LIMIT, (state.probe)()).await == Ok(true) {
            state.open.store(false, Ordering::Release);
            tracing::info!(part = state.part, "limits are counted with the {} again", state.part);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use tokio::time::Instant;

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(250);

    fn circuit(back: &Arc<AtomicBool>) -> Circuit {
        let back = Arc::clone(back);
        Circuit::new("test", PATIENCE, move || ready(back.load(Ordering::Relaxed)))
    }

    #[tokio::test(start_paused = true)]
    async fn silence_costs_one_wait() {
        let back = Arc::new(AtomicBool::new(false));
        let circuit = circuit(&back);
        let start = Instant::now();
        assert_eq!(circuit.ask(pending::<Result<(), &str>>()).await, None);
        assert_eq!(start.elapsed(), PATIENCE);
        for _ in 0..100 {
            assert_eq!(circuit.ask(pending::<Result<(), &str>>()).await, None);
        }
        assert_eq!(start.elapsed(), PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_asked_again_once_it_is_back() {
        let back = Arc::new(AtomicBool::new(false));
        let circuit = circuit(&back);
        assert_eq!(circuit.ask(ready(Err::<u8, _>("gone"))).await, None);
        sleep(TRY_EVERY * 3).await;
        assert_eq!(circuit.ask(ready(Ok::<_, &str>(1))).await, None, "it is still away");
        back.store(true, Ordering::Relaxed);
        sleep(TRY_EVERY * 2).await;
        assert_eq!(circuit.ask(ready(Ok::<_, &str>(1))).await, Some(1));
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_tries_for_a_circuit_that_is_gone() {
        let back = Arc::new(AtomicBool::new(false));
        let circuit = circuit(&back);
        circuit.ask(ready(Err::<u8, _>("gone"))).await;
        drop(circuit);
        sleep(TRY_EVERY * 2).await;
        assert_eq!(Arc::strong_count(&back), 1, "the probe is gone with it");
    }
}
