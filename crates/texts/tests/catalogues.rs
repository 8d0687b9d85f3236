//! The catalogues as a whole: languages that were forgotten, and texts nobody shows.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use texts::{Catalogue, Key, Language};

/// Texts that are rightly the same as in English, with the languages in which they are.
const SAME: [(Key, &[Language]); 12] = [
    (Key::AppName, &[Language::De, Language::Fr, Language::Es, Language::It]),
    (
        Key::AppPageTitle,
        &[Language::De, Language::Fr, Language::Es, Language::It],
    ),
    (Key::FilesCount, &[Language::It]),
    (Key::NavSystem, &[Language::De]),
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
        read_sources(&workspace.join(folder), &mut source).expect("readable sources");
    }
    let used: BTreeSet<&str> = source
        .split("Key::")
        .skip(1)
        .map(|rest| {
            rest.split(|letter: char| !letter.is_ascii_alphanumeric())
                .next()
                .unwrap_or_default()
        })
        .collect();
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

fn read_sources(folder: &Path, source: &mut String) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_sources(&path, source)?;
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
        let json = sent.to_json();
        assert!(!json.contains('<'), "could end its script element");
        let received = Catalogue::from_json(&json).expect("what was just written");
        assert_eq!(received.language(), language);
        for key in Key::ALL {
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
    assert_eq!(english.day(noon, noon, 0), "Today");
    assert_eq!(english.day(noon - day, noon, 0), "Yesterday");
    assert_eq!(english.day(noon - 2 * day, noon, 0), "Sun 15\u{a0}Nov");
    assert_eq!(english.day(noon + 2 * day, noon, 0), "Thu 19\u{a0}Nov");
}
