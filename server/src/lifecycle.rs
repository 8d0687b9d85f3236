//! Leaving in order: not ready, then closed to new callers, then drained, then cut.
//!
//! 1. [`Shutdown::leave`]: `is_draining()` turns true and readiness answers 503 at once, so that
//!    load balancers look elsewhere; everything still works.
//! 2. After the notice the `soft()` token fires: listeners stop accepting, open connections finish
//!    what they are doing and are closed with a hint, background work stops at its next pause.
//! 3. When all tracked tasks have ended, or the drain time is over, the `hard()` token fires and
//!    whatever still runs is cut.
//!
//! A second signal goes to step 3 at once.

use std::future::Future;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long cut tasks get to notice before the process goes on without them.
const CUT_GRACE: Duration = Duration::from_secs(2);

/// The way out, shared by everything that has to know of it. Clones are cheap and speak of the
/// same shutdown.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    leaving: CancellationToken,
    soft: CancellationToken,
    hard: CancellationToken,
    tasks: TaskTracker,
}

/// How much time each step of leaving gets.
#[derive(Clone, Copy, Debug)]
pub struct Timings {
    /// Between "not ready" and the closed door.
    pub notice: Duration,
    /// Between the closed door and the cut.
    pub drain: Duration,
}

/// How the leaving went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Everything finished by itself.
    Drained,
    /// Something had to be cut.
    Cut,
}

impl Shutdown {
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether this process is on its way out and should get no new work.
    pub fn is_draining(&self) -> bool {
        self.leaving.is_cancelled()
    }

    /// Fires when new connections are no longer taken and open ones should finish.
    pub fn soft(&self) -> &CancellationToken {
        &self.soft
    }

    /// Fires when everything that still runs has to stop where it is.
    pub fn hard(&self) -> &CancellationToken {
        &self.hard
    }

    /// Starts a task that leaving waits for. It has to end by itself once `soft()` fires, and is
    /// dropped where it stands when `hard()` does.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let hard = self.hard.clone();
        self.tasks.spawn(async move {
            hard.run_until_cancelled(task).await;
        })
    }

    /// Has leaving wait for `task` without ever dropping it: for those that heed `hard()` themselves
    /// and have something to put away first.
    pub fn wait_for(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        self.tasks.spawn(task)
    }

    /// Goes through all steps, and returns when nothing tracked runs any more.
    pub async fn leave(&self, timings: Timings) -> Left {
        self.leaving.cancel();
        self.hard.run_until_cancelled(tokio::time::sleep(timings.notice)).await;
        self.soft.cancel();
        self.tasks.close();
        let drained = self
            .hard
            .run_until_cancelled(tokio::time::timeout(timings.drain, self.tasks.wait()))
            .await;
        // Tasks that end because they were cut have not drained.
        if matches!(drained, Some(Ok(()))) && !self.hard.is_cancelled() {
            self.hard.cancel();
            return Left::Drained;
        }
        self.hard.cancel();
        if tokio::time::timeout(CUT_GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!(
                tasks = self.tasks.len(),
                "some tasks did not notice the shutdown and were left behind"
            );
        }
        Left::Cut
    }

    /// Cuts everything now. Whoever is in [`Self::leave`] goes to its end.
    pub fn cut(&self) {
        self.leaving.cancel();
        self.soft.cancel();
        self.hard.cancel();
    }
}

/// What the operating system, or the person at the keyboard, uses to end us.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From here on these signals no longer end the process by themselves.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one and names it.
    pub async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Timings = Timings {
        notice: Duration::ZERO,
        drain: Duration::from_millis(50),
    };
    const PATIENT: Timings = Timings {
        notice: Duration::ZERO,
        drain: Duration::from_mins(1),
    };

    #[tokio::test]
    async fn a_task_that_heeds_the_soft_token_is_waited_for() {
        let shutdown = Shutdown::new();
        let soft = shutdown.soft().clone();
        let task = shutdown.spawn(async move { soft.cancelled().await });
        assert_eq!(shutdown.leave(PATIENT).await, Left::Drained);
        assert!(task.is_finished());
    }

    #[tokio::test]
    async fn a_task_that_does_not_is_cut_when_the_drain_time_is_over() {
        let shutdown = Shutdown::new();
        let task = shutdown.spawn(std::future::pending());
        assert_eq!(shutdown.leave(SHORT).await, Left::Cut);
        assert!(task.is_finished());
    }

    #[tokio::test]
    async fn readiness_ends_before_the_door_closes() {
        let shutdown = Shutdown::new();
        assert!(!shutdown.is_draining());
        let leaving = tokio::spawn({
            let shutdown = shutdown.clone();
            async move {
                shutdown
                    .leave(Timings {
                        notice: Duration::from_mins(1),
                        drain: Duration::ZERO,
                    })
                    .await
            }
        });
        shutdown.leaving.cancelled().await;
        assert!(shutdown.is_draining());
        assert!(!shutdown.soft().is_cancelled());
        shutdown.cut();
        leaving.await.expect("the leaving task ends");
        assert!(shutdown.soft().is_cancelled());
    }

    #[tokio::test]
    async fn a_second_signal_cuts_a_patient_drain_short() {
        let shutdown = Shutdown::new();
        shutdown.spawn(std::future::pending());
        let leaving = tokio::spawn({
            let shutdown = shutdown.clone();
            async move { shutdown.leave(PATIENT).await }
        });
        shutdown.soft().cancelled().await;
        shutdown.cut();
        assert_eq!(leaving.await.expect("the leaving task ends"), Left::Cut);
    }
}
