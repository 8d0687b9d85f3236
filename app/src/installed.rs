//! What a document says about Dropcast as an app that can be installed: its manifest, the colour
//! around it, and the script that starts the service worker.

use leptos::html::meta;
use leptos::prelude::*;
use texts::{Catalogue, Key, Language};

use crate::context::{PageContext, Theme};

/// The script beside the others of a build that looks after the installed app.
const STARTER: &str = "pwa.js";

/// The ground of a page in both schemes (`--surface` in `style/tokens.css`), for what is painted
/// before there is a style sheet, or around the page.
const LIGHT: &str = "#ffffff";
const DARK: &str = "#181614";

/// The colour around a page, and for which scheme of the device if not for both.
pub struct Ground {
    pub colour: &'static str,
    pub media: Option<&'static str>,
}

/// What a page says about the colour around it.
pub fn grounds(theme: Theme) -> Vec<Ground> {
    let whatever_the_device_says = |colour| vec![Ground { colour, media: None }];
    match theme {
        Theme::Light => whatever_the_device_says(LIGHT),
        Theme::Dark => whatever_the_device_says(DARK),
        Theme::System => vec![
            Ground {
                colour: LIGHT,
                media: Some("(prefers-color-scheme: light)"),
            },
            Ground {
                colour: DARK,
                media: Some("(prefers-color-scheme: dark)"),
            },
        ],
    }
}

/// Where the manifest in this language is: asked for without cookies, it cannot be told otherwise.
pub fn manifest(language: Language) -> String {
    format!("/manifest.webmanifest?language={}", language.tag())
}

/// The part of the head of a page.
pub fn head(page: &PageContext, nonce: String) -> impl IntoView + use<> {
    let name = Catalogue::embedded(page.language).text(Key::AppName).to_owned();
    let starter = (!page.front.js.is_empty()).then(|| format!("{}/{STARTER}", page.front.base));
    let colours = grounds(page.theme)
        .into_iter()
        .map(|ground| {
            // The markup knows no `media` here.
            meta()
                .name("theme-color")
                .content(ground.colour)
                .attr("media", ground.media)
        })
        .collect_view();
    view! {
        <link rel="manifest" href=manifest(page.language) />
        {colours}
        <meta name="mobile-web-app-capable" content="yes" />
        <meta name="apple-mobile-web-app-title" content=name />
        {starter.map(|address| view! { <script type="module" nonce=nonce src=address fetchpriority="low"></script> })}
    }
}
