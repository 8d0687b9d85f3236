//! The texts of one language, ready to be filled in.

use std::fmt;
use std::sync::Arc;

use crate::format;
#[cfg(feature = "embedded")]
use crate::key::TEXTS;
use crate::key::{Key, SENT};
use crate::language::Language;
use crate::zone::Zone;

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
    Received(Arc<Received>),
}

/// The texts as they came, in one piece, and where each of them ends.
struct Received {
    lines: String,
    ends: [u32; SENT],
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

    /// The catalogue that [`to_lines`](Self::to_lines) wrote. Nothing when it has more or fewer
    /// texts than this build knows: then it belongs to another version.
    pub fn from_lines(language: Language, lines: String) -> Option<Self> {
        let mut ends = [0; SENT];
        let mut found = 0;
        let mut end = 0;
        for line in lines.split('\n') {
            end += line.len();
            *ends.get_mut(found)? = u32::try_from(end).ok()?;
            found += 1;
            end += 1;
        }
        (found == SENT).then(|| Self {
            language,
            texts: Texts::Received(Arc::new(Received { lines, ends })),
        })
    }

    /// What a page needs of the texts, one on each line, in the order of the keys.
    pub fn to_lines(&self) -> String {
        let texts: Vec<&str> = (0..SENT).map(|place| self.at(place)).collect();
        texts.join("\n")
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
    /// Times in microseconds since 1970 UTC, seen in `zone`.
    pub fn day(&self, at: i64, now: i64, zone: &Zone) -> String {
        match format::days_between(at, now, zone) {
            0 => self.text(Key::DayToday).to_owned(),
            1 => self.text(Key::DayYesterday).to_owned(),
            _ => format::date_near(at, now, zone, self.language),
        }
    }

    fn at(&self, place: usize) -> &str {
        match &self.texts {
            #[cfg(feature = "embedded")]
            Texts::Embedded(texts) => texts[place],
            Texts::Received(received) => received.at(place),
        }
    }
}

impl Received {
    fn at(&self, place: usize) -> &str {
        // Each text begins after the line break that ends the one before.
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize + 1);
        &self.lines[start..self.ends[place] as usize]
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
        let lines = |count: usize| vec!["a"; count].join("\n");
        assert!(Catalogue::from_lines(Language::En, lines(SENT)).is_some());
        for count in [0, 1, SENT - 1, SENT + 1, 10 * SENT] {
            assert!(Catalogue::from_lines(Language::En, lines(count)).is_none(), "{count}");
        }
    }
}
