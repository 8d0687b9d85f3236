//! `POST /preferences`: language and appearance, by a plain form, so that it works without script.

use app::context::Theme;
use axum::Extension;
use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use domain::access::Access;
use http::{HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use texts::Language;
use wire::error::ErrorCode;

use super::problem::ApiError;
use super::table::{Kind, RateClass, Route};
use super::{cookies, language};
use crate::middleware::client::Client;

pub fn rows() -> Vec<Route> {
    vec![Route {
        method: Method::POST,
        template: "/preferences",
        access: Access::Public,
        rate: RateClass::Preferences,
        kind: Kind::Form,
        about: "Remembers language and appearance in cookies and goes back to the page.",
        handler: || post(remember),
        document: None,
    }]
}

#[derive(Deserialize)]
struct Choice {
    language: Option<String>,
    theme: Option<String>,
    back: Option<String>,
}

async fn remember(
    Extension(client): Extension<Client>,
    choice: Result<Form<Choice>, FormRejection>,
) -> Result<Response, ApiError> {
    let Form(choice) = choice.map_err(|error| ApiError::saying(ErrorCode::BadRequest, error.body_text()))?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    for cookie in choice.cookies(client.https)? {
        let cookie = HeaderValue::from_str(&cookie).map_err(|_| ApiError::new(ErrorCode::BadRequest))?;
        headers.append(header::SET_COOKIE, cookie);
    }
    let back = HeaderValue::from_str(&choice.way_back()).unwrap_or(HeaderValue::from_static("/"));
    headers.insert(header::LOCATION, back);
    Ok(response)
}

impl Choice {
    fn cookies(&self, https: bool) -> Result<Vec<String>, ApiError> {
        let unknown = |what| ApiError::saying(ErrorCode::BadRequest, format!("This {what} is not one of ours."));
        let mut cookies = Vec::new();
        if let Some(tag) = &self.language {
            let language = Language::from_tag(tag).ok_or_else(|| unknown("language"))?;
            cookies.push(cookies::kept(cookies::LANGUAGE, language.tag(), https));
        }
        if let Some(theme) = &self.theme {
            let theme = Theme::parse(theme).ok_or_else(|| unknown("theme"))?;
            cookies.push(cookies::kept(cookies::THEME, theme.as_str(), https));
        }
        Ok(cookies)
    }

    /// The page this was chosen on, in the language that was chosen.
    fn way_back(&self) -> String {
        let back = self.back.as_deref().filter(|back| is_within(back)).unwrap_or("/");
        match self.language.as_deref().and_then(Language::from_tag) {
            Some(language) => language::swapped(back, language),
            None => back.to_owned(),
        }
    }
}

/// Whether an address stays on this site: a path from its root. Browsers read `//host` and
/// `/\host` as another site, and skip control characters while reading.
fn is_within(back: &str) -> bool {
    back.starts_with('/')
        && !back.starts_with("//")
        && back.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_is_a_path_of_this_site() {
        for back in ["/", "/status", "/files?after=0#x", "/a//b"] {
            assert!(is_within(back), "{back}");
        }
        for back in [
            "",
            "status",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "/\t/evil.example",
            "/\r\nx: y",
            "/é",
        ] {
            assert!(!is_within(back), "{back:?}");
        }
    }

    #[test]
    fn the_way_back_is_in_the_language_that_was_chosen() {
        let way_back = |language: Option<&str>, back: &str| {
            let choice = Choice {
                language: language.map(str::to_owned),
                theme: None,
                back: Some(back.to_owned()),
            };
            choice.way_back()
        };
        assert_eq!(way_back(Some("it"), "/de/files?after=1"), "/it/files?after=1");
        assert_eq!(way_back(Some("it"), "/files"), "/files");
        assert_eq!(way_back(None, "/de/files"), "/de/files");
        for hostile in [
            "//evil.example",
            "/de\\evil.example",
            "https://evil.example/de/",
            "/de/\t/evil",
        ] {
            assert_eq!(way_back(Some("it"), hostile), "/", "{hostile}");
        }
        assert!(is_within(&way_back(Some("it"), "/de//evil.example")));
    }

    #[test]
    fn only_known_choices_are_kept() {
        let choice = |language: &str, theme: &str| Choice {
            language: Some(language.to_owned()),
            theme: Some(theme.to_owned()),
            back: None,
        };
        let cookies = choice("de", "dark").cookies(false).expect("known choices");
        assert!(
            cookies[0].starts_with("dc_lang=de;") && cookies[1].starts_with("dc_theme=dark;"),
            "{cookies:?}"
        );
        assert!(choice("xx", "dark").cookies(false).is_err());
        assert!(choice("de", "dark; Domain=evil").cookies(false).is_err());
    }
}
