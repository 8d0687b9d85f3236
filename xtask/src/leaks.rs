//! Types of the large libraries stay in the rooms that were built to hold them.
//!
//! A type can be named only by a room that depends on its crate, or when the owner re-exports it.
//! So three things are looked at: the manifests, what the owners re-export, and the sources
//! themselves, for a name written in full.

use crate::files::Source;
use crate::manifest::{Package, Workspace};

struct Library {
    /// Beginning of the crate names in a manifest.
    krate: &'static str,
    /// Beginning of the names in the code.
    word: &'static str,
    /// The rooms that may know it.
    rooms: &'static [&'static str],
    /// Rooms whose purpose is to hide it: they may not re-export it.
    hidden_by: &'static [&'static str],
}

const LIBRARIES: &[Library] = &[
    Library {
        krate: "sea-orm",
        word: "sea_orm",
        rooms: &["store", "migrations"],
        hidden_by: &["store", "migrations"],
    },
    Library {
        krate: "sea-query",
        word: "sea_query",
        rooms: &["store", "migrations"],
        hidden_by: &["store", "migrations"],
    },
    Library {
        krate: "sqlx",
        word: "sqlx",
        rooms: &["store", "migrations", "testkit"],
        hidden_by: &["store", "migrations"],
    },
    Library {
        krate: "aws-",
        word: "aws_",
        rooms: &["blob"],
        hidden_by: &["blob"],
    },
    Library {
        krate: "axum",
        word: "axum",
        rooms: &["server", "testkit"],
        hidden_by: &[],
    },
    Library {
        krate: "leptos_axum",
        word: "leptos_axum",
        rooms: &["app", "server"],
        hidden_by: &[],
    },
    Library {
        krate: "leptos",
        word: "leptos",
        rooms: &["app", "frontend", "server", "ui"],
        hidden_by: &[],
    },
];

/// The tools speak about all of them.
const NOT_PRODUCT: &[&str] = &["xtask", "bundle"];

pub fn in_manifests(workspace: &Workspace) -> Vec<String> {
    let mut faults = Vec::new();
    for package in product(&workspace.members) {
        for dependency in &package.dependencies {
            let outsider = LIBRARIES.iter().any(|library| {
                dependency.name.starts_with(library.krate) && !library.rooms.contains(&package.name.as_str())
            });
            if outsider {
                faults.push(format!("`{}` may not depend on {}", package.name, dependency.name));
            }
        }
    }
    faults
}

pub fn in_sources(workspace: &Workspace, sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for package in product(&workspace.members) {
        let folder = format!("{}/", package.folder);
        let own = sources
            .iter()
            .filter(|source| source.path.starts_with(&folder) && source.is(&["rs"]));
        for source in own {
            faults.extend(in_source(&package.name, source));
        }
    }
    faults
}

fn in_source(room: &str, source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (number, line) in source.text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for library in LIBRARIES {
            let place = || format!("{}:{}", source.path, number + 1);
            if !library.rooms.contains(&room) && names(code, library.word) {
                faults.push(format!(
                    "{}: `{room}` may not know {}",
                    place(),
                    library.word.trim_end_matches(':')
                ));
            }
            let exported = code
                .trim_start()
                .strip_prefix("pub use ")
                .is_some_and(|path| path.starts_with(library.word));
            if exported && library.hidden_by.contains(&room) {
                faults.push(format!(
                    "{}: `{room}` hides {} and may not re-export it",
                    place(),
                    library.word
                ));
            }
        }
    }
    faults
}

/// Whether a path begins with the word: `axum::Router`, but neither `my_axum` nor `"no axum here"`.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at..].trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_');
        before.is_none_or(|letter| !letter.is_alphanumeric() && !"_.:".contains(letter)) && after.starts_with("::")
    })
}

fn product(members: &[Package]) -> impl Iterator<Item = &Package> {
    members
        .iter()
        .filter(|package| !NOT_PRODUCT.contains(&package.name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{in_manifests, in_source};
    use crate::files::Source;
    use crate::manifest::{Dependency, Kind, Package, Workspace};

    fn source(text: &str) -> Source {
        Source {
            path: "crates/x/src/lib.rs".into(),
            text: text.into(),
        }
    }

    #[test]
    fn a_name_in_the_wrong_room_is_found() {
        let text =
            "use sea_orm::EntityTrait;\nfn f() -> axum::Response {}\nuse aws_sdk_s3::Client;\nuse leptos::prelude::*;";
        assert_eq!(in_source("service", &source(text)).len(), 4);
        assert_eq!(
            in_source("service", &source("\nlet x = sea_orm::Database;")),
            ["crates/x/src/lib.rs:2: `service` may not know sea_orm"]
        );
        assert!(in_source("store", &source("use sea_orm::EntityTrait;")).is_empty());
    }

    #[test]
    fn words_in_comments_and_in_other_names_are_not_types() {
        let text = "// knows neither axum::Router nor leptos::View\nlet axum = 1; my_axum::go(); self.axum::<u8>(); ours::axum::go();";
        assert!(in_source("service", &source(text)).is_empty());
    }

    #[test]
    fn an_owner_may_use_but_not_hand_out() {
        let faults = in_source("blob", &source("pub use aws_sdk_s3::Client;"));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].contains("may not re-export"));
    }

    #[test]
    fn manifests_are_held_to_the_same_rule() {
        let package = |name: &str, dependency: &str| Package {
            name: name.into(),
            folder: String::new(),
            licence: None,
            dependencies: vec![Dependency {
                name: dependency.into(),
                kind: Kind::Normal,
                optional: false,
            }],
        };
        let members = vec![
            package("service", "sea-orm"),
            package("store", "sea-orm"),
            package("ui", "leptos_axum"),
            package("app", "leptos_axum"),
        ];
        let faults = in_manifests(&Workspace {
            members,
            ..Workspace::default()
        });
        assert_eq!(
            faults,
            [
                "`service` may not depend on sea-orm",
                "`ui` may not depend on leptos_axum"
            ]
        );
    }
}
