//! Icons of one outline set. The page carries a sprite of them (made by the front-end build from
//! `icons.txt`); a component refers to its symbol, so that an icon costs a few bytes.

use leptos::prelude::*;

macro_rules! icons {
    ($($name:ident => $symbol:literal),+ $(,)?) => {
        /// The icons there are. Each has a line in `icons.txt`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum IconName { $($name),+ }

        impl IconName {
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The icon's name in the set.
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$name => $symbol),+ }
            }

            const fn href(self) -> &'static str {
                match self { $(Self::$name => concat!("#i-", $symbol)),+ }
            }
        }
    };
}

icons! {
    Running => "activity",
    Download => "arrow-down-to-line",
    Back => "arrow-left",
    Stopped => "ban",
    Book => "book-open",
    Check => "check",
    ChevronDown => "chevron-down",
    ChevronRight => "chevron-right",
    Alert => "circle-alert",
    Done => "circle-check",
    Waiting => "clock",
    CloudUpload => "cloud-upload",
    Database => "database",
    More => "ellipsis",
    Eye => "eye",
    EyeOff => "eye-off",
    File => "file",
    FileArchive => "file-archive",
    FileAudio => "file-audio",
    FileImage => "file-image",
    FileText => "file-text",
    FileVideo => "file-video",
    Folder => "folder",
    HardDrive => "hard-drive",
    Home => "house",
    Info => "info",
    Keyboard => "keyboard",
    Language => "languages",
    Queue => "layers",
    Tiles => "layout-grid",
    Link => "link",
    List => "list",
    Monitor => "monitor",
    Install => "monitor-down",
    Moon => "moon",
    Network => "network",
    Rename => "pencil",
    Retry => "rotate-cw",
    Search => "search",
    Server => "server",
    Settings => "settings-2",
    Sun => "sun",
    Trash => "trash-2",
    Warning => "triangle-alert",
    Upload => "upload",
    Offline => "wifi-off",
    Close => "x",
}

/// An icon beside words, or inside a control that has a label; it says nothing by itself.
#[component]
pub fn Icon(
    name: IconName,
    /// Larger, for empty states.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    view! {
        <svg class=if large { "i lg" } else { "i" } viewBox="0 0 24 24" aria-hidden="true">
            <use href=name.href() />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::IconName;

    #[test]
    fn the_list_for_the_sprite_is_complete() {
        let listed: Vec<_> = include_str!("../icons.txt").lines().collect();
        let known: Vec<_> = IconName::ALL.iter().map(|icon| icon.symbol()).collect();
        assert_eq!(listed, known);
    }
}
