//! What a file is, told from its first bytes, and whether a browser may show it.
//!
//! The name a person gave and the type a client claims decide nothing. Only what is on the list of
//! things a browser shows without running them is shown; all else is handed over as a download.

/// How many bytes from the start are enough to tell.
pub const HEAD_BYTES: usize = 4096;

/// The type of anything we do not recognise.
pub const UNKNOWN: &str = "application/octet-stream";

/// Raster images, audio, video and PDF: shown in place. Nothing here carries script.
const SHOWN: [&str; 24] = [
    "application/pdf",
    "audio/aac",
    "audio/aiff",
    "audio/flac",
    "audio/m4a",
    "audio/midi",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/x-flac",
    "audio/x-wav",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/mpeg",
    "video/quicktime",
    "video/webm",
    "video/x-matroska",
];

/// The media type of content that starts with `head`.
pub fn sniff(head: &[u8]) -> &'static str {
    infer::get(head).map_or(UNKNOWN, |kind| kind.mime_type())
}

/// Whether a browser may show content of this type in place.
pub fn may_be_shown(media_type: &str) -> bool {
    SHOWN.binary_search(&media_type).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(SHOWN.is_sorted());
    }

    #[test]
    fn content_decides() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n........"), "image/png");
        assert!(may_be_shown(sniff(b"\xff\xd8\xff\xe0....")));
    }

    #[test]
    fn what_could_run_is_never_shown() {
        for head in [
            &b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"[..],
            b"<!DOCTYPE html><script>alert(1)</script>",
            b"<html><body onload=alert(1)>",
            b"<?xml version='1.0'?><x/>",
            b"%!PS-Adobe",
            b"plain words",
            b"",
        ] {
            assert!(!may_be_shown(sniff(head)), "{:?}", String::from_utf8_lossy(head));
        }
    }
}
