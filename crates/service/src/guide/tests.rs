//! The documentation as a whole: nothing missing, nothing that leads nowhere, nothing untrue about
//! what the pages say.

use std::collections::BTreeSet;

use texts::{Catalogue, Key, Language};

use super::book::described;
use super::render::{self, Rendered};
use super::shelf::{SHELF, Source};
use super::{EXAMPLE_ORIGIN, Guide};
use crate::ServiceError;

/// Pages that articles lead to beside each other.
const PAGES: [&str; 3] = ["../", "../files", "../status"];

/// Addresses that are no pages.
const FOR_PROGRAMS: [&str; 5] = ["/api/openapi.json", "/health/", "/healthz", "/readyz", "/metrics"];

fn every_article() -> impl Iterator<Item = (Language, wire::guide::GuideArticle)> {
    Language::ALL.into_iter().flat_map(|language| {
        SHELF.iter().map(move |volume| {
            let article = Guide.article(language, volume.name, EXAMPLE_ORIGIN);
            (language, article.expect("each is found by its name"))
        })
    })
}

#[test]
fn every_language_has_every_article_with_the_same_parts() {
    for volume in &SHELF {
        let Source::Guide(sources) = &volume.source else {
            continue;
        };
        let places = render::places(sources[0]);
        assert!(places.len() >= 3, "{} has parts", volume.name);
        for (language, source) in Language::ALL.into_iter().zip(sources) {
            let (name, tag) = (volume.name, language.tag());
            assert_eq!(render::places(source).len(), places.len(), "parts of {name} in {tag}");
            let (rendered, lead) = render::guide(source, &places);
            assert!(!rendered.title.is_empty(), "{name} in {tag} has no title");
            assert!(lead.ends_with('.'), "{name} in {tag} starts with a sentence: {lead:?}");
            assert!(lead.chars().count() <= 160, "{name} in {tag} starts with one sentence");
            assert_eq!(
                rendered.html.matches("<pre").count(),
                render::guide(sources[0], &places).0.html.matches("<pre").count(),
                "examples of {name} in {tag}"
            );
        }
    }
}

#[test]
fn no_article_was_left_in_another_language() {
    for volume in &SHELF {
        if let Source::Guide(sources) = &volume.source {
            let different: BTreeSet<_> = sources.iter().collect();
            assert_eq!(different.len(), sources.len(), "{}", volume.name);
        }
    }
}

#[test]
fn the_reference_is_named_in_every_language_and_says_which_it_is_in() {
    for volume in &SHELF {
        let is_reference = matches!(volume.source, Source::Reference(_));
        for language in Language::ALL {
            let named = described(language, volume.name);
            assert_eq!(named.is_some(), is_reference, "{} in {}", volume.name, language.tag());
            if let Some((title, sentence)) = named {
                assert!(!title.is_empty() && sentence.ends_with('.'), "{title}: {sentence}");
            }
            let article = Guide
                .article(language, volume.name, EXAMPLE_ORIGIN)
                .expect("an article");
            let expected = if is_reference { Language::En } else { language };
            assert_eq!(article.language, expected.tag(), "{}", volume.name);
        }
    }
}

#[test]
fn every_link_leads_somewhere() {
    let names: BTreeSet<&str> = SHELF.iter().map(|volume| volume.name).collect();
    for (language, article) in every_article() {
        let here = format!("{} in {}", article.entry.name, language.tag());
        for target in attributes(&article.html, "<a ", "href") {
            if let Some(place) = target.strip_prefix('#') {
                assert!(has_place(&article.html, place), "{here}: {target}");
            } else if target.starts_with("https://") {
                // Somebody else's.
            } else if target.starts_with('/') {
                assert!(FOR_PROGRAMS.contains(&target.as_str()), "{here}: {target}");
            } else if target.starts_with("..") {
                assert!(PAGES.contains(&target.as_str()), "{here}: {target}");
            } else {
                let (name, place) = target.split_once('#').unwrap_or((&target, ""));
                assert!(names.contains(name), "{here}: {target}");
                let other = Guide.article(language, name, EXAMPLE_ORIGIN).expect("an article");
                assert!(place.is_empty() || has_place(&other.html, place), "{here}: {target}");
            }
        }
    }
}

#[test]
fn every_place_exists_once() {
    for (language, article) in every_article() {
        let ids = attributes(&article.html, "<h", "id");
        let once: BTreeSet<_> = ids.iter().collect();
        assert_eq!(ids.len(), once.len(), "{} in {}", article.entry.name, language.tag());
        for heading in &article.contents {
            assert!(ids.contains(&heading.id), "{}: {}", article.entry.name, heading.id);
            assert!(!heading.title.is_empty());
        }
    }
}

#[test]
fn nothing_in_an_article_can_run() {
    for (_, article) in every_article() {
        for wrong in ["<script", "<style", "<iframe", "<img", "javascript:", " on", "style="] {
            let in_a_tag = tags(&article.html).any(|tag| tag.contains(wrong));
            assert!(!in_a_tag, "{}: {wrong}", article.entry.name);
        }
    }
    let hostile = "# T\n\nLead.\n\n## <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n\
                   [x](\"onclick=\"alert(1)) `<b>`\n\n```\n</code></pre><script>\n```\n";
    let html = render::guide(hostile, &render::places(hostile)).0.html;
    assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
    assert!(html.contains("&lt;b&gt;"), "{html}");
}

#[test]
fn commands_name_the_installation_that_is_meant() {
    let article = Guide
        .article(Language::Fr, "terminal", "https://files.example.org")
        .expect("an article");
    assert!(article.html.contains("https://files.example.org/api/v1/files/"));
    assert!(!article.html.contains("localhost:8080"));
    let hostile = Guide
        .article(Language::En, "terminal", "http://<x>")
        .expect("an article");
    assert!(hostile.html.contains("http://&lt;x&gt;/"));
}

#[test]
fn what_the_pages_say_is_quoted_as_they_say_it() {
    for language in Language::ALL {
        let catalogue = Catalogue::embedded(language);
        let said: BTreeSet<String> = Key::ALL
            .iter()
            .map(|key| without_values(catalogue.text(*key)))
            .collect();
        let article = Guide.article(language, "trouble", EXAMPLE_ORIGIN).expect("an article");
        let quoted: Vec<&str> = article
            .html
            .split("<strong>")
            .skip(1)
            .filter_map(|rest| rest.split("</strong>").next())
            .collect();
        assert!(quoted.len() >= 8, "{quoted:?}");
        for words in quoted {
            assert!(
                said.contains(words),
                "no page says this in {}: {words:?}",
                language.tag()
            );
        }
    }
}

#[test]
fn articles_follow_each_other() {
    let names: Vec<String> = Guide
        .shelves(Language::It)
        .into_iter()
        .flat_map(|shelf| shelf.articles)
        .map(|entry| entry.name)
        .collect();
    assert_eq!(names, SHELF.iter().map(|volume| volume.name).collect::<Vec<_>>());
    for (position, name) in names.iter().enumerate() {
        let article = Guide.article(Language::It, name, EXAMPLE_ORIGIN).expect("an article");
        let next = article.next.map(|entry| entry.name);
        assert_eq!(next.as_ref(), names.get(position + 1));
        let previous = article.previous.map(|entry| entry.name);
        assert_eq!(
            previous.as_ref(),
            position.checked_sub(1).and_then(|before| names.get(before))
        );
    }
}

#[test]
fn an_article_that_is_not_there_is_not_found() {
    for name in ["", "x", "../start", "START", "reference"] {
        let outcome = Guide.article(Language::En, name, EXAMPLE_ORIGIN);
        assert!(matches!(outcome, Err(ServiceError::NoSuchArticle)), "{name}");
    }
}

#[test]
fn links_stay_below_the_language_of_the_address() {
    let source = "# T\n\nLead.\n\n[a](files.md) [b](../../api.md#errors) [c](/status) [d](/) [e](#x) \
                  [f](/health/) [g](https://example.org/?a&b)\n";
    let Rendered { html, .. } = render::guide(source, &[]).0;
    for expected in [
        "<a href=\"files\">a</a>",
        "<a href=\"api#errors\">b</a>",
        "<a href=\"../status\">c</a>",
        "<a href=\"../\">d</a>",
        "<a href=\"#x\" rel=\"external\">e</a>",
        "<a href=\"/health/\" rel=\"external\">f</a>",
        "<a href=\"https://example.org/?a&amp;b\" rel=\"external noreferrer\">g</a>",
    ] {
        assert!(html.contains(expected), "{expected} in {html}");
    }
}

#[test]
fn places_are_called_as_on_the_forges() {
    let source = "# Title\n\n## Who is let in?\n\n### `server.listen`\n\n## Who is let in?\n";
    assert_eq!(
        render::places(source),
        ["who-is-let-in", "serverlisten", "who-is-let-in-1"]
    );
}

/// What is between `<` and `>`.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).filter_map(|rest| rest.split('>').next())
}

fn attributes(html: &str, start: &str, attribute: &str) -> Vec<String> {
    let attribute = format!("{attribute}=\"");
    html.split(start)
        .skip(1)
        .filter_map(|rest| rest.split('>').next()?.split_once(&attribute)?.1.split('"').next())
        .map(|value| value.replace("&amp;", "&"))
        .collect()
}

fn has_place(html: &str, place: &str) -> bool {
    html.contains(&format!(" id=\"{place}\""))
}

/// A text with an ellipsis where values are filled in, as HTML shows it.
fn without_values(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        shown.push_str(before);
        shown.push('…');
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    shown.push_str(rest);
    shown.replace('&', "&amp;")
}
