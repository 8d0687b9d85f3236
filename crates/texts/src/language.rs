//! The languages, and which of them a reader wants.

/// A language Dropcast speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    En,
    De,
    Fr,
    Es,
    It,
}

/// More preferences than this in one header is not a reader's wish any more.
const MAX_PREFERENCES: usize = 32;

impl Language {
    pub const ALL: [Self; 5] = [Self::En, Self::De, Self::Fr, Self::Es, Self::It];

    /// The BCP 47 tag, as in `<html lang>`, in cookies and in file names.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::Es => "es",
            Self::It => "it",
        }
    }

    /// What stands before the address of a page in this language.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::En => "/en",
            Self::De => "/de",
            Self::Fr => "/fr",
            Self::Es => "/es",
            Self::It => "/it",
        }
    }

    /// What its speakers call it: the only name to show in a list of languages.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
            Self::Fr => "Français",
            Self::Es => "Español",
            Self::It => "Italiano",
        }
    }

    /// The language with exactly this tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The best language for an `Accept-Language` header. English when nothing fits.
    ///
    /// Regions fall back to their language (`de-AT` is German). What cannot be read is skipped:
    /// a broken header costs its sender a preference, never a page.
    pub fn negotiate(accept_language: &str) -> Self {
        let preferences = || accept_language.split(',').take(MAX_PREFERENCES).filter_map(preference);
        let refused = |language: Self| preferences().any(|(range, weight)| weight == 0 && range.names(language));
        let mut best = (0, Self::default());
        for (range, weight) in preferences() {
            let wanted = match range {
                Range::Language(language) => Some(language),
                Range::Any => Self::ALL.into_iter().find(|language| !refused(*language)),
                Range::Unknown => None,
            };
            // Only a greater weight wins, so that among equals the first named stays.
            if let Some(language) = wanted.filter(|_| weight > best.0) {
                best = (weight, language);
            }
        }
        best.1
    }

    /// Whether `n` things take the form for one. Zero is singular in French.
    pub(crate) const fn is_one(self, n: u64) -> bool {
        match self {
            Self::Fr => n <= 1,
            Self::En | Self::De | Self::Es | Self::It => n == 1,
        }
    }
}

/// What one entry of the header asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Range {
    Language(Language),
    Any,
    Unknown,
}

impl Range {
    fn names(self, language: Language) -> bool {
        self == Self::Language(language)
    }
}

/// One entry: its range and its weight in thousandths.
fn preference(entry: &str) -> Option<(Range, u16)> {
    let mut parts = entry.split(';').map(str::trim);
    let tag = parts.next().filter(|tag| !tag.is_empty())?;
    let mut weight = 1000;
    for parameter in parts {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            weight = thousandths(value.trim())?;
        }
    }
    let primary = tag.split(['-', '_']).next().unwrap_or(tag).to_ascii_lowercase();
    let range = match Language::from_tag(&primary) {
        Some(language) => Range::Language(language),
        None if tag == "*" => Range::Any,
        None => Range::Unknown,
    };
    Some((range, weight))
}

/// `0`, `0.5`, `0.875`, `1`, `1.000`: nothing else is a weight.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction: u16 = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(fraction),
        "1" if fraction == 0 => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        for (header, expected) in [
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", Language::Fr),
            ("ja, it;q=0.3, es;q=0.6", Language::Es),
            ("de", Language::De),
            ("DE-at", Language::De),
            ("es-419;q=0.2,it;q=0.20", Language::Es),
            ("en;q=0.1, de ; Q=1.0", Language::De),
            ("pt-BR, *;q=0.5", Language::En),
            ("en;q=0, *", Language::De),
            ("fr;q=0, it;q=0.001", Language::It),
        ] {
            assert_eq!(Language::negotiate(header), expected, "{header}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_english_and_nothing_worse() {
        let long = "de;q=0.1,".repeat(100_000);
        for header in [
            "",
            ",,;;==",
            "q=1",
            "*;q=",
            "fr;q=2",
            "fr;q=0.1234",
            "fr;q=-1",
            "fr;level",
            "\u{1f600}-\u{0}",
            "zz",
        ] {
            assert_eq!(Language::negotiate(header), Language::En, "{header:?}");
        }
        assert_eq!(Language::negotiate(&long), Language::De);
    }

    #[test]
    fn tags_are_read_back_exactly() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
        assert_eq!(Language::from_tag("EN"), None);
        assert_eq!(Language::from_tag("de-DE"), None);
    }
}
