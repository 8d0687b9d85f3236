//! What a stranger sees: what this is, why it does not open, and what to do. Nothing on it tells
//! anything about what is inside.

use leptos::prelude::*;
use leptos_meta::Title;
use texts::Key;
use ui::{Icon, IconName, Whole as _};

use crate::pages::words::{t, to};

#[component]
pub fn Landing() -> impl IntoView {
    let points = [Key::LandingPointsKeep, Key::LandingPointsOnce, Key::LandingPointsOwn]
        .map(|words| {
            view! {
                <li>
                    <Icon name=IconName::Check />
                    {t(words)}
                </li>
            }
        })
        .collect_view();
    view! {
        <Title text=t(Key::LandingTitle) />
        <div class="landing">
            <div class="landing-words">
                <h1>{t(Key::LandingLeadIn)} <br /> {t(Key::LandingLeadOut)}</h1>
                <p class="lede">{t(Key::LandingWhat)}</p>
                <ul class="points">{points}</ul>
                <section class="door">
                    <h2>{t(Key::LandingClosedTitle)}</h2>
                    <p class="muted">{t(Key::LandingClosedText)}</p>
                    <p class="muted">
                        <strong>{t(Key::LandingYoursTitle)}</strong>
                        " "
                        {t(Key::LandingYoursText)}
                    </p>
                    <a class="btn primary" href=to("/docs")>
                        {t(Key::LandingRead)}
                    </a>
                </section>
            </div>
            <div class="landing-view" aria-hidden="true"></div>
        </div>
    }
    .whole()
}
