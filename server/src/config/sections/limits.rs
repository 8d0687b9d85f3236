//! How often somebody may ask.

use std::num::NonZeroU32;

use super::Chapter;
use crate::config::Reader;
use crate::config::setting::{Row, Setting};

const PAGE: Setting<NonZeroU32> = Setting::new("DROPCAST_LIMIT_PAGE", "limits.page", "Pages.").default("300");
const API: Setting<NonZeroU32> = Setting::new(
    "DROPCAST_LIMIT_API",
    "limits.api",
    "Calls of the API and of pages that fetch more.",
)
.default("1200");
const UPLOAD: Setting<NonZeroU32> = Setting::new("DROPCAST_LIMIT_UPLOAD", "limits.upload", "Uploads.").default("1200");
const DOWNLOAD: Setting<NonZeroU32> = Setting::new(
    "DROPCAST_LIMIT_DOWNLOAD",
    "limits.download",
    "Downloads; a player that jumps about asks for many parts.",
)
.default("1800");
const ASSET: Setting<NonZeroU32> =
    Setting::new("DROPCAST_LIMIT_ASSET", "limits.asset", "Scripts, styles and icons.").default("3000");
const HEALTH: Setting<NonZeroU32> =
    Setting::new("DROPCAST_LIMIT_HEALTH", "limits.health", "Health checks and metrics.").default("600");
const PREFERENCES: Setting<NonZeroU32> = Setting::new(
    "DROPCAST_LIMIT_PREFERENCES",
    "limits.preferences",
    "Changes of language and theme.",
)
.default("60");

pub const CHAPTER: Chapter = Chapter {
    title: "Rate limits",
    about: "How many requests of each class one client may make per minute. Above that the answer is 429 with\n`Retry-After`.",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    PAGE.row,
    API.row,
    UPLOAD.row,
    DOWNLOAD.row,
    ASSET.row,
    HEALTH.row,
    PREFERENCES.row,
];

/// Requests per minute and client, by class of route.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub page: NonZeroU32,
    pub api: NonZeroU32,
    pub upload: NonZeroU32,
    pub download: NonZeroU32,
    pub asset: NonZeroU32,
    pub health: NonZeroU32,
    pub preferences: NonZeroU32,
}

impl Limits {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let page = from.get(&PAGE);
        let api = from.get(&API);
        let upload = from.get(&UPLOAD);
        let download = from.get(&DOWNLOAD);
        let asset = from.get(&ASSET);
        let health = from.get(&HEALTH);
        let preferences = from.get(&PREFERENCES);
        Some(Self {
            page: page?,
            api: api?,
            upload: upload?,
            download: download?,
            asset: asset?,
            health: health?,
            preferences: preferences?,
        })
    }
}
