//! What the operator decides.
//!
//! Each setting is declared once, as a [`Setting`](setting::Setting) in its section: its name in
//! the environment, its name in the file, its default, its type and one sentence of documentation.
//! Reading, `dropcast config check` and the reference page all come from these declarations.
//!
//! The environment wins over the file, the file wins over the default. Secrets can also be read
//! from a file named by `NAME_FILE`. Everything that is wrong is reported at once, each with its
//! key, where it came from, what is wrong and the remedy.
//!
//! To add a setting: declare it in its section, put it into that section's rows, read it in
//! `read`, and write `dropcast config reference` to `docs/configuration.md`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

pub mod effective;
pub mod problem;
mod reader;
pub mod reference;
pub mod secret;
pub mod sections;
pub mod setting;
pub mod value;

#[cfg(test)]
mod tests;

pub use effective::Effective;
pub use problem::{Refusal, Refusals, Source};
pub use reader::Reader;
pub use secret::Secret;
pub use sections::{
    Database, Engine, Format, Jobs, Limits, Logging, Media, Metrics, Queues, Redis, S3, Sentry, Server, Storage,
};
pub use value::Maintenance;

/// The environment variable that names the configuration file.
pub const FILE_KEY: &str = "DROPCAST_CONFIG";

/// The whole configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub server: Server,
    pub storage: Storage,
    pub database: Database,
    pub redis: Redis,
    pub jobs: Jobs,
    pub metrics: Metrics,
    pub limits: Limits,
    pub logging: Logging,
    pub sentry: Sentry,
    pub media: Media,
    effective: Vec<Effective>,
}

/// The configuration file, as read.
#[derive(Clone, Debug)]
pub struct File {
    pub path: PathBuf,
    pub text: String,
}

/// Reads the file that holds a secret.
pub type SecretFiles<'a> = &'a dyn Fn(&Path) -> std::io::Result<String>;

impl Config {
    /// Reads the configuration from exactly these inputs.
    pub fn load(
        env: impl IntoIterator<Item = (String, String)>,
        file: Option<&File>,
        secret_files: SecretFiles<'_>,
    ) -> Result<Self, Refusals> {
        let mut reader = Reader::gather(env, file, secret_files);
        let server = Server::read(&mut reader);
        let storage = Storage::read(&mut reader);
        let database = Database::read(&mut reader, storage.as_ref());
        let redis = Redis::read(&mut reader);
        let jobs = Jobs::read(&mut reader);
        let metrics = Metrics::read(&mut reader);
        let limits = Limits::read(&mut reader);
        let logging = Logging::read(&mut reader);
        let sentry = Sentry::read(&mut reader);
        let media = Media::read(&mut reader);

        let checks: [&dyn Section; 5] = [&server, &storage, &database, &jobs, &metrics];
        for section in checks {
            section.validate(&mut reader);
        }

        let (effective, refusals) = reader.finish();
        // A part is only missing when it was refused, and then the refusals say so.
        let whole = (|| {
            Some(Self {
                server: server?,
                storage: storage?,
                database: database?,
                redis: redis?,
                jobs: jobs?,
                metrics: metrics?,
                limits: limits?,
                logging: logging?,
                sentry: sentry?,
                media: media?,
                effective,
            })
        })();
        match whole {
            Some(config) if refusals.is_empty() => Ok(config),
            _ => Err(refusals),
        }
    }

    /// Reads the configuration of this process: its environment, and the file that `--config` or
    /// else `DROPCAST_CONFIG` names. No file is looked for anywhere else, so that what a start
    /// does never depends on the folder it happens in.
    pub fn of_process(named: Option<&Path>) -> Result<Self, Refusals> {
        let env = readable_environment(std::env::vars_os())?;
        let file = match named {
            Some(path) => Some(open_file(path, "--config")?),
            None => match env.iter().find(|(key, value)| key == FILE_KEY && !value.is_empty()) {
                Some((key, path)) => Some(open_file(Path::new(path), key)?),
                None => None,
            },
        };
        Self::load(env, file.as_ref(), &|path| std::fs::read_to_string(path))
    }

    /// Each setting with its value and where it came from, safe to show.
    pub fn effective(&self) -> &[Effective] {
        &self.effective
    }

    /// Every secret of this configuration, for those who must keep them out of the log.
    pub fn secrets(&self) -> Vec<&Secret> {
        let mut secrets = vec![&self.database.url];
        secrets.extend(self.redis.url.as_ref());
        secrets.extend(self.metrics.token.as_ref());
        secrets.extend(self.sentry.dsn.as_ref());
        if let Some(s3) = &self.storage.s3 {
            secrets.extend([&s3.access_key, &s3.secret_key]);
        }
        secrets
    }
}

/// A part of the configuration with rules between its settings.
trait Section {
    fn validate(&self, reader: &mut Reader);
}

impl<T: Section> Section for Option<T> {
    fn validate(&self, reader: &mut Reader) {
        if let Some(section) = self {
            section.validate(reader);
        }
    }
}

/// The variables that concern us, as text.
fn readable_environment(
    vars: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<(String, String)>, Refusals> {
    let mut readable = Vec::new();
    let mut refusals = Vec::new();
    for (key, value) in vars {
        let Some(key) = key.to_str().filter(|key| reader::concerns_us(key)) else {
            continue;
        };
        match value.into_string() {
            Ok(value) => readable.push((key.to_owned(), value)),
            Err(_) => refusals.push(Refusal::new(
                key,
                Source::Environment,
                "is not valid UTF-8",
                "write it as UTF-8 text",
            )),
        }
    }
    if refusals.is_empty() {
        Ok(readable)
    } else {
        Err(Refusals(refusals))
    }
}

fn open_file(path: &Path, key: &str) -> Result<File, Refusals> {
    let source = if key == FILE_KEY {
        Source::Environment
    } else {
        Source::CommandLine
    };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(File {
            path: path.to_owned(),
            text,
        }),
        Err(error) => Err(Refusals(vec![Refusal::new(
            key,
            source,
            format!("names `{}`, which cannot be read ({error})", path.display()),
            "name a readable TOML file, or none",
        )])),
    }
}
