//! Markdown into HTML for a page of ours.
//!
//! What the files may hold is little on purpose: headings, paragraphs, lists, code, tables, links.
//! Markup within them is dropped, so nothing that an article says can ever run.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use wire::guide::GuideHeading;

/// An article without its title.
pub struct Rendered {
    pub title: String,
    pub html: String,
    /// Headings of the second level.
    pub contents: Vec<GuideHeading>,
}

/// An article of the guide, and the sentence it starts with, which is shown apart.
pub fn guide(markdown: &str, places: &[String]) -> (Rendered, String) {
    let mut events = parse(markdown);
    let title = take_words(&mut events, |end| matches!(end, TagEnd::Heading(HeadingLevel::H1)));
    let lead = take_words(&mut events, |end| matches!(end, TagEnd::Paragraph));
    (finish(title, events, places), lead)
}

/// A page of the reference.
pub fn reference(markdown: &str, places: &[String]) -> Rendered {
    let mut events = parse(markdown);
    let title = take_words(&mut events, |end| matches!(end, TagEnd::Heading(HeadingLevel::H1)));
    finish(title, events, places)
}

/// What the places of an article are called in addresses, heading by heading below its title: as
/// the forges call them, so that a link to a place works there, too.
pub fn places(markdown: &str) -> Vec<String> {
    let mut times: HashMap<String, u32> = HashMap::new();
    headings(&parse(markdown))
        .into_iter()
        .filter(|(level, _)| *level != HeadingLevel::H1)
        .map(|(_, words)| {
            let id = place(&words);
            let before = times.entry(id.clone()).or_default();
            *before += 1;
            match *before {
                1 => id,
                n => format!("{id}-{}", n - 1),
            }
        })
        .collect()
}

/// Text that stands for itself within HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn place(words: &str) -> String {
    words
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            ' ' => Some('-'),
            letter if letter.is_alphanumeric() || letter == '-' || letter == '_' => Some(letter),
            _ => None,
        })
        .collect()
}

fn parse(markdown: &str) -> Vec<Event<'_>> {
    Parser::new_ext(markdown, Options::ENABLE_TABLES)
        .filter(|event| !matches!(event, Event::Html(_) | Event::InlineHtml(_)))
        .filter(|event| !matches!(event, Event::Start(Tag::HtmlBlock) | Event::End(TagEnd::HtmlBlock)))
        .collect()
}

/// Takes the first element off and gives its words, if it is the one that is looked for.
fn take_words(events: &mut Vec<Event<'_>>, is_its_end: impl Fn(&TagEnd) -> bool) -> String {
    let first_end = events.iter().position(|event| matches!(event, Event::End(_)));
    match first_end {
        Some(end) if matches!(&events[end], Event::End(tag) if is_its_end(tag)) => {
            let taken: Vec<_> = events.drain(..=end).collect();
            words(&taken)
        }
        _ => String::new(),
    }
}

fn words(events: &[Event<'_>]) -> String {
    events
        .iter()
        .map(|event| match event {
            Event::Text(text) | Event::Code(text) => text,
            Event::SoftBreak | Event::HardBreak => " ",
            _ => "",
        })
        .collect()
}

/// Level and words of each heading.
fn headings(events: &[Event<'_>]) -> Vec<(HeadingLevel, String)> {
    let mut found = Vec::new();
    let mut start = 0;
    for (position, event) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::Heading { .. }) => start = position,
            Event::End(TagEnd::Heading(level)) => found.push((*level, words(&events[start..position]))),
            _ => {}
        }
    }
    found
}

fn finish(title: String, events: Vec<Event<'_>>, places: &[String]) -> Rendered {
    let contents = headings(&events)
        .into_iter()
        .zip(places)
        .filter(|((level, _), _)| *level == HeadingLevel::H2)
        .map(|((_, title), id)| GuideHeading { id: id.clone(), title })
        .collect();
    let mut places = places.iter();
    let mut html = String::new();
    html::push_html(&mut html, events.into_iter().map(|event| for_page(event, &mut places)));
    // Only a real table is written like this: in words the sign is escaped.
    let html = html
        .replace("<table>", "<div class=\"scrolls\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>");
    Rendered { title, html, contents }
}

/// An event as our page wants it: headings with their place, links that lead on, and what may be
/// wider than a phone scrolls by itself, with the keyboard, too.
fn for_page<'e, 'p>(event: Event<'e>, places: &mut impl Iterator<Item = &'p String>) -> Event<'e> {
    match event {
        Event::Start(Tag::Heading {
            level, classes, attrs, ..
        }) => Event::Start(Tag::Heading {
            level,
            id: places.next().map(|id| CowStr::from(id.clone())),
            classes,
            attrs,
        }),
        Event::Start(Tag::Link {
            link_type, dest_url, ..
        }) if link_type != LinkType::Email => Event::Html(link(&dest_url).into()),
        Event::Start(Tag::CodeBlock(_)) => Event::Html("<pre tabindex=\"0\"><code>".into()),
        Event::End(TagEnd::CodeBlock) => Event::Html("</code></pre>\n".into()),
        other => other,
    }
}

/// The start of a link. Addresses are relative to the article's own, so that they stay below the
/// language that it may name.
fn link(target: &str) -> String {
    let (path, place) = target
        .split_once('#')
        .map_or((target, None), |(path, place)| (path, Some(place)));
    let place = place.map(|place| format!("#{place}")).unwrap_or_default();
    let is_for_programs = |path: &str| {
        ["/api/", "/health", "/readyz", "/metrics"]
            .iter()
            .any(|start| path.starts_with(start))
    };
    let (address, rel) = if target.contains("://") {
        (target.to_owned(), Some("external noreferrer"))
    } else if path.is_empty() {
        // The browser goes there by itself, and takes the keyboard along.
        (place, Some("external"))
    } else if is_for_programs(path) {
        (target.to_owned(), Some("external"))
    } else if let Some(page) = path.strip_prefix('/') {
        (format!("../{page}{place}"), None)
    } else {
        let file = path.rsplit('/').next().unwrap_or(path);
        (format!("{}{place}", file.strip_suffix(".md").unwrap_or(file)), None)
    };
    let rel = rel.map(|rel| format!(" rel=\"{rel}\"")).unwrap_or_default();
    format!("<a href=\"{}\"{rel}>", escaped(&address))
}
