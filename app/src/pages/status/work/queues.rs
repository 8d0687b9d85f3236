//! One queue: what waits and what runs.

use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName};
use wire::jobs::{QueueEntry, WorkReport};

use super::words;
use crate::pages::words::{duration, t_count, t_with};

#[component]
pub fn QueueRow(queue: QueueEntry, report: RwSignal<WorkReport>) -> impl IntoView {
    let name = queue.name.clone();
    let title = words::queue(&name);
    // As it came, when it is about to leave the list.
    let now = Signal::derive(move || {
        report.with(|report| {
            let found = report.queues.iter().find(|found| found.name == queue.name);
            found.unwrap_or(&queue).clone()
        })
    });
    view! {
        <li class="row" data-testid="queue-row">
            <span class="thumb">
                <Icon name=IconName::Queue />
            </span>
            <span class="name">{title} {" "} <span class="muted">{name}</span></span>
            <span class="facts">
                <span>{move || now.with(|queue| words::load(queue.running, queue.waiting))}</span>
                {move || now.with(|queue| (queue.failed > 0).then(|| failed(queue.failed)))}
                {move || now.with(|queue| queue.oldest_waiting_seconds.map(oldest))}
            </span>
            {move || now.with(|queue| (!queue.unknown_kinds.is_empty()).then(|| unknown(&queue.unknown_kinds)))}
        </li>
    }
}

fn oldest(seconds: u64) -> impl IntoView {
    let text = t_with(Key::WorkOldest, &[("duration", &duration(seconds))]);
    view! { <span class="oldest">{text}</span> }
}

fn failed(jobs: u64) -> impl IntoView {
    view! { <span class="state danger">{t_count(Key::WorkFailed, jobs)}</span> }
}

/// Waits for somebody who knows what to do: usually a worker of a newer version.
fn unknown(kinds: &[String]) -> impl IntoView + use<> {
    let text = t_with(Key::WorkUnknown, &[("kinds", &kinds.join(", "))]);
    view! {
        <p class="more">
            <span class="state warn">{text}</span>
        </p>
    }
}
