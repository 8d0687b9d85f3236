//! One file in the list.

use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName, Name, Whole as _};
use wire::files::FileEntry;

use crate::pages::words::{machine_moment, moment, size, t_with, time};

#[component]
pub fn FileRow(
    file: FileEntry,
    /// The day is said elsewhere.
    #[prop(optional)]
    time_alone: bool,
) -> impl IntoView {
    let FileEntry {
        name,
        size: bytes,
        media_type,
        added_at,
        content_url,
        ..
    } = file;
    let when = if time_alone { time(added_at) } else { moment(added_at) };
    let download = t_with(Key::FilesDownload, &[("name", &name)]);
    view! {
        <li class="row" data-testid="file-row">
            <span class="thumb">
                <Icon name=icon_for(&media_type) />
            </span>
            <a class="name" href=content_url.clone() rel="external" title=name.clone() aria-label=name.clone()>
                <Name name=name.clone() />
            </a>
            <span class="facts">
                <span class="size num">{size(bytes)}</span>
                <time class="when" datetime=machine_moment(added_at)>
                    {when}
                </time>
            </span>
            <a class="btn icon" href=format!("{content_url}?download") rel="external" download aria-label=download>
                <Icon name=IconName::Download />
            </a>
        </li>
    }
    .whole()
}

/// The icon for a kind of content.
fn icon_for(media_type: &str) -> IconName {
    match media_type.split_once('/') {
        Some(("image", _)) => IconName::FileImage,
        Some(("video", _)) => IconName::FileVideo,
        Some(("audio", _)) => IconName::FileAudio,
        Some(("text", _) | (_, "pdf")) => IconName::FileText,
        Some((_, "zip" | "gzip" | "x-tar" | "x-7z-compressed" | "vnd.rar" | "x-bzip2" | "x-xz")) => {
            IconName::FileArchive
        }
        _ => IconName::File,
    }
}
