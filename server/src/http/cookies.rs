//! The few cookies there are: what somebody chose about how pages look. None of them is a secret.

use app::context::Theme;
use http::{HeaderMap, header};
use texts::Language;

pub const LANGUAGE: &str = "dc_lang";
pub const THEME: &str = "dc_theme";
/// Written by the page itself: minutes that the visitor's clock is ahead of UTC.
const OFFSET: &str = "dc_offset";

/// The farthest that any clock is from UTC, in minutes.
const FARTHEST_OFFSET: i32 = 14 * 60;

/// The language somebody chose, else the one their browser asks for.
pub fn language(headers: &HeaderMap) -> Language {
    get(headers, LANGUAGE).and_then(Language::from_tag).unwrap_or_else(|| {
        let asked = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Language::negotiate(asked.unwrap_or_default())
    })
}

pub fn theme(headers: &HeaderMap) -> Theme {
    get(headers, THEME).and_then(Theme::parse).unwrap_or_default()
}

pub fn utc_offset(headers: &HeaderMap) -> i32 {
    let offset = get(headers, OFFSET).and_then(|text| text.parse().ok());
    offset
        .filter(|offset| (-FARTHEST_OFFSET..=FARTHEST_OFFSET).contains(offset))
        .unwrap_or(0)
}

/// A choice to be kept for a year.
pub fn kept(name: &str, value: &str, https: bool) -> String {
    let secure = if https { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax{secure}")
}

fn get<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn with(cookie: &'static str, asked: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static(cookie));
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
        headers
    }

    #[test]
    fn a_choice_beats_what_the_browser_asks_for() {
        assert_eq!(language(&with("a=b; dc_lang=it", "de")), Language::It);
        assert_eq!(language(&with("dc_lang=xx", "de")), Language::De);
        assert_eq!(language(&with("xdc_lang=it", "de")), Language::De);
        assert_eq!(theme(&with("dc_theme=dark", "")), Theme::Dark);
        assert_eq!(theme(&with("dc_theme=\"><script>", "")), Theme::System);
    }

    #[test]
    fn no_clock_is_farther_off_than_the_world_is_wide() {
        assert_eq!(utc_offset(&with("dc_offset=-210", "")), -210);
        for cookie in ["dc_offset=100000", "dc_offset=x", "dc_offset=", ""] {
            assert_eq!(utc_offset(&with(cookie, "")), 0, "{cookie}");
        }
    }

    #[test]
    fn only_an_encrypted_line_makes_secure_cookies() {
        assert!(kept(LANGUAGE, "de", true).ends_with("; Secure"));
        assert!(!kept(LANGUAGE, "de", false).contains("Secure"));
    }
}
