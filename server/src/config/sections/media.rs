//! The programs that read and write media.

use super::Chapter;
use crate::config::Reader;
use crate::config::setting::Setting;

const FFMPEG: Setting<String> = Setting::new(
    "DROPCAST_FFMPEG",
    "media.ffmpeg",
    "The ffmpeg program: a name to look for in `PATH`, or a path.",
)
.default("ffmpeg");

const FFPROBE: Setting<String> = Setting::new(
    "DROPCAST_FFPROBE",
    "media.ffprobe",
    "The ffprobe program: a name to look for in `PATH`, or a path.",
)
.default("ffprobe");

pub const CHAPTER: Chapter = Chapter {
    title: "Media",
    about: "The programs that read and write media. Without them files are stored and served as they are.",
    rows: &[FFMPEG.row, FFPROBE.row],
};

/// The programs that read and write media.
#[derive(Clone, Debug)]
pub struct Media {
    pub ffmpeg: String,
    pub ffprobe: String,
}

impl Media {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let ffmpeg = from.get(&FFMPEG);
        let ffprobe = from.get(&FFPROBE);
        Some(Self {
            ffmpeg: ffmpeg?,
            ffprobe: ffprobe?,
        })
    }
}
