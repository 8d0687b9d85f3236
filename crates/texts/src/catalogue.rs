//! The texts of one language, ready to be filled in.

use std::fmt;
use std::sync::Arc;

use crate::format;
use crate::key::{Key, TEXTS};
use crate::language::Language;

/// All texts in one language. A clone is a pointer.
#[derive(Clone)]
pub struct Catalogue {
    language: Language,
    texts: Texts,
}

#[derive(Clone)]
enum Texts {
    #[cfg(feature = "embedded")]
    Embedded(&'static [&'static str; TEXTS]),
    Received(Arc<[String]>),
}

/// Why a catalogue out of a page could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    #[error("the catalogue is not a list of texts")]
    Malformed,
    #[error("the catalogue is in a language this build does not know")]
    UnknownLanguage,
    #[error("the catalogue belongs to another version: it has {found} texts, expected {TEXTS}")]
    OtherVersion { found: usize },
}

#[cfg(feature = "embedded")]
mod tables {
    include!(concat!(env!("OUT_DIR"), "/tables.rs"));

    use crate::key::TEXTS;
    use crate::language::Language;

    pub(super) const fn of(language: Language) -> &'static [&'static str; TEXTS] {
        match language {
            Language::En => &EN,
            Language::De => &DE,
            Language::Fr => &FR,
            Language::Es => &ES,
            Language::It => &IT,
        }
    }
}

impl Catalogue {
    /// The catalogue built into this program.
    #[cfg(feature = "embedded")]
    pub const fn embedded(language: Language) -> Self {
        Self {
            language,
            texts: Texts::Embedded(tables::of(language)),
        }
    }

    /// The catalogue that [`to_json`](Self::to_json) wrote into the page.
    pub fn from_json(json: &str) -> Result<Self, CatalogueError> {
        let mut texts: Vec<String> = serde_json::from_str(json).map_err(|_| CatalogueError::Malformed)?;
        let tag = texts.pop().ok_or(CatalogueError::Malformed)?;
        let language = Language::from_tag(&tag).ok_or(CatalogueError::UnknownLanguage)?;
        if texts.len() != TEXTS {
            return Err(CatalogueError::OtherVersion { found: texts.len() });
        }
        Ok(Self {
            language,
            texts: Texts::Received(texts.into()),
        })
    }

    /// The texts in the order of the keys, then the language's tag; safe inside a `<script>`.
    pub fn to_json(&self) -> String {
        let slots = (0..TEXTS).map(|place| self.at(place)).chain([self.language.tag()]);
        let list = serde_json::Value::Array(slots.map(serde_json::Value::from).collect());
        // A "</script>" in a text would end the element early.
        list.to_string().replace('<', "\\u003c")
    }

    pub const fn language(&self) -> Language {
        self.language
    }

    /// The text as it stands. Of a text that counts, the form for many.
    pub fn text(&self, key: Key) -> &str {
        self.at(key.place())
    }

    /// The text with its `{placeholders}` filled in.
    pub fn with(&self, key: Key, values: &[(&str, &str)]) -> String {
        fill(self.text(key), values)
    }

    /// The text for `n` things: the right form, `{n}` written as the language groups digits.
    pub fn count(&self, key: Key, n: u64, values: &[(&str, &str)]) -> String {
        let place = if self.language.is_one(n) {
            key.place_for_one()
        } else {
            key.place()
        };
        let number = format::number(n, self.language);
        let with_number: Vec<(&str, &str)> = [("n", number.as_str())]
            .into_iter()
            .chain(values.iter().copied())
            .collect();
        fill(self.at(place), &with_number)
    }

    /// The day of `at`, seen from `now`: "Today", "Yesterday", "Tue 17 Nov", "17 Nov 2025".
    /// Times in microseconds since 1970 UTC, the offset in minutes east of it.
    pub fn day(&self, at: i64, now: i64, offset: i32) -> String {
        match format::days_between(at, now, offset) {
            0 => self.text(Key::DayToday).to_owned(),
            1 => self.text(Key::DayYesterday).to_owned(),
            _ => format::date_near(at, now, offset, self.language),
        }
    }

    fn at(&self, place: usize) -> &str {
        match &self.texts {
            #[cfg(feature = "embedded")]
            Texts::Embedded(texts) => texts[place],
            Texts::Received(texts) => &texts[place],
        }
    }
}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Catalogue({})", self.language.tag())
    }
}

/// Fills in each placeholder once, from the left: a value that holds braces itself stays as it is,
/// and a placeholder without a value stays visible, so that it is found.
fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, tail)| Some((before, tail.split_once('}')?)))
    {
        filled.push_str(before);
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => filled.push_str(value),
            None => filled.extend(["{", name, "}"]),
        }
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_filled_in_once() {
        assert_eq!(
            fill("{sent} of {total}", &[("total", "{sent}"), ("sent", "1 kB")]),
            "1 kB of {sent}"
        );
        assert_eq!(
            fill("Download {name}", &[("name", "a {0} b}.txt")]),
            "Download a {0} b}.txt"
        );
        assert_eq!(fill("{missing}!", &[]), "{missing}!");
        assert_eq!(fill("open { brace", &[]), "open { brace");
    }

    #[test]
    fn a_catalogue_of_another_version_is_refused() {
        assert_eq!(Catalogue::from_json("{}").err(), Some(CatalogueError::Malformed));
        assert_eq!(Catalogue::from_json("[]").err(), Some(CatalogueError::Malformed));
        assert_eq!(
            Catalogue::from_json(r#"["a","xx"]"#).err(),
            Some(CatalogueError::UnknownLanguage)
        );
        assert_eq!(
            Catalogue::from_json(r#"["a","en"]"#).err(),
            Some(CatalogueError::OtherVersion { found: 1 })
        );
    }
}
