//! What the palette offers: every page, and every action that needs no page.

use leptos::prelude::*;
use texts::{Key, Language};
use ui::IconName;

use crate::bootstrap::facts;
use crate::context::Theme;
use crate::frame::overlay::{Overlay, Sheet};
use crate::frame::places::{HELP, PLACES};
use crate::frame::{choose_theme, open_chooser};
use crate::pages::words::t;
use crate::providers::cookie;
use crate::providers::pwa::Pwa;

/// One entry.
#[derive(Clone)]
pub struct Command {
    pub words: String,
    pub icon: IconName,
    /// The keys that do the same, as one presses them.
    pub keys: &'static [&'static str],
    pub act: Act,
}

/// What an entry does.
#[derive(Clone, Copy)]
pub enum Act {
    /// To a page.
    Go(&'static str),
    Upload,
    Keys,
    Theme(Theme),
    Language(Language),
    Install,
    Update,
}

pub fn all() -> Vec<Command> {
    let facts = facts();
    let pwa = Pwa::expect();
    let mut commands: Vec<Command> = PLACES
        .iter()
        .chain([&HELP])
        .map(|place| command(t(place.words), place.icon, &place.keys, Act::Go(place.path)))
        .collect();
    commands.push(command(t(Key::PaletteUpload), IconName::Upload, &["U"], Act::Upload));
    commands.push(command(t(Key::KeysTitle), IconName::Keyboard, &["?"], Act::Keys));
    if pwa.update_waiting.get_untracked() {
        commands.push(command(t(Key::PaletteUpdate), IconName::Retry, &[], Act::Update));
    }
    if pwa.installable.get_untracked() {
        commands.push(command(t(Key::PaletteInstall), IconName::Install, &[], Act::Install));
    }
    commands.extend(
        [
            (Theme::Light, Key::PaletteThemeLight, IconName::Sun),
            (Theme::Dark, Key::PaletteThemeDark, IconName::Moon),
            (Theme::System, Key::PaletteThemeSystem, IconName::Monitor),
        ]
        .map(|(theme, words, icon)| command(t(words), icon, &[], Act::Theme(theme))),
    );
    // Each in its own words: whoever is in the wrong language can read only their own.
    commands.extend(
        Language::ALL
            .into_iter()
            .filter(|language| *language != facts.language)
            .map(|language| {
                command(
                    language.own_name().to_owned(),
                    IconName::Language,
                    &[],
                    Act::Language(language),
                )
            }),
    );
    commands
}

fn command(words: String, icon: IconName, keys: &'static [&'static str], act: Act) -> Command {
    Command { words, icon, keys, act }
}

impl Act {
    /// Does it. The palette is closed by then.
    pub fn run(self, overlay: Overlay, navigate: &dyn Fn(&str)) {
        match self {
            Self::Go(path) => navigate(path),
            Self::Upload => open_chooser(),
            Self::Keys => overlay.open(Sheet::Keys),
            Self::Theme(theme) => choose_theme(theme),
            Self::Language(language) => speak(language),
            Self::Install => Pwa::install(),
            Self::Update => Pwa::apply_update(),
        }
    }
}

/// The same page in another language, below its address if this one names a language.
fn speak(language: Language) {
    cookie::keep("dc_lang", language.tag());
    let location = window().location();
    let (path, search) = (
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default(),
    );
    let base = facts().base;
    let moved = if base.is_empty() {
        location.reload()
    } else {
        let rest = path.strip_prefix(base).unwrap_or_default();
        location.set_href(&[language.prefix(), rest, &search].concat())
    };
    // A browser that refuses to move shows the next page in the new language.
    let _ = moved;
}
