//! How things stand: room, health, and the other way in.

use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName, Whole as _};
use wire::health::HealthState;
use wire::home::{FileKind, HomeReport, Share};

use crate::pages::files::Curl;
use crate::pages::words::{size, t, t_count, t_with, to};

#[component]
pub fn Standing(report: HomeReport) -> impl IntoView {
    let HomeReport {
        stored_bytes,
        shares,
        free_bytes,
        state,
        failed_jobs,
        ..
    } = report;
    view! {
        <Storage stored=stored_bytes shares free=free_bytes />
        <section>
            <h2>{t(Key::HomeSystem)}</h2>
            <Health state failed_jobs />
        </section>
        <section class="ways-in">
            <h2>{t(Key::TerminalTitle)}</h2>
            <p class="terminal small">
                <Curl />
            </p>
        </section>
    }
    .whole()
}

#[component]
fn Storage(stored: u64, shares: Vec<Share>, free: Option<u64>) -> impl IntoView {
    let total = free.map(|free| free.saturating_add(stored));
    let words = match total {
        Some(total) => t_with(Key::HomeStoredOf, &[("stored", &size(stored)), ("total", &size(total))]),
        None => size(stored),
    };
    let parts = shares
        .iter()
        .map(|share| {
            let width = thousandths(share.bytes, total.unwrap_or(stored));
            view! { <i class=class_of(share.kind) style=format!("--part: {width}")></i> }
        })
        .collect_view();
    let free = free.map(|free| ("free", Key::HomeFree, free));
    let lines = shares
        .into_iter()
        .map(|share| (class_of(share.kind), words_for(share.kind), share.bytes))
        .chain(free)
        .map(|(class, words, bytes)| {
            view! {
                <div>
                    <dt>
                        <i class=class></i>
                        {t(words)}
                    </dt>
                    <dd>{size(bytes)}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <section>
            <header class="section-head">
                <h2>{t(Key::HomeStorage)}</h2>
                <span class="muted num">{words}</span>
            </header>
            <div class="kinds" aria-hidden="true">{parts}</div>
            <dl class="kinds-list">{lines}</dl>
        </section>
    }
    .whole()
}

#[component]
fn Health(state: HealthState, failed_jobs: u64) -> impl IntoView {
    let (class, icon, title, text) = match (state, failed_jobs) {
        (HealthState::Ok, 0) => ("ok", IconName::Check, t(Key::HomeWell), t(Key::HomeWellText)),
        (HealthState::Ok, failed) => (
            "warn",
            IconName::Warning,
            t_count(Key::HomeFailedJobs, failed),
            t(Key::HomeLookText),
        ),
        (_, _) => ("warn", IconName::Warning, t(Key::HomeLook), t(Key::HomeLookText)),
    };
    view! {
        <a class=format!("standing {class}") href=to("/status")>
            <Icon name=icon />
            <span>
                <strong>{title}</strong>
                <span class="small muted">{text}</span>
            </span>
            <Icon name=IconName::ChevronRight />
        </a>
    }
    .whole()
}

/// How much of the meter something takes; what is there can be seen.
fn thousandths(part: u64, whole: u64) -> u64 {
    // Kibibytes are fine enough, and keep the product from running over.
    ((part >> 10) * 1000 / (whole >> 10).max(1)).max(4)
}

fn class_of(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Video => "video",
        FileKind::Photo => "photo",
        FileKind::Audio => "audio",
        FileKind::Document => "document",
        FileKind::Other => "other",
    }
}

fn words_for(kind: FileKind) -> Key {
    match kind {
        FileKind::Video => Key::HomeKindVideo,
        FileKind::Photo => Key::HomeKindPhoto,
        FileKind::Audio => Key::HomeKindAudio,
        FileKind::Document => Key::HomeKindDocument,
        FileKind::Other => Key::HomeKindOther,
    }
}
