//! Where the rows are.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use url::Url;

use super::{Chapter, Storage};
use crate::config::setting::{Row, Setting, Shown};
use crate::config::value::Value;
use crate::config::{Reader, Secret, Section};

/// The name of the file in the data folder.
const FILE_NAME: &str = "dropcast.db";

/// What would end the path inside an address early, or be decoded twice.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS.add(b'?').add(b'#').add(b'%').add(b' ');

const URL: Setting<Address> = Setting::new(
    "DATABASE_URL",
    "database.url",
    "The database: an SQLite file, or PostgreSQL for several nodes.",
)
.shown(Shown::WithoutPasswords)
.follows("the SQLite file `dropcast.db` in the data folder");

const READERS: Setting<NonZeroU32> = Setting::new(
    "DROPCAST_DATABASE_READERS",
    "database.readers",
    "How many connections read at the same time; on PostgreSQL they write, too.",
)
.default("8");

const ACQUIRE_TIMEOUT: Setting<Duration> = Setting::new(
    "DROPCAST_DATABASE_ACQUIRE_TIMEOUT",
    "database.acquire_timeout",
    "How long a request waits for a free connection before it is answered with 503.",
)
.default("5s");

pub const CHAPTER: Chapter = Chapter {
    title: "Database",
    about: "Where the rows are.",
    rows: ROWS,
};

const ROWS: &[Row] = &[URL.row, READERS.row, ACQUIRE_TIMEOUT.row];

/// Where the rows are.
#[derive(Clone, Debug)]
pub struct Database {
    pub url: Secret,
    pub engine: Engine,
    pub readers: u32,
    pub acquire_timeout: Duration,
}

/// Which database the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite { file: PathBuf },
    Postgres,
}

/// A database address that names an engine we have.
struct Address {
    url: String,
    engine: Engine,
}

impl Value for Address {
    const FORM: &'static str = "`sqlite:///path/to/file.db` or `postgres://user:password@host:5432/database`";

    fn parse(text: &str) -> Result<Self, String> {
        if let Some(rest) = text.strip_prefix("sqlite:") {
            let rest = rest.strip_prefix("//").unwrap_or(rest);
            let path = rest.split('?').next().unwrap_or_default();
            if path.is_empty() || path == ":memory:" || rest.contains("mode=memory") {
                return Err("names no file, so that nothing would be kept".to_owned());
            }
            let file = percent_decode_str(path)
                .decode_utf8()
                .map_err(|_| "names a path that is not UTF-8".to_owned())?;
            let engine = Engine::Sqlite {
                file: PathBuf::from(file.as_ref()),
            };
            return Ok(Self {
                url: text.to_owned(),
                engine,
            });
        }
        let Ok(url) = Url::parse(text) else {
            return Err("is not an address".to_owned());
        };
        match url.scheme() {
            "postgres" | "postgresql" if url.path().len() > 1 => Ok(Self {
                url: text.to_owned(),
                engine: Engine::Postgres,
            }),
            "postgres" | "postgresql" => Err("names no database after the host".to_owned()),
            scheme => Err(format!("names `{scheme}`, a database that Dropcast does not speak")),
        }
    }
}

impl Database {
    /// Reads the section. Without an address of its own the database is a file in the data folder.
    pub fn read(from: &mut Reader, storage: Option<&Storage>) -> Option<Self> {
        let address = from.maybe(&URL);
        let readers = from.get(&READERS);
        let acquire_timeout = from.get(&ACQUIRE_TIMEOUT);
        let address = match address? {
            Some(address) => address,
            None => in_folder(&storage?.data),
        };
        from.follow(&URL.row, &address.url);
        Some(Self {
            url: Secret::new(address.url),
            engine: address.engine,
            readers: readers?.get(),
            acquire_timeout: acquire_timeout?,
        })
    }
}

fn in_folder(data: &Path) -> Address {
    let file = data.join(FILE_NAME);
    let path = file.to_string_lossy();
    let url = format!("sqlite://{}?mode=rwc", utf8_percent_encode(&path, NOT_IN_PATHS));
    Address {
        url,
        engine: Engine::Sqlite { file },
    }
}

impl Section for Database {
    fn validate(&self, reader: &mut Reader) {
        if self.readers > 256 {
            reader.refuse(&READERS.row, "is more than a database bears", "write at most `256`");
        }
        if self.acquire_timeout < Duration::from_millis(50) {
            reader.refuse(
                &ACQUIRE_TIMEOUT.row,
                "is too short for any connection",
                "write at least `50ms`",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn engine(text: &str) -> Result<Engine, String> {
        Address::parse(text).map(|address| address.engine)
    }

    fn sqlite(file: &str) -> Engine {
        Engine::Sqlite { file: file.into() }
    }

    #[test]
    fn addresses_name_their_engine() {
        assert_eq!(engine("sqlite:///srv/a.db?mode=rwc"), Ok(sqlite("/srv/a.db")));
        assert_eq!(engine("sqlite:a%20b.db"), Ok(sqlite("a b.db")));
        assert_eq!(engine("postgres://u:p@db/dropcast"), Ok(Engine::Postgres));
        assert_eq!(engine("postgresql:///dropcast"), Ok(Engine::Postgres));
    }

    #[test]
    fn what_keeps_nothing_or_is_not_spoken_is_refused() {
        for bad in [
            "sqlite::memory:",
            "sqlite://",
            "sqlite://x?mode=memory",
            "mysql://db/x",
            "postgres://db",
            "db",
        ] {
            assert!(engine(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_data_folder_with_unusual_signs_survives_the_address() {
        let address = in_folder(Path::new("/srv/50% of a?b #c"));
        assert_eq!(engine(&address.url), Ok(address.engine));
    }
}
