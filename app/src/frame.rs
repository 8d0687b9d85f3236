//! The frame around every page: where one is, where one can go, how it looks and in which language.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_location;
use texts::{Key, Language};
use ui::{Icon, IconName};

use crate::bootstrap::facts;
use crate::context::Theme;
use crate::pages::words::t;
use crate::transfers::Transfers;

#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let catalogue = facts().catalogue;
    let titled = move |page: String| catalogue.with(Key::AppPageTitle, &[("page", &page)]);
    view! {
        <Title formatter=titled />
        <a class="skip" href="#main">{t(Key::AppSkip)}</a>
        <div class="app">
            <aside class="side">
                <Mark />
                <Places />
                <Preferences />
            </aside>
            <header class="phone-head">
                <Mark />
                <details class="menu">
                    <summary class="btn icon" aria-label=t(Key::PreferencesTitle)>
                        <Icon name=IconName::Settings />
                    </summary>
                    <Preferences />
                </details>
            </header>
            <main id="main" tabindex="-1">
                {children()}
            </main>
            <Transfers />
            <nav class="tabs" aria-label=t(Key::NavMain)>
                <PlaceLinks />
            </nav>
        </div>
    }
    .into_any()
}

#[component]
fn Mark() -> impl IntoView {
    view! {
        <a class="mark" href="/" aria-label=t(Key::NavHome)>
            <svg viewBox="0 0 24 24" aria-hidden="true">
                <path
                    fill="currentColor"
                    fill-rule="evenodd"
                    d="M12 1.2c4.3 4.7 7.7 8.4 7.7 13.3a7.7 7.7 0 0 1-15.4 0c0-4.9 3.4-8.6 7.7-13.3zM9.2 15.8a1.5 1.5 0 0 0 0 3 1.5 1.5 0 0 0 0-3zM9.28 12.5a4.8 4.8 0 0 1 4.72 4.72 0.8 0.8 0 0 1 -1.6 0.03 3.2 3.2 0 0 0 -3.14 -3.14 0.8 0.8 0 0 1 0.03 -1.6zM9.89 9.43a7.9 7.9 0 0 1 7.18 7.18 0.8 0.8 0 0 1 -1.59 0.14 6.3 6.3 0 0 0 -5.73 -5.73 0.8 0.8 0 0 1 0.14 -1.59z"
                />
            </svg>
            {t(Key::AppName)}
        </a>
    }
}

#[component]
fn Places() -> impl IntoView {
    view! {
        <nav aria-label=t(Key::NavMain)>
            <PlaceLinks />
        </nav>
    }
}

#[component]
fn PlaceLinks() -> impl IntoView {
    view! {
        <A href="/" exact=true>
            <Icon name=IconName::Folder />
            {t(Key::NavFiles)}
        </A>
        <A href="/status">
            <Icon name=IconName::Server />
            {t(Key::NavSystem)}
        </A>
    }
}

/// Language and theme: a plain form, so that it works without script.
#[component]
fn Preferences() -> impl IntoView {
    let facts = facts();
    let languages = Language::ALL
        .into_iter()
        .map(|language| {
            view! {
                <option value=language.tag() lang=language.tag() selected=language == facts.language>
                    {language.own_name()}
                </option>
            }
        })
        .collect_view();
    let themes = [
        (Theme::System, Key::PreferencesThemeSystem),
        (Theme::Light, Key::PreferencesThemeLight),
        (Theme::Dark, Key::PreferencesThemeDark),
    ]
    .map(|(theme, key)| {
        view! {
            <option value=theme.as_str() selected=theme == facts.theme>
                {t(key)}
            </option>
        }
    })
    .collect_view();
    let location = use_location();
    let here = move || format!("{}{}", location.pathname.get(), query_part(&location.search.get()));
    view! {
        <form class="preferences" method="post" action="/preferences" aria-label=t(Key::PreferencesTitle)>
            <label class="field">
                {t(Key::PreferencesLanguage)} <select name="language">{languages}</select>
            </label>
            <label class="field">
                {t(Key::PreferencesTheme)} <select name="theme">{themes}</select>
            </label>
            <input type="hidden" name="back" value=here />
            <button class="btn line tight">{t(Key::PreferencesApply)}</button>
        </form>
    }
    .into_any()
}

/// The query with its question mark, whichever way the router hands it out.
fn query_part(search: &str) -> String {
    match search.trim_start_matches('?') {
        "" => String::new(),
        query => format!("?{query}"),
    }
}
