//! All articles as they read in one language.

use texts::Language;
use wire::guide::{GuideArticle, GuideEntry, GuideHeading, GuideShelf};

use super::render::{self, Rendered};
use super::shelf::{PURPOSES, REFERENCE, SHELF, Source, Volume};

pub struct Book {
    /// In the order of [`SHELF`].
    pages: Vec<Page>,
}

struct Page {
    entry: GuideEntry,
    language: Language,
    html: String,
    contents: Vec<GuideHeading>,
}

impl Book {
    pub fn write(language: Language) -> Self {
        let pages = SHELF.iter().map(|volume| Page::write(volume, language)).collect();
        Self { pages }
    }

    pub fn shelves(&self) -> Vec<GuideShelf> {
        let of = |purpose| {
            let pages = SHELF.iter().zip(&self.pages);
            pages
                .filter(move |(volume, _)| volume.purpose == purpose)
                .map(|(_, page)| page.entry.clone())
        };
        PURPOSES
            .into_iter()
            .map(|purpose| GuideShelf {
                purpose,
                articles: of(purpose).collect(),
            })
            .collect()
    }

    pub fn article(&self, name: &str) -> Option<GuideArticle> {
        let place = self.pages.iter().position(|page| page.entry.name == name)?;
        let beside = |place: Option<usize>| Some(self.pages.get(place?)?.entry.clone());
        let page = self.pages.get(place)?;
        Some(GuideArticle {
            entry: page.entry.clone(),
            language: page.language.tag().to_owned(),
            html: page.html.clone(),
            contents: page.contents.clone(),
            previous: beside(place.checked_sub(1)),
            next: beside(place.checked_add(1)),
        })
    }
}

impl Page {
    fn write(volume: &Volume, language: Language) -> Self {
        match &volume.source {
            Source::Guide(sources) => {
                // Places are called the same in every language, so that a link to one outlives a change of it.
                let places = render::places(sources[Language::En as usize]);
                let (rendered, lead) = render::guide(sources[language as usize], &places);
                let named = (rendered.title.clone(), lead);
                Self::new(volume, named, language, rendered)
            }
            Source::Reference(source) => {
                let rendered = render::reference(source, &render::places(source));
                let named = described(language, volume.name).unwrap_or((rendered.title.clone(), String::new()));
                Self::new(volume, named, Language::En, rendered)
            }
        }
    }

    fn new(volume: &Volume, (title, summary): (String, String), language: Language, rendered: Rendered) -> Self {
        Self {
            entry: GuideEntry {
                name: volume.name.to_owned(),
                title,
                summary,
            },
            language,
            html: rendered.html,
            contents: rendered.contents,
        }
    }
}

/// Title and sentence of a page of the reference, from the list that names them.
pub fn described(language: Language, name: &str) -> Option<(String, String)> {
    let link = format!("](../../{name}.md): ");
    REFERENCE[language as usize].lines().find_map(|line| {
        let (title, sentence) = line.strip_prefix("- [")?.split_once(&link)?;
        Some((title.to_owned(), sentence.to_owned()))
    })
}
