//! Keeps a report fresh while somebody can see it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::jobs::{JobEntry, WorkReport};

use crate::server_fns::jobs::background_work;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);
/// When no answer came, the next look waits for so many pauses.
const PATIENCE: u32 = 5;

/// A report, and how it is kept fresh.
#[derive(Clone, Copy)]
pub struct Watch {
    pub report: RwSignal<WorkReport>,
    /// The last look got no answer, so what is shown may be old.
    pub late: RwSignal<bool>,
    /// A look is on its way.
    looking: StoredValue<bool>,
    /// How many changes were made here: an answer from before the last one is out of date.
    changes: StoredValue<u32>,
}

impl Watch {
    pub fn begin(first: WorkReport) -> Self {
        let watch = Self {
            report: RwSignal::new(first),
            late: RwSignal::new(false),
            looking: StoredValue::new(false),
            changes: StoredValue::new(0),
        };
        Effect::new(move |_| watch.look_now_and_then());
        watch
    }

    /// Shows what became of a job, without waiting for the next look.
    pub fn changed(self, job: JobEntry) {
        self.report.update(|report| {
            if let Some(shown) = report.jobs.iter_mut().find(|shown| shown.id == job.id) {
                *shown = job;
            }
        });
        self.look_anew();
    }

    /// Looks once more; what is on its way was seen before.
    pub fn look_anew(self) {
        self.changes.update_value(|changes| *changes += 1);
        self.look();
    }

    fn look(self) {
        self.looking.set_value(true);
        let changes = self.changes.get_value();
        spawn_local(async move {
            let answer = background_work().await;
            // By now the page may be gone.
            let Some(changes_now) = self.changes.try_get_value() else {
                return;
            };
            self.looking.set_value(false);
            match answer {
                Ok(report) if changes == changes_now => {
                    self.report.set(report);
                    self.late.set(false);
                }
                Ok(_) => {}
                Err(_) => self.late.set(true),
            }
        });
    }

    fn look_now_and_then(self) {
        let skipped = StoredValue::new(0_u32);
        let look = move || {
            if document().hidden() || self.looking.get_value() {
                return;
            }
            skipped.update_value(|skipped| *skipped += 1);
            if self.late.get_untracked() && skipped.get_value() < PATIENCE {
                return;
            }
            skipped.set_value(0);
            self.look();
        };
        let ticking = set_interval_with_handle(look, PAUSE);
        let seen_again = window_event_listener_untyped("visibilitychange", move |_| look());
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
            seen_again.remove();
        });
    }
}
