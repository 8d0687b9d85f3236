//! The catalogues as a whole: languages that were forgotten, and texts nobody shows.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use texts::{Catalogue, Key, Language, Zone};

/// Texts that are rightly the same as in English, with the languages in which they are.
const SAME: [(Key, &[Language]); 14] = [
    (Key::AppName, &[Language::De, Language::Fr, Language::Es, Language::It]),
    (
        Key::AppPageTitle,
        &[Language::De, Language::Fr, Language::Es, Language::It],
    ),
    (Key::FilesCount, &[Language::It]),
    (Key::KeysControl, &[Language::Fr, Language::Es, Language::It]),
    (Key::NavSystem, &[Language::De]),
    (Key::PreferencesThemeSystem, &[Language::De]),
    (Key::SystemDatabase, &[Language::It]),
    (
        Key::SystemKindPostgres,
        &[Language::De, Language::Fr, Language::Es, Language::It],
    ),
    (
        Key::SystemRedis,
        &[Language::De, Language::Fr, Language::Es, Language::It],
    ),
    (Key::SystemTitle, &[Language::De]),
    (Key::SystemVersion, &[Language::De, Language::Fr]),
    (
        Key::UploadRate,
        &[Language::De, Language::Fr, Language::Es, Language::It],
    ),
    (Key::UploadTitle, &[Language::De]),
    (Key::WorkWhenIn, &[Language::De]),
];

/// Parts of the pages that are only rendered on the server.
const SERVER_SIDE: [&str; 2] = ["app/src/installed.rs", "app/src/shell.rs"];

#[test]
fn no_language_was_left_in_english() {
    let english = Catalogue::embedded(Language::En);
    let mut same = BTreeSet::new();
    for language in Language::ALL.into_iter().filter(|language| *language != Language::En) {
        let catalogue = Catalogue::embedded(language);
        for key in Key::ALL {
            // The form for one as well: a plural half translated is as bad.
            let equal =
                catalogue.text(key) == english.text(key) || catalogue.count(key, 1, &[]) == english.count(key, 1, &[]);
            if equal {
                same.insert(format!("{} {}", language.tag(), key.name()));
            }
        }
    }
    let expected: BTreeSet<String> = SAME
        .iter()
        .flat_map(|(key, languages)| {
            languages
                .iter()
                .map(move |language| format!("{} {}", language.tag(), key.name()))
        })
        .collect();
    let forgotten: Vec<_> = same.difference(&expected).collect();
    let stale: Vec<_> = expected.difference(&same).collect();
    assert!(
        forgotten.is_empty(),
        "the same as in English, and not on the list of those that may be: {forgotten:#?}"
    );
    assert!(
        stale.is_empty(),
        "on the list of what may be the same as in English, but is not: {stale:#?}"
    );
}

#[test]
fn signs_are_set_as_each_language_sets_them() {
    let mut faults = Vec::new();
    for language in Language::ALL {
        let catalogue = Catalogue::embedded(language);
        for key in Key::ALL {
            for text in [catalogue.text(key).to_owned(), catalogue.count(key, 1, &[])] {
                let typewriter = text.contains(['\'', '"']) || text.contains("...");
                let letters: Vec<char> = text.chars().collect();
                let pairs = letters.windows(2).map(|pair| (pair[0], pair[1]));
                let wrong = pairs.into_iter().any(|(first, second)| match language {
                    // A French sign of two parts keeps its distance, and never starts a line.
                    Language::Fr => {
                        (":;?!»".contains(second) && first != '\u{a0}') || (first == '«' && second != '\u{a0}')
                    }
                    // In German three dots after a whole word stand apart.
                    Language::De => second == '…' && first != '\u{a0}',
                    Language::En | Language::Es | Language::It => second == '…' && first.is_whitespace(),
                });
                if typewriter || wrong {
                    faults.push(format!("{} {}: {text:?}", language.tag(), key.name()));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "apostrophes, quotes, dots or spaces are not set right: {faults:#?}"
    );
}

#[test]
fn every_text_is_shown_somewhere() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut source = String::new();
    for folder in [
        "app/src",
        "crates/ui/src",
        "crates/texts/src",
        "crates/service/src",
        "server/src",
    ] {
        read_sources(&workspace.join(folder), &[], &mut source).expect("readable sources");
    }
    let used = keys_in(&source);
    let unused: Vec<&str> = Key::ALL
        .iter()
        .filter(|key| !used.contains(format!("{key:?}").as_str()))
        .map(|key| key.name())
        .collect();
    assert!(
        unused.is_empty(),
        "no page shows these texts; remove them from all five locales: {unused:#?}"
    );
}

#[test]
fn only_what_the_browser_shows_travels() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut source = String::new();
    for folder in ["app/src", "crates/ui/src", "crates/texts/src"] {
        read_sources(&workspace.join(folder), &SERVER_SIDE, &mut source).expect("readable sources");
    }
    let used = keys_in(&source);
    let wrong: Vec<&str> = Key::ALL
        .iter()
        .filter(|key| key.travels() != used.contains(format!("{key:?}").as_str()))
        .map(|key| key.name())
        .collect();
    assert!(
        wrong.is_empty(),
        "these are in every page though only the server shows them, or the other way round; \
         mend SERVER_ONLY in crates/texts/build.rs: {wrong:#?}"
    );
}

/// The names behind each `Key::`.
fn keys_in(source: &str) -> BTreeSet<&str> {
    source
        .split("Key::")
        .skip(1)
        .map(|rest| {
            rest.split(|letter: char| !letter.is_ascii_alphanumeric())
                .next()
                .unwrap_or_default()
        })
        .collect()
}

fn read_sources(folder: &Path, except: &[&str], source: &mut String) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if except.iter().any(|file| path.ends_with(file)) {
            continue;
        }
        if path.is_dir() {
            read_sources(&path, except, source)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            source.push_str(&fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

#[test]
fn a_catalogue_survives_the_way_through_the_page() {
    for language in Language::ALL {
        let sent = Catalogue::embedded(language);
        let received = Catalogue::from_lines(language, sent.to_lines()).expect("what was just written");
        assert_eq!(received.language(), language);
        for key in Key::ALL.into_iter().filter(|key| key.travels()) {
            assert_eq!(received.text(key), sent.text(key), "{}", key.name());
            assert_eq!(received.count(key, 1, &[]), sent.count(key, 1, &[]), "{}", key.name());
        }
    }
}

#[test]
fn numbers_choose_their_form() {
    let count = |language, n| Catalogue::embedded(language).count(Key::FilesCount, n, &[]);
    assert_eq!(count(Language::En, 0), "0 files");
    assert_eq!(count(Language::En, 1), "1 file");
    assert_eq!(count(Language::En, 1_308), "1,308 files");
    assert_eq!(count(Language::De, 1), "1 Datei");
    assert_eq!(count(Language::Fr, 0), "0 fichier");
    assert_eq!(count(Language::Fr, 2), "2 fichiers");
    assert_eq!(count(Language::Es, 0), "0 archivos");
}

#[test]
fn names_are_filled_in_as_they_are() {
    let german = Catalogue::embedded(Language::De);
    assert_eq!(
        german.with(Key::FilesDownload, &[("name", "{name}.txt")]),
        "{name}.txt herunterladen"
    );
    assert_eq!(
        german.with(Key::UploadProgress, &[("sent", "1"), ("total", "2")]),
        "1 von 2"
    );
}

#[test]
fn days_close_by_have_names() {
    let english = Catalogue::embedded(Language::En);
    let noon = 1_794_916_800_000_000;
    let day = 86_400_000_000;
    let named = |at| english.day(at, noon, &Zone::utc());
    assert_eq!(named(noon), "Today");
    assert_eq!(named(noon - day), "Yesterday");
    assert_eq!(named(noon - 2 * day), "Sun 15\u{a0}Nov");
    assert_eq!(named(noon + 2 * day), "Thu 19\u{a0}Nov");
}
