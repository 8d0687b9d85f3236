//! Where one can go. An entry appears with its area, never before.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use texts::Key;
use ui::{Icon, IconName, Whole as _};

use crate::bootstrap::facts;
use crate::pages::words::{t, to};

/// A place with an entry of its own.
#[derive(Clone, Copy)]
pub struct Place {
    pub path: &'static str,
    pub words: Key,
    pub icon: IconName,
    /// Pressed one after the other; as they stand on the keys.
    pub keys: [&'static str; 2],
}

pub const PLACES: [Place; 3] = [
    Place {
        path: "/",
        words: Key::NavHome,
        icon: IconName::Home,
        keys: ["G", "H"],
    },
    Place {
        path: "/files",
        words: Key::NavFiles,
        icon: IconName::Folder,
        keys: ["G", "F"],
    },
    Place {
        path: "/status",
        words: Key::NavSystem,
        icon: IconName::Server,
        keys: ["G", "S"],
    },
];

/// The documentation stands apart: it is about the app, not of it.
pub const HELP: Place = Place {
    path: "/docs",
    words: Key::NavDocs,
    icon: IconName::Book,
    keys: ["G", "D"],
};

/// A link to a place, marked while one is there or below it.
#[component]
pub fn PlaceLink(place: Place) -> impl IntoView {
    let pathname = use_location().pathname;
    let here = move || pathname.with(|pathname| is_at(facts().base, pathname, place.path).then_some("page"));
    view! {
        <a href=to(place.path) aria-current=here>
            <Icon name=place.icon />
            <span class="cut">{t(place.words)}</span>
        </a>
    }
    .whole()
}

/// Whether `pathname`, which may begin with the language, is `place` or below it.
fn is_at(base: &str, pathname: &str, place: &str) -> bool {
    let path = pathname.strip_prefix(base).unwrap_or(pathname);
    match place {
        "/" => path.is_empty() || path == "/",
        place => path
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
    }
}

#[cfg(test)]
mod tests {
    use super::is_at;

    #[test]
    fn a_place_is_marked_with_all_below_it() {
        for (base, pathname, place, expected) in [
            ("", "/", "/", true),
            ("/de", "/de", "/", true),
            ("/de", "/de/", "/", true),
            ("", "/files", "/", false),
            ("", "/files", "/files", true),
            ("/de", "/de/docs/start", "/docs", true),
            ("", "/docsy", "/docs", false),
        ] {
            assert_eq!(is_at(base, pathname, place), expected, "{base} {pathname} {place}");
        }
    }
}
