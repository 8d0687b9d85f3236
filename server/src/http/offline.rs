//! `GET /offline`: the page for when nobody answers. The service worker keeps it in every language
//! and shows it in place of the page that was wanted.

use app::context::Theme;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::access::Access;
use http::{HeaderValue, Method, header};
use serde::Deserialize;
use texts::{Catalogue, Key, Language};

use super::language;
use super::plain::{self, Look, WaitsFor, WayOn, Words};
use super::problem::ApiError;
use super::table::{Kind, RateClass, Route};
use crate::state::AppState;

pub fn rows() -> Vec<Route> {
    vec![Route {
        method: Method::GET,
        template: "/offline",
        access: Access::Public,
        // A worker takes it in every language at once.
        rate: RateClass::Asset,
        kind: Kind::Page,
        about: "The page that is shown while nobody answers.",
        handler: || get(offline),
        document: None,
    }]
}

/// In which language, for those who ask with neither address nor cookie.
#[derive(Deserialize)]
pub struct InLanguage {
    language: Option<String>,
}

impl InLanguage {
    pub fn or_of(&self, request: &Request) -> Language {
        let named = self.language.as_deref().and_then(Language::from_tag);
        named.unwrap_or_else(|| language::of(request.extensions(), request.headers()))
    }
}

async fn offline(
    State(state): State<AppState>,
    asked: Result<Query<InLanguage>, QueryRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    let language = asked?.or_of(&request);
    let texts = Catalogue::embedded(language);
    let look = Look {
        language,
        base: "",
        // It is kept for later: which appearance is chosen then, its script finds out.
        theme: Theme::System,
        front: state.front(),
    };
    let words = Words {
        icon: "wifi-off",
        title: texts.text(Key::OfflineTitle),
        text: texts.text(Key::OfflineText),
        more: None,
        reference: None,
        way_on: WayOn::Again,
        waits_for: Some(WaitsFor::AnAnswer),
    };
    let mut response = plain::document(&look, &words).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CONTENT_SECURITY_POLICY, plain::POLICY);
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    Ok(response)
}
