//! The few cookies there are: what somebody chose about how pages look. None of them is a secret.

use app::context::Theme;
use http::{HeaderMap, header};
use service::zones;
use texts::{Language, Zone};

pub const LANGUAGE: &str = "dc_lang";
pub const THEME: &str = "dc_theme";
/// Written by the page itself: the time zone that the visitor's device is set to.
const ZONE: &str = "dc_zone";

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

pub fn zone(headers: &HeaderMap) -> Option<Zone> {
    get(headers, ZONE).and_then(zones::find)
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
    fn only_zones_that_exist_are_believed() {
        let name = |cookie| zone(&with(cookie, "")).map(|zone| zone.name().to_owned());
        assert_eq!(name("dc_zone=Asia/Kathmandu; a=b").as_deref(), Some("Asia/Kathmandu"));
        for cookie in [
            "",
            "dc_zone=",
            "dc_zone=Middle/Earth",
            "dc_zone=</script>",
            "dc_zone=../../etc/passwd",
        ] {
            assert_eq!(name(cookie), None, "{cookie}");
        }
    }

    #[test]
    fn only_an_encrypted_line_makes_secure_cookies() {
        assert!(kept(LANGUAGE, "de", true).ends_with("; Secure"));
        assert!(!kept(LANGUAGE, "de", false).contains("Secure"));
    }
}
