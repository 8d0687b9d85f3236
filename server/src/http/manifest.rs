//! `GET /manifest.webmanifest`: how Dropcast looks and what it is called once it is installed.

use app::context::Theme;
use app::installed;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Access;
use http::{HeaderValue, Method, header};
use serde_json::{Value, json};
use texts::{Catalogue, Key, Language};

use super::offline::InLanguage;
use super::problem::ApiError;
use super::table::{Kind, RateClass, Route};

pub fn rows() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        template: "/manifest.webmanifest",
        access: Access::Public,
        rate: RateClass::Asset,
        kind: Kind::Asset,
        about: "Describes Dropcast as an app that can be installed.",
        handler: || get(manifest),
        document: None,
    }]
}

async fn manifest(asked: Result<Query<InLanguage>, QueryRejection>, request: Request) -> Result<Response, ApiError> {
    let language = asked?.or_of(&request);
    let mut response = content(language).to_string().into_response();
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("application/manifest+json");
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    Ok(response)
}

fn content(language: Language) -> Value {
    let texts = Catalogue::embedded(language);
    let name = texts.text(Key::AppName);
    // A manifest knows one colour; the other scheme's is in the pages themselves.
    let ground = installed::grounds(Theme::Light).first().map(|ground| ground.colour);
    json!({
        "id": "/",
        "scope": "/",
        "start_url": "/",
        "lang": language.tag(),
        "dir": "ltr",
        "name": name,
        "short_name": name,
        "description": texts.text(Key::AppTagline),
        "display": "standalone",
        "display_override": ["standalone", "minimal-ui"],
        "background_color": ground,
        "theme_color": ground,
        "categories": ["productivity", "utilities", "photo"],
        "icons": icons(),
        "shortcuts": [
            shortcut(texts.text(Key::NavFiles), "/files"),
            shortcut(texts.text(Key::NavSystem), "/status"),
        ],
        "screenshots": [
            screenshot("wide", "1280x800", texts.text(Key::NavFiles)),
            screenshot("narrow", "780x1688", texts.text(Key::NavFiles)),
        ],
    })
}

fn icons() -> Value {
    let png = |kind: &str, purpose: &str, size: u32| {
        json!({
            "src": format!("/icons/{kind}-{size}.png"),
            "sizes": format!("{size}x{size}"),
            "type": "image/png",
            "purpose": purpose,
        })
    };
    json!([
        png("any", "any", 192),
        png("any", "any", 512),
        png("maskable", "maskable", 192),
        png("maskable", "maskable", 512),
        png("monochrome", "monochrome", 192),
        { "src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
    ])
}

fn shortcut(name: &str, address: &str) -> Value {
    let icon = json!({ "src": "/icons/any-192.png", "sizes": "192x192", "type": "image/png" });
    json!({ "name": name, "url": address, "icons": [icon] })
}

/// Form factor, size and what is to be seen.
fn screenshot(form_factor: &str, sizes: &str, label: &str) -> Value {
    json!({
        "src": format!("/screenshots/{form_factor}.webp"),
        "sizes": sizes,
        "type": "image/webp",
        "form_factor": form_factor,
        "label": label,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::front;

    #[test]
    fn what_it_names_is_there() {
        if !front::is_embedded() {
            return;
        }
        let content = content(Language::En);
        let named = ["icons", "screenshots"]
            .iter()
            .flat_map(|list| content[list].as_array().expect("a list"));
        for image in named {
            let address = image["src"].as_str().expect("an address");
            assert!(front::root_file(address).is_some(), "{address}");
        }
    }

    #[test]
    fn it_is_one_app_in_every_language() {
        let mut ids = BTreeSet::new();
        for language in Language::ALL {
            let content = content(language);
            assert_eq!(content["lang"], language.tag());
            assert!(
                content["shortcuts"][0]["name"]
                    .as_str()
                    .is_some_and(|name| !name.is_empty())
            );
            ids.insert(format!(
                "{} {} {}",
                content["id"], content["scope"], content["start_url"]
            ));
        }
        assert_eq!(ids.len(), 1, "{ids:?}");
    }
}
