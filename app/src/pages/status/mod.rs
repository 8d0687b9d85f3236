//! System: one look says whether all is well, and if not, where to look.

mod work;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{LazyRoute, lazy_route};
use texts::Key;
use ui::{Icon, IconName, Tone, Whole as _};
use wire::health::{HealthCheck, HealthPart, HealthReport, HealthState};

use self::work::Work;
use super::failed::Failed;
use super::words::{size, t, t_with};
use crate::server_fns::in_time;
use crate::server_fns::jobs::background_work;
use crate::server_fns::status::system_status;

pub struct StatusPage;

#[lazy_route]
impl LazyRoute for StatusPage {
    fn data() -> Self {
        Self
    }

    fn view(this: Self) -> AnyView {
        let StatusPage = this;
        let report = Resource::new(|| (), |()| in_time(system_status()));
        let work = Resource::new(|| (), |()| in_time(background_work()));
        let failed = RwSignal::new(None);
        view! {
            <Title text=t(Key::SystemTitle) />
            <header class="page-head">
                <h1>{t(Key::SystemTitle)}</h1>
                <button type="button" class="btn line" on:click=move |_| report.refetch()>
                    <Icon name=IconName::Retry />
                    {t(Key::SystemCheckAgain)}
                </button>
            </header>
            <Suspense fallback=|| view! { <p class="muted" aria-busy="true">{t(Key::SystemLoading)}</p> }>
                {move || Suspend::new(async move {
                    // The verdict is about everything below it.
                    let work = work.await;
                    if failed.get_untracked().is_none() {
                        failed.set(work.ok().map(|work| work::has_failed(&work)));
                    }
                    match report.await {
                        Ok(report) => view! { <Report report failed /> }.whole(),
                        Err(error) => {
                            view! { <Failed code=error.code() title=t(Key::SystemDownTitle) again=move || report.refetch() /> }
                                .whole()
                        }
                    }
                })}
            </Suspense>
            <Work first=work failed />
        }
        .whole()
    }
}

#[component]
fn Report(report: HealthReport, failed: RwSignal<Option<bool>>) -> impl IntoView {
    let verdict = move || {
        let (title, text, tone) = match report.state {
            HealthState::Ok if failed.get() == Some(true) => (Key::SystemLookTitle, Key::SystemLookWork, Tone::Warn),
            HealthState::Ok => (Key::SystemWellTitle, Key::SystemWellText, Tone::Ok),
            HealthState::Degraded => (Key::SystemLookTitle, Key::SystemLookText, Tone::Warn),
            HealthState::Down => (Key::SystemDownTitle, Key::SystemDownText, Tone::Danger),
        };
        view! { <ui::Verdict tone title=t(title)>{t(text)}</ui::Verdict> }
    };
    let parts = report
        .checks
        .into_iter()
        .map(|check| view! { <Part check /> })
        .collect_view();
    view! {
        {verdict}
        <ul class="rows parts" aria-label=t(Key::SystemParts)>{parts}</ul>
        <footer class="list-foot muted small">
            <span>{t_with(Key::SystemVersion, &[("version", &report.version)])}</span>
            <a href="/health/" rel="external">
                {t(Key::SystemJson)}
            </a>
        </footer>
    }
}

#[component]
fn Part(check: HealthCheck) -> impl IntoView {
    let (icon, name) = match check.part {
        HealthPart::Database => (IconName::Database, Key::SystemDatabase),
        HealthPart::Storage => (IconName::HardDrive, Key::SystemStorage),
        HealthPart::Redis => (IconName::Network, Key::SystemRedis),
    };
    let (state, tone) = match check.state {
        HealthState::Ok => (
            t_with(Key::SystemAnswered, &[("ms", &check.latency_ms.to_string())]),
            Tone::Ok,
        ),
        HealthState::Degraded => (t(Key::SystemStateDegraded), Tone::Warn),
        HealthState::Down => (t(Key::SystemStateDown), Tone::Danger),
    };
    view! {
        <li class="row" data-testid="health-part">
            <span class="thumb">
                <Icon name=icon />
            </span>
            <span class="name">{t(name)} " " <span class="muted">{kind(&check.kind)}</span></span>
            <span class="facts">
                {check.free_bytes.map(|free| view! { <span class="num">{t_with(Key::SystemFree, &[("size", &size(free))])}</span> })}
                <span class=format!("state {}", tone.class())>{state}</span>
            </span>
        </li>
    }
}

/// What a part is made of.
fn kind(kind: &str) -> String {
    t(match kind {
        "sqlite" => Key::SystemKindSqlite,
        "postgres" => Key::SystemKindPostgres,
        "redis" => Key::SystemKindRedis,
        "s3" => Key::SystemKindS3,
        _ => Key::SystemKindDisk,
    })
}
