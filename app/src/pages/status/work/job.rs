//! One job: where it stands, how far it is, why it failed, and what to do about it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use texts::{Key, format};
use ui::{Icon, IconName, Meter, Whole as _};
use wire::jobs::{JobEntry, JobProgress, JobState};

use super::watch::Watch;
use super::words;
use crate::bootstrap::facts;
use crate::pages::words::{machine_moment, moment, t, t_count, t_with};
use crate::server_fns::jobs::{cancel_job, retry_job};

/// Longer reasons fold to their beginning.
const SHORT: usize = 200;

#[component]
pub fn JobRow(job: JobEntry, watch: Watch) -> impl IntoView {
    let (id, named, title) = (job.id.clone(), job.id.clone(), words::kind(&job.kind));
    let kind = (title != job.kind).then(|| view! { <span class="muted">{job.kind.clone()}</span> });
    let report = watch.report;
    // As it came, when it is about to leave the list.
    let now = Signal::derive(move || {
        report.with(|report| {
            let found = report.jobs.iter().find(|found| found.id == job.id);
            found.unwrap_or(&job).clone()
        })
    });
    let state = move || now.with(|job| job.state);
    let refused = RwSignal::new(None::<String>);
    view! {
        <li class="row job" class:failed=move || state() == JobState::Failed data-testid="job-row" data-job=named>
            <span class="thumb">{move || view! { <Icon name=words::icon(state()) /> }}</span>
            <span class="name">{title.clone()} {" "} {kind}</span>
            <span class="facts">
                {move || {
                    let (micros, words) = now.with(|job| words::when(job, report.with(|report| report.at)));
                    view! {
                        <time class="when" datetime=machine_moment(micros) title=moment(micros)>
                            {words}
                        </time>
                    }
                }}
                {move || {
                    let (words, tone) = now.with(words::state);
                    view! { <span class=format!("state {}", tone.class())>{words}</span> }
                }}
            </span>
            <span class="acts">
                <Act id=id.clone() act=Do::Retry title=title.clone() now watch refused />
                <Act id act=Do::Cancel title=title.clone() now watch refused />
            </span>
            <Progress now title />
            <Why now />
            {move || refused.get().map(|text| view! { <p class="more refused" role="alert">{text}</p> })}
        </li>
    }
    .whole()
}

/// What somebody can do about a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Do {
    Retry,
    Cancel,
}

#[component]
fn Act(
    id: String,
    act: Do,
    title: String,
    now: Signal<JobEntry>,
    watch: Watch,
    refused: RwSignal<Option<String>>,
) -> impl IntoView {
    let offered = move || {
        now.with(|job| match act {
            Do::Retry => job.can_retry,
            Do::Cancel => job.can_cancel,
        })
    };
    let busy = RwSignal::new(false);
    let ask = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let id = id.clone();
        spawn_local(async move {
            let answer = match act {
                Do::Retry => retry_job(id).await,
                Do::Cancel => cancel_job(id).await,
            };
            // By now the row may be gone.
            if busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(job) => {
                    refused.set(None);
                    watch.changed(job);
                }
                Err(error) => {
                    refused.set(Some(words::refusal(error.code())));
                    watch.look_anew();
                }
            }
        });
    };
    let (icon, text, named) = match act {
        Do::Retry => (IconName::Retry, Key::WorkRetry, Key::WorkRetryNamed),
        Do::Cancel => (IconName::Close, Key::WorkCancel, Key::WorkCancelNamed),
    };
    let label = t_with(named, &[("name", &title)]);
    view! {
        <button
            type="button"
            class=if act == Do::Retry { "btn tight line" } else { "btn tight" }
            hidden=move || !offered()
            aria-label=label
            aria-busy=move || busy.get().to_string()
            on:click=ask
        >
            <Icon name=icon />
            {t(text)}
        </button>
    }
}

/// How far a running job is.
#[component]
fn Progress(now: Signal<JobEntry>, title: String) -> impl IntoView {
    let progress = move || now.with(|job| job.progress.clone().filter(|_| job.state.is_running()));
    let share = move || progress().as_ref().and_then(share);
    let percent = Signal::derive(move || f64::from(share().unwrap_or(0)));
    let note = move || progress().and_then(|progress| progress.note).unwrap_or_default();
    view! {
        <div class="more progress" class:vague=move || share().is_none() hidden=move || progress().is_none()>
            <Meter percent label=title />
            <span class="num">{move || progress().as_ref().map(how_far)}</span>
            <bdi class="cut" title=note>
                {note}
            </bdi>
        </div>
    }
    .whole()
}

/// In whole percents, once it is known out of how much.
fn share(progress: &JobProgress) -> Option<u8> {
    let total = progress.total?.max(1);
    // Both made smaller alike, so that a hundred times one of them is still a number.
    let scale = (total >> 56) + 1;
    let share = progress.done.min(total) / scale * 100 / (total / scale);
    u8::try_from(share).ok()
}

fn how_far(progress: &JobProgress) -> String {
    match share(progress) {
        Some(share) => format::percent(share, facts().language),
        None => t_count(Key::WorkProgress, progress.done),
    }
}

/// Why the last attempt did not succeed, as long as that matters.
#[component]
fn Why(now: Signal<JobEntry>) -> impl IntoView {
    let told = Memo::new(move |_| {
        now.with(|job| {
            let matters = match job.state {
                JobState::Failed => true,
                JobState::Pending | JobState::Analyzing | JobState::Processing => job.attempt > 0,
                JobState::Completed | JobState::Cancelled => false,
            };
            let trouble = words::trouble(job.trouble.filter(|_| matters)?);
            let reason = words::sentence(job.reason.as_deref().unwrap_or_default());
            let head = match attempts(job) {
                Some(attempts) => format!("{attempts} {trouble}"),
                None => trouble,
            };
            Some((head, reason))
        })
    });
    move || {
        told.get().map(|(head, reason)| {
            let head = view! { <strong>{head}</strong>" " };
            // What a program says of itself is in English.
            if reason.chars().count() > SHORT {
                let beginning: String = reason.chars().take(SHORT).collect();
                view! {
                    <details class="more why">
                        <summary>
                            {head} <bdi class="beginning" lang="en">
                                {beginning}
                                "…"
                            </bdi> <Icon name=IconName::ChevronDown />
                        </summary>
                        <p lang="en">{reason}</p>
                    </details>
                }
                .whole()
            } else {
                view! {
                    <p class="more why">
                        {head} <bdi lang="en">{reason}</bdi>
                    </p>
                }
                .whole()
            }
        })
    }
}

/// Which attempt it was, where there may be several.
fn attempts(job: &JobEntry) -> Option<String> {
    let several = job.max_attempts > 1 && job.attempt > 1 || job.state == JobState::Pending;
    let (attempt, total) = (job.attempt.to_string(), job.max_attempts.to_string());
    several.then(|| t_with(Key::WorkAttempt, &[("attempt", &attempt), ("total", &total)]))
}
