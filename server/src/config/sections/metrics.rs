//! Who may read the figures.

use std::net::SocketAddr;

use super::Chapter;
use crate::config::setting::{Row, Setting, Shown};
use crate::config::{Reader, Secret, Section};

const LISTEN: Setting<SocketAddr> = Setting::new(
    "DROPCAST_METRICS_LISTEN",
    "metrics.listen",
    "An address of its own for `/metrics`, which should not be reachable from outside.",
);

const TOKEN: Setting<Secret> = Setting::new(
    "DROPCAST_METRICS_TOKEN",
    "metrics.token",
    "With this token as bearer, `/metrics` also answers on the main address.",
)
.shown(Shown::Never);

pub const CHAPTER: Chapter = Chapter {
    title: "Metrics",
    about: "Figures for Prometheus at `/metrics`. Without an address and without a token nobody can read them.",
    rows: ROWS,
};

const ROWS: &[Row] = &[LISTEN.row, TOKEN.row];

/// Who may read the figures.
#[derive(Clone, Debug)]
pub struct Metrics {
    pub listen: Option<SocketAddr>,
    pub token: Option<Secret>,
}

impl Metrics {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let listen = from.maybe(&LISTEN);
        let token = from.maybe(&TOKEN);
        Some(Self {
            listen: listen?,
            token: token?,
        })
    }
}

impl Section for Metrics {
    fn validate(&self, reader: &mut Reader) {
        if self.token.as_ref().is_some_and(|token| token.expose().len() < 16) {
            reader.refuse(
                &TOKEN.row,
                "is so short that it can be guessed",
                "write at least 16 random characters",
            );
        }
    }
}
