//! Turns `locales/*.toml` into the `Key` enum and, for the server, one table of texts per language.
//!
//! The build stops when a language misses a text, has one that English does not know, fills in
//! other placeholders, or treats as a plural what English does not. So a page can never meet a hole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, process};

const REFERENCE: &str = "en";
const LANGUAGES: [&str; 5] = [REFERENCE, "de", "fr", "es", "it"];

/// Sections, and single texts, that only the server shows: on pages without script, in mails. They
/// stay out of what travels with each page.
const SERVER_ONLY: [&str; 12] = [
    "app.no_script",
    "app.tagline",
    "failure.busy_title",
    "failure.reference",
    "failure.title",
    "failure.unavailable_title",
    "forbidden.title",
    "keys.control",
    "maintenance",
    "offline",
    "refused",
    "state.part_missing",
];

/// One text, or the two forms it takes with a number.
enum Text {
    Plain(String),
    Plural { one: String, other: String },
}

impl Text {
    fn forms(&self) -> Vec<&str> {
        match self {
            Self::Plain(text) => vec![text],
            Self::Plural { one, other } => vec![one, other],
        }
    }
}

/// Texts by `section.name`.
type Texts = BTreeMap<String, Text>;

fn main() {
    println!("cargo:rerun-if-changed=locales");
    match generate() {
        Ok(()) => {}
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
            process::exit(1);
        }
    }
}

fn generate() -> Result<(), Vec<String>> {
    let mut languages = Vec::new();
    for tag in LANGUAGES {
        languages.push((tag, read(tag).map_err(|fault| vec![fault])?));
    }
    let Some(((_, reference), others)) = languages.split_first() else {
        return Ok(());
    };
    let mut faults: Vec<String> = reference
        .iter()
        .flat_map(|(key, text)| check_alone(REFERENCE, key, text))
        .collect();
    for (tag, texts) in others {
        faults.extend(texts.iter().flat_map(|(key, text)| check_alone(tag, key, text)));
        faults.extend(compare(tag, reference, texts));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let out = env::var("OUT_DIR").map_err(|fault| vec![fault.to_string()])?;
    for (file, code) in [("key.rs", key_code(reference)), ("tables.rs", table_code(&languages))] {
        fs::write(Path::new(&out).join(file), code).map_err(|fault| vec![format!("{file}: {fault}")])?;
    }
    Ok(())
}

fn read(tag: &str) -> Result<Texts, String> {
    let path = format!("locales/{tag}.toml");
    let source = fs::read_to_string(&path).map_err(|fault| format!("{path}: {fault}"))?;
    let sections: toml::Table = source.parse().map_err(|fault| format!("{path}: {fault}"))?;
    let mut texts = Texts::new();
    for (section, entries) in sections {
        let toml::Value::Table(entries) = entries else {
            return Err(format!("{path}: `{section}` stands outside a section"));
        };
        for (name, value) in entries {
            let key = format!("{section}.{name}");
            let text = text(value).ok_or_else(|| format!("{path}: `{key}` is neither a text nor {{ one, other }}"))?;
            texts.insert(key, text);
        }
    }
    Ok(texts)
}

fn text(value: toml::Value) -> Option<Text> {
    match value {
        toml::Value::String(text) => Some(Text::Plain(text)),
        toml::Value::Table(mut forms) => {
            let mut form = |name| forms.remove(name)?.as_str().map(str::to_owned);
            let (one, other) = (form("one")?, form("other")?);
            forms.is_empty().then_some(Text::Plural { one, other })
        }
        _ => None,
    }
}

/// What is wrong with a text whatever the other languages say.
fn check_alone(tag: &str, key: &str, text: &Text) -> Vec<String> {
    let mut faults = Vec::new();
    for form in text.forms() {
        if form.contains('\n') {
            faults.push(format!(
                "{tag}: `{key}` is more than one line, and texts travel as lines"
            ));
        }
        if form.trim().is_empty() || form.trim() != form {
            faults.push(format!("{tag}: `{key}` is empty or has spaces around it"));
        }
        match placeholders(form) {
            None => faults.push(format!("{tag}: `{key}` has a brace without its partner")),
            Some(names) if matches!(text, Text::Plural { .. }) && !names.contains("n") => {
                faults.push(format!("{tag}: `{key}` counts, but a form does not show {{n}}"));
            }
            Some(_) => {}
        }
    }
    faults
}

/// Where a language departs from English.
fn compare(tag: &str, reference: &Texts, texts: &Texts) -> Vec<String> {
    let mut faults = Vec::new();
    for key in texts.keys().filter(|key| !reference.contains_key(*key)) {
        faults.push(format!("{tag}: `{key}` is not in {REFERENCE}.toml"));
    }
    for (key, expected) in reference {
        match (expected, texts.get(key)) {
            (_, None) => faults.push(format!("{tag}: `{key}` is missing")),
            (Text::Plain(_), Some(Text::Plural { .. })) => {
                faults.push(format!("{tag}: `{key}` is no plural in English"));
            }
            (Text::Plural { .. }, Some(Text::Plain(_))) => {
                faults.push(format!("{tag}: `{key}` needs {{ one, other }}"));
            }
            (expected, Some(found)) => {
                for (expected, found) in expected.forms().iter().zip(found.forms()) {
                    if placeholders(expected) != placeholders(found) {
                        faults.push(format!(
                            "{tag}: `{key}` does not fill in the same: {found:?}, in English {expected:?}"
                        ));
                    }
                }
            }
        }
    }
    faults
}

/// The names in braces, or nothing when the braces do not match.
fn placeholders(text: &str) -> Option<BTreeSet<&str>> {
    let mut names = BTreeSet::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}')?;
        let fits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if before.contains('}') || !fits {
            return None;
        }
        names.insert(name);
        rest = tail;
    }
    (!rest.contains('}')).then_some(names)
}

/// `files.empty_title` → `FilesEmptyTitle`.
fn variant(key: &str) -> String {
    let mut name = String::new();
    for word in key.split(['.', '_']) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

fn is_server_only(key: &str) -> bool {
    let section = key.split('.').next().unwrap_or(key);
    SERVER_ONLY.contains(&key) || SERVER_ONLY.contains(&section)
}

/// What travels first, then what stays on the server.
fn in_order(texts: &Texts) -> impl Iterator<Item = (&String, &Text)> {
    let sent = texts.iter().filter(|(key, _)| !is_server_only(key));
    sent.chain(texts.iter().filter(|(key, _)| is_server_only(key)))
}

/// The enum, and where each key's first form stands in a catalogue's flat list of texts.
fn key_code(reference: &Texts) -> String {
    const SERVER: &str = "#[cfg(feature = \"embedded\")]";
    let (mut variants, mut all, mut names, mut slots) = (String::new(), String::new(), String::new(), String::new());
    let (mut slot, mut sent, mut sent_slots) = (0_usize, 0, 0);
    for (key, text) in in_order(reference) {
        let name = variant(key);
        let forms = text.forms();
        let only = if is_server_only(key) { SERVER } else { "" };
        // Writing to a string cannot fail.
        let _ = writeln!(
            variants,
            "    {only}\n    #[doc = {:?}]\n    {name},",
            format!("`{}`", forms.join("` / `"))
        );
        let _ = writeln!(all, "        {only} Self::{name},");
        let _ = writeln!(names, "            {only} Self::{name} => {key:?},");
        let _ = writeln!(slots, "    {only} ({slot}, {}),", matches!(text, Text::Plural { .. }));
        slot += forms.len();
        if !is_server_only(key) {
            sent += 1;
            sent_slots = slot;
        }
    }
    format!(
        "/// Every text there is. The words beside a key are the English ones.\n\
         #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\n\
         pub enum Key {{\n{variants}}}\n\n\
         const KEYS: usize = if cfg!(feature = \"embedded\") {{ {count} }} else {{ {sent} }};\n\n\
         impl Key {{\n    pub const ALL: [Self; KEYS] = [\n{all}    ];\n\n\
         /// Where the text stands in the catalogues.\n    pub const fn name(self) -> &'static str {{\n        match self {{\n{names}        }}\n    }}\n}}\n\n\
         /// Where each key's first form stands, and whether a second one, for numbers, follows.\n\
         const PLACES: [(u16, bool); KEYS] = [\n{slots}];\n\n\
         /// How many texts travel with a page.\n\
         pub(crate) const SENT: usize = {sent_slots};\n\n\
         /// How many texts a catalogue holds.\n\
         {SERVER}\n\
         pub(crate) const TEXTS: usize = {slot};\n",
        count = reference.len(),
    )
}

fn table_code(languages: &[(&str, Texts)]) -> String {
    let mut code = String::new();
    for (tag, texts) in languages {
        let forms: Vec<&str> = in_order(texts).flat_map(|(_, text)| text.forms()).collect();
        let _ = writeln!(
            code,
            "static {}: [&str; {}] = {forms:?};",
            tag.to_ascii_uppercase(),
            forms.len()
        );
    }
    code
}
