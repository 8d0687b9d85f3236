//! The line between nodes.

use url::Url;

use super::Chapter;
use crate::config::setting::{Setting, Shown};
use crate::config::value::Value;
use crate::config::{Reader, Secret};

const URL: Setting<Address> = Setting::new(
    "REDIS_URL",
    "redis.url",
    "Redis, for hints between several nodes; one node alone needs none, and loses nothing when Redis is away.",
)
.shown(Shown::WithoutPasswords);

pub const CHAPTER: Chapter = Chapter {
    title: "Redis",
    about: "The line between nodes.",
    rows: &[URL.row],
};

/// The line between nodes.
#[derive(Clone, Debug)]
pub struct Redis {
    pub url: Option<Secret>,
}

struct Address(Secret);

impl Value for Address {
    const FORM: &'static str = "`redis://host:6379` or, with TLS, `rediss://:password@host:6379`";

    fn parse(text: &str) -> Result<Self, String> {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "redis" | "rediss") && url.has_host() => Ok(Self(Secret::new(text))),
            Ok(url) if matches!(url.scheme(), "redis" | "rediss") => Err("has no host".to_owned()),
            _ => Err("does not start with redis:// or rediss://".to_owned()),
        }
    }
}

impl Redis {
    pub fn read(from: &mut Reader) -> Option<Self> {
        Some(Self {
            url: from.maybe(&URL)?.map(|Address(url)| url),
        })
    }
}
