//! What was added lately, day by day.

use leptos::prelude::*;
use texts::{Key, format};
use ui::{Icon, IconName, Whole as _};
use wire::files::FileEntry;

use crate::bootstrap::facts;
use crate::pages::files::FileRow;
use crate::pages::words::{size, t, t_count, to};

/// A day shows so many files; the rest is counted.
const OF_ONE_DAY: usize = 8;

#[component]
pub fn Added(now: i64, recent: Vec<FileEntry>, files: u64) -> impl IntoView {
    let days = by_day(recent)
        .into_iter()
        .map(|files| view! { <Day now files /> })
        .collect_view();
    view! {
        <section class="added">
            <header class="section-head">
                <h2>{t(Key::HomeAdded)}</h2>
                <a class="more" href=to("/files")>
                    {t(Key::HomeAllFiles)}
                    " "
                    <span class="num">{format::number(files, facts().language)}</span>
                    <Icon name=IconName::ChevronRight />
                </a>
            </header>
            {days}
        </section>
    }
    .whole()
}

#[component]
fn Day(now: i64, files: Vec<FileEntry>) -> impl IntoView {
    let facts = facts();
    let at = files.first().map_or(now, |file| file.added_at);
    let count = files.len() as u64;
    let bytes = files.iter().map(|file| file.size).sum();
    let hidden = files.len().saturating_sub(OF_ONE_DAY) as u64;
    let day = facts.catalogue.day(at, now, &facts.zone);
    let rows = files
        .into_iter()
        .take(OF_ONE_DAY)
        .map(|file| view! { <FileRow file time_alone=true /> })
        .collect_view();
    view! {
        <section class="day">
            <header>
                <h3>{day}</h3>
                <p class="small muted num">{t_count(Key::FilesCount, count)} ", " {size(bytes)}</p>
            </header>
            <div>
                <ul class="rows">{rows}</ul>
                {(hidden > 0)
                    .then(|| {
                        view! {
                            <p class="day-more small">
                                <a href=to("/files")>{t_count(Key::HomeMore, hidden)}</a>
                            </p>
                        }
                    })}
            </div>
        </section>
    }
    .whole()
}

/// Newest first, as they come, cut wherever another day begins.
fn by_day(files: Vec<FileEntry>) -> Vec<Vec<FileEntry>> {
    let zone = facts().zone;
    let mut days: Vec<Vec<FileEntry>> = Vec::new();
    for file in files {
        match days.last_mut() {
            Some(day) if format::days_between(day[0].added_at, file.added_at, &zone) == 0 => day.push(file),
            _ => days.push(vec![file]),
        }
    }
    days
}
