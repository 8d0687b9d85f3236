//! Background work: how it stands in a sentence, queue by queue, and the newest jobs.

mod job;
mod queues;
mod watch;
mod words;

use leptos::prelude::*;
use texts::Key;
use ui::Whole as _;
use wire::jobs::WorkReport;

use self::job::JobRow;
use self::queues::QueueRow;
use self::watch::Watch;
use crate::pages::words::{error_text, t};
use crate::server_fns::UiError;

pub use self::words::has_failed;

type First = Resource<Result<WorkReport, UiError>>;

#[component]
pub fn Work(
    first: First,
    /// Told whether something failed that somebody should look at.
    failed: RwSignal<Option<bool>>,
) -> impl IntoView {
    view! {
        <section class="work" aria-labelledby="work">
            <h2 id="work">{t(Key::WorkTitle)}</h2>
            <Suspense fallback=|| view! { <p class="muted" aria-busy="true">{t(Key::WorkLoading)}</p> }>
                {move || Suspend::new(async move {
                    match first.await {
                        Ok(report) => view! { <Live report failed /> }.whole(),
                        Err(error) => view! { <Failed error first /> }.whole(),
                    }
                })}
            </Suspense>
        </section>
    }
    .whole()
}

/// What the server said, and what it has said since.
#[component]
fn Live(report: WorkReport, failed: RwSignal<Option<bool>>) -> impl IntoView {
    let watch = Watch::begin(report);
    let report = watch.report;
    Effect::new(move |_| failed.set(Some(report.with(has_failed))));
    let queues = move || report.with(|report| report.queues.clone());
    let jobs = move || report.with(|report| report.jobs.clone());
    let nothing = move || report.with(|report| report.jobs.is_empty());
    let stands = move || report.with(|report| words::standing(&report.queues));
    view! {
        <p class="standing">
            <span class=move || format!("state {}", stands().tone.class()) role="status">
                {move || stands().words}
            </span>
            <span class="late muted" hidden=move || !watch.late.get()>
                {t(Key::WorkLate)}
            </span>
        </p>
        <ul class="rows parts" aria-label=t(Key::WorkQueues)>
            <For each=queues key=|queue| queue.name.clone() let:queue>
                <QueueRow queue report />
            </For>
        </ul>
        <h3 id="newest">{t(Key::WorkNewest)}</h3>
        <p class="muted" hidden=move || !nothing()>
            {t(Key::WorkNothing)}
        </p>
        <ul class="rows jobs" aria-labelledby="newest" hidden=nothing>
            <For each=jobs key=|job| job.id.clone() let:job>
                <JobRow job watch />
            </For>
        </ul>
        <footer class="list-foot muted small">
            <span>{t(Key::WorkNewestText)}</span>
            <a href="/api/v1/jobs" rel="external">
                {t(Key::WorkJson)}
            </a>
        </footer>
    }
    .whole()
}

#[component]
fn Failed(error: UiError, first: First) -> impl IntoView {
    view! {
        <p class="standing">
            <span class="state danger">{error_text(error.code())}</span>
        </p>
        <button type="button" class="btn line" on:click=move |_| first.refetch()>
            {t(Key::FailureRetry)}
        </button>
    }
}
