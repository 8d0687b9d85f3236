//! Gathers the raw values of all settings and hands them out as what they mean.

use std::collections::BTreeMap;
use std::path::Path;

use super::effective::Effective;
use super::sections;
use super::setting::{Preset, Row, Setting, Shown};
use super::value::Value;
use super::{FILE_KEY, File, Refusal, Refusals, SecretFiles, Source};

/// All our variables start like this, except those whose names are customs of the trade.
const PREFIX: &str = "DROPCAST_";

/// Names that start like ours and mean something, but not to this table.
const READ_ELSEWHERE: [&str; 2] = [FILE_KEY, "DROPCAST_FRONT_DIR"];

/// The raw values, and everything found to be wrong so far.
pub struct Reader {
    found: BTreeMap<&'static str, Found>,
    followed: BTreeMap<&'static str, String>,
    refusals: Vec<Refusal>,
}

struct Found {
    text: String,
    source: Source,
}

/// Whether a variable of the environment is addressed to us.
pub fn concerns_us(key: &str) -> bool {
    key.starts_with(PREFIX) || sections::rows().any(|row| key == row.env || key == row.env_file())
}

impl Reader {
    /// Takes in everything that was said, and refuses what nobody knows.
    pub fn gather(
        env: impl IntoIterator<Item = (String, String)>,
        file: Option<&File>,
        secret_files: SecretFiles<'_>,
    ) -> Self {
        let mut reader = Self {
            found: BTreeMap::new(),
            followed: BTreeMap::new(),
            refusals: Vec::new(),
        };
        if let Some(file) = file {
            reader.take_file(file);
        }
        // An empty variable counts as absent: compose files pass on what is not set that way.
        let env: BTreeMap<String, String> = env
            .into_iter()
            .filter(|(key, value)| concerns_us(key) && !value.trim().is_empty())
            .collect();
        reader.take_environment(&env, secret_files);
        reader
    }

    fn take_environment(&mut self, env: &BTreeMap<String, String>, secret_files: SecretFiles<'_>) {
        for row in sections::rows() {
            let direct = env.get(row.env);
            let beside = row.is_secret().then(|| env.get(&row.env_file())).flatten();
            match (direct, beside) {
                (Some(text), None) => self.put(row, text.trim(), Source::Environment),
                (None, Some(path)) => self.take_secret_file(row, Path::new(path.trim()), secret_files),
                (Some(_), Some(_)) => self.refusals.push(Refusal::new(
                    row.env,
                    Source::Environment,
                    format!("and {} are both set", row.env_file()),
                    "set only one of them",
                )),
                (None, None) => {}
            }
        }
        for key in env.keys() {
            let known = READ_ELSEWHERE.contains(&key.as_str())
                || sections::rows().any(|row| key == row.env || (row.is_secret() && *key == row.env_file()));
            if !known {
                self.refuse_unknown_variable(key);
            }
        }
    }

    fn refuse_unknown_variable(&mut self, key: &str) {
        let is_open_setting = |name: &&str| sections::rows().any(|row| row.env == *name);
        let remedy = match key.strip_suffix("_FILE").filter(is_open_setting) {
            Some(name) => format!("set {name} itself; only secrets are read from files"),
            None => suggestion(key, sections::rows().map(|row| row.env).chain([FILE_KEY])),
        };
        self.refuse_key(key.to_owned(), Source::Environment, remedy);
    }

    fn take_secret_file(&mut self, row: &'static Row, path: &Path, secret_files: SecretFiles<'_>) {
        match secret_files(path) {
            Ok(text) if text.trim().is_empty() => self.refusals.push(Refusal::new(
                row.env_file(),
                Source::Environment,
                format!("names `{}`, which is empty", path.display()),
                "write the secret into that file, or unset the variable",
            )),
            Ok(text) => self.put(row, text.trim(), Source::SecretFile(path.to_owned())),
            Err(error) => self.refusals.push(Refusal::new(
                row.env_file(),
                Source::Environment,
                format!("names `{}`, which cannot be read ({error})", path.display()),
                "name a file that this user may read",
            )),
        }
    }

    fn take_file(&mut self, file: &File) {
        let source = Source::File(file.path.clone());
        let table = match toml::from_str::<toml::Table>(&file.text) {
            Ok(table) => table,
            Err(error) => {
                // The error's own text would quote the line, and with it perhaps a password.
                let start = error.span().map_or(0, |span| span.start);
                let line = file
                    .text
                    .get(..start)
                    .map_or(1, |before| before.matches('\n').count() + 1);
                let what = format!("is not valid TOML in line {line} ({})", error.message());
                self.refusals.push(Refusal::new(
                    "the configuration file",
                    source,
                    what,
                    "correct that line",
                ));
                return;
            }
        };
        let mut leaves = Vec::new();
        flatten("", &table, &mut leaves);
        for (path, value) in leaves {
            if let Some(row) = sections::rows().find(|row| row.toml == path) {
                self.take_toml(row, value, source.clone());
            } else {
                let remedy = suggestion(&path, sections::rows().map(|row| row.toml));
                self.refuse_key(path, source.clone(), remedy);
            }
        }
    }

    /// Refuses a key that nobody knows.
    fn refuse_key(&mut self, key: String, source: Source, remedy: String) {
        self.refusals
            .push(Refusal::new(key, source, "is no known setting", remedy));
    }

    fn take_toml(&mut self, row: &'static Row, value: &toml::Value, source: Source) {
        match plain_text(value) {
            Some(text) if text.is_empty() => {}
            Some(text) => self.put(row, &text, source),
            None => {
                let remedy = format!("write {}", row.form);
                self.refusals.push(Refusal::new(
                    row.toml,
                    source,
                    format!("is a {}", value.type_str()),
                    remedy,
                ));
            }
        }
    }

    fn put(&mut self, row: &'static Row, text: &str, source: Source) {
        self.found.insert(
            row.env,
            Found {
                text: text.to_owned(),
                source,
            },
        );
    }

    /// The value of a setting that always has one. `None` means that it was refused.
    pub fn get<T: Value>(&mut self, setting: &Setting<T>) -> Option<T> {
        self.maybe(setting).flatten()
    }

    /// The value of a setting that may be off. The outer `None` means that it was refused.
    pub fn maybe<T: Value>(&mut self, setting: &Setting<T>) -> Option<Option<T>> {
        let row = &setting.row;
        let text = match (self.found.get(row.env), row.default) {
            (Some(found), _) => found.text.as_str(),
            (None, Preset::Is(text)) => text,
            (None, Preset::Off | Preset::Follows(_)) => return Some(None),
        };
        match T::parse(text) {
            Ok(value) => Some(Some(value)),
            Err(fault) => {
                let what = match row.shown {
                    Shown::Whole => format!("is `{text}`, which {fault}"),
                    Shown::WithoutPasswords | Shown::Never => format!("has a value that {fault}"),
                };
                self.refuse(row, what, format!("write {}", row.form));
                None
            }
        }
    }

    /// Refuses a setting for a reason of its section.
    pub fn refuse(&mut self, row: &Row, what: impl Into<String>, remedy: impl Into<String>) {
        let source = self
            .found
            .get(row.env)
            .map_or(Source::Default, |found| found.source.clone());
        let key = if matches!(source, Source::File(_)) {
            row.toml
        } else {
            row.env
        };
        self.refusals.push(Refusal::new(key, source, what, remedy));
    }

    /// Whether anybody said anything about this setting.
    pub fn is_set(&self, row: &Row) -> bool {
        self.found.contains_key(row.env)
    }

    /// Says which value a setting took that follows from others.
    pub fn follow(&mut self, row: &Row, value: impl Into<String>) {
        self.followed.insert(row.env, value.into());
    }

    /// All settings as they are in effect, and all that is wrong.
    pub fn finish(self) -> (Vec<Effective>, Refusals) {
        let effective = sections::rows()
            .map(|row| {
                let (text, source) = match (self.found.get(row.env), row.default) {
                    (Some(found), _) => (Some(found.text.clone()), found.source.clone()),
                    (None, Preset::Is(text)) => (Some(text.to_owned()), Source::Default),
                    (None, Preset::Follows(_)) => (self.followed.get(row.env).cloned(), Source::Default),
                    (None, Preset::Off) => (None, Source::Default),
                };
                Effective::new(row, text.as_deref(), source)
            })
            .collect();
        (effective, Refusals(self.refusals))
    }
}

/// The leaves of a table with their dotted paths.
fn flatten<'t>(prefix: &str, table: &'t toml::Table, leaves: &mut Vec<(String, &'t toml::Value)>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, leaves),
            leaf => leaves.push((path, leaf)),
        }
    }
}

/// A TOML value as it would be written in the environment: lists become comma-separated.
fn plain_text(value: &toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text.trim().to_owned()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            items.map(|items| items.join(","))
        }
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => None,
    }
}

/// Names the nearest known key when it is near enough to be what was meant.
fn suggestion<'k>(unknown: &str, known: impl Iterator<Item = &'k str>) -> String {
    let folded = unknown.to_ascii_lowercase();
    let nearest = known
        .map(|key| (strsim::jaro_winkler(&folded, &key.to_ascii_lowercase()), key))
        .max_by(|left, right| left.0.total_cmp(&right.0));
    match nearest {
        Some((likeness, key)) if likeness > 0.85 => format!("did you mean {key}? Otherwise remove it"),
        _ => "remove it, or see docs/configuration.md for the names".to_owned(),
    }
}
