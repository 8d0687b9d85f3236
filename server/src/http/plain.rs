//! Documents that stand on their own: what went wrong, maintenance, and the page for when nobody
//! answers. They are made from the catalogues alone, so that they can be had when all else cannot.

use std::fmt::Write as _;

use app::context::{FrontEnd, Theme};
use app::installed;
use http::HeaderValue;
use texts::{Catalogue, Key, Language};

/// Such a document loads our own files and runs no script but the one that waits.
pub const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
);

/// The script that waits, beside the others of a build.
const WAITER: &str = "wait.js";

/// Who reads it, and how they want it.
pub struct Look<'a> {
    pub language: Language,
    /// The language in the address, as on other pages: `/de` or nothing.
    pub base: &'static str,
    pub theme: Theme,
    pub front: &'a FrontEnd,
}

/// What it says.
pub struct Words<'a> {
    /// An icon of the sprite.
    pub icon: &'static str,
    pub title: &'a str,
    pub text: &'a str,
    /// A sentence that is there in one language only, and which one if that is known.
    pub more: Option<(&'a str, Option<Language>)>,
    /// What to quote when asking for help.
    pub reference: Option<&'a str>,
    pub way_on: WayOn,
    pub waits_for: Option<WaitsFor>,
}

/// The one thing to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WayOn {
    /// The same address once more.
    Again,
    Home,
}

/// When the document makes way for the page that was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// Once the server answers at all.
    AnAnswer,
    /// Once the server answers with something else than that it cannot.
    Well,
}

impl WaitsFor {
    const fn as_str(self) -> &'static str {
        match self {
            Self::AnAnswer => "answer",
            Self::Well => "well",
        }
    }
}

/// The whole document.
pub fn document(look: &Look<'_>, words: &Words<'_>) -> String {
    let mut page = String::with_capacity(4096);
    head(&mut page, look, words);
    body(&mut page, look, words);
    page
}

// Writing to a string cannot fail, here and below.
fn head(page: &mut String, look: &Look<'_>, words: &Words<'_>) {
    let texts = Catalogue::embedded(look.language);
    let waits = words
        .waits_for
        .map(|what| format!(" data-waits-for=\"{}\"", what.as_str()))
        .unwrap_or_default();
    let _ = write!(
        page,
        "<!DOCTYPE html><html lang=\"{}\" dir=\"ltr\" data-theme=\"{}\"{waits}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\
         <meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">",
        look.language.tag(),
        look.theme.as_str(),
    );
    for ground in installed::grounds(look.theme) {
        let media = ground
            .media
            .map(|media| format!(" media=\"{media}\""))
            .unwrap_or_default();
        let _ = write!(page, "<meta name=\"theme-color\" content=\"{}\"{media}>", ground.colour);
    }
    let title = texts.with(Key::AppPageTitle, &[("page", words.title)]);
    let _ = write!(page, "<title>{}</title>", escaped(&title));
    page.push_str("<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">");
    let FrontEnd { base, css, .. } = look.front;
    if !css.is_empty() {
        if words.waits_for.is_some() {
            let _ = write!(page, "<script src=\"{base}/{WAITER}\"></script>");
        }
        // A face that comes late would wait for the next page.
        let _ = write!(
            page,
            "<link rel=\"preload\" href=\"{base}/geist-latin.woff2\" as=\"font\" type=\"font/woff2\" crossorigin>\
             <link rel=\"stylesheet\" href=\"{base}/{css}\">"
        );
    }
    page.push_str("</head>");
}

fn body(page: &mut String, look: &Look<'_>, words: &Words<'_>) {
    let texts = Catalogue::embedded(look.language);
    let home = if look.base.is_empty() { "/" } else { look.base };
    let _ = write!(
        page,
        "<body><div class=\"problem\"><header><a class=\"mark\" href=\"{home}\" aria-label=\"{}\">\
         <svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path fill=\"currentColor\" fill-rule=\"evenodd\" d=\"{}\"/></svg>\
         {}</a></header><main id=\"main\">",
        escaped(texts.text(Key::NavMark)),
        app::mark::OUTLINE,
        escaped(texts.text(Key::AppName)),
    );
    if let Some(outline) = outline(&look.front.sprite, words.icon) {
        let _ = write!(
            page,
            "<svg class=\"i\" viewBox=\"0 0 24 24\" aria-hidden=\"true\">{outline}</svg>"
        );
    }
    let _ = write!(page, "<h1>{}</h1><p>{}</p>", escaped(words.title), escaped(words.text));
    if let Some((sentence, language)) = words.more {
        let language = language
            .map(|language| format!(" lang=\"{}\"", language.tag()))
            .unwrap_or_default();
        let _ = write!(
            page,
            "<p class=\"more\" dir=\"auto\"{language}>{}</p>",
            escaped(sentence)
        );
    }
    let (address, label) = match words.way_on {
        WayOn::Again => ("", Key::FailureRetry),
        WayOn::Home => (home, Key::NotFoundAction),
    };
    let _ = write!(
        page,
        "<p><a class=\"btn primary\" data-retry href=\"{address}\">{}</a></p>",
        escaped(texts.text(label))
    );
    if let Some(id) = words.reference {
        let sentence = escaped(&texts.with(Key::FailureReference, &[("id", PLACE)]));
        let id = format!("<code class=\"mono\">{}</code>", escaped(id));
        let _ = write!(page, "<p class=\"reference\">{}</p>", sentence.replace(PLACE, &id));
    }
    page.push_str("</main></div></body></html>\n");
}

/// Stands in a sentence where markup will be; no text has it.
const PLACE: &str = "\u{1}";

/// The outline of an icon, out of the sprite that pages carry.
fn outline<'a>(sprite: &'a str, icon: &str) -> Option<&'a str> {
    let (_, symbol) = sprite.split_once(&format!("<symbol id=\"i-{icon}\""))?;
    let (_, inside) = symbol.split_once('>')?;
    inside.split_once("</symbol>").map(|(outline, _)| outline)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn front() -> FrontEnd {
        FrontEnd {
            base: "/pkg/0".to_owned(),
            css: "main.css".to_owned(),
            sprite: "<svg><symbol id=\"i-server\" viewBox=\"0 0 24 24\"><path d=\"M1\"/></symbol></svg>".to_owned(),
            ..FrontEnd::default()
        }
    }

    fn words<'a>(title: &'a str, reference: Option<&'a str>) -> Words<'a> {
        Words {
            icon: "server",
            title,
            text: "text",
            more: None,
            reference,
            way_on: WayOn::Again,
            waits_for: None,
        }
    }

    #[test]
    fn nothing_that_is_said_becomes_markup() {
        let front = front();
        for language in Language::ALL {
            let look = Look {
                language,
                base: language.prefix(),
                theme: Theme::Dark,
                front: &front,
            };
            let page = document(&look, &words("<script>alert(\"1\" & '2')</script>", Some("<b>id</b>")));
            assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
            assert!(
                page.contains("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)"),
                "{page}"
            );
            assert!(
                page.contains("<code class=\"mono\">&lt;b&gt;id&lt;/b&gt;</code>"),
                "{page}"
            );
            let root = format!("<html lang=\"{}\" dir=\"ltr\" data-theme=\"dark\">", language.tag());
            assert!(page.contains(&root), "{page}");
            assert!(
                page.contains(&format!("href=\"{}\"", language.prefix())),
                "the way home stays in the language"
            );
        }
    }

    #[test]
    fn it_is_whole_without_style_and_script_of_its_own() {
        let front = front();
        let look = Look {
            language: Language::En,
            base: "",
            theme: Theme::System,
            front: &front,
        };
        let mut waiting = words("Away", None);
        waiting.waits_for = Some(WaitsFor::AnAnswer);
        let page = document(&look, &waiting);
        assert!(
            page.contains("data-waits-for=\"answer\"") && page.contains("<script src=\"/pkg/0/wait.js\"></script>")
        );
        assert!(page.contains("<path d=\"M1\"/>"), "the icon is in it");
        assert_eq!(
            page.matches("theme-color").count(),
            2,
            "one for each scheme of the device"
        );
        assert!(!page.contains("style=") && !page.contains("<style"), "{page}");

        let bare = FrontEnd::default();
        let page = document(&Look { front: &bare, ..look }, &waiting);
        assert!(!page.contains("stylesheet") && !page.contains("<script"), "{page}");
    }
}
