//! Which room may know which: the drawing in `ARCHITECTURE.md` as a table.
//!
//! A new room, or a new arrow, is added here in the same change that needs it; the change is then
//! a decision that somebody reads, not an accident.

use crate::manifest::{Kind, Package, Workspace};

/// Room → rooms it may depend on. Nothing else is allowed.
const ALLOWED: &[(&str, &[&str])] = &[
    ("frontend", &["app"]),
    ("app", &["domain", "service", "texts", "ui", "wire"]),
    ("ui", &[]),
    (
        "server",
        &[
            "app",
            "blob",
            "bus",
            "domain",
            "formats",
            "guard",
            "migrations",
            "queue",
            "service",
            "store",
            "texts",
            "wire",
        ],
    ),
    (
        "service",
        &[
            "blob", "bus", "domain", "formats", "guard", "queue", "store", "texts", "wire",
        ],
    ),
    ("queue", &["bus", "domain", "store"]),
    ("guard", &["bus", "domain", "store"]),
    ("store", &["domain"]),
    ("blob", &["domain"]),
    ("bus", &["domain"]),
    ("texts", &["domain"]),
    ("wire", &["domain"]),
    ("formats", &["domain"]),
    ("domain", &[]),
    ("migrations", &[]),
    (
        "testkit",
        &[
            "blob",
            "bus",
            "domain",
            "migrations",
            "queue",
            "server",
            "service",
            "store",
            "wire",
        ],
    ),
    ("tests", &[]),
    (
        "benches",
        &["blob", "bus", "domain", "migrations", "queue", "store", "testkit"],
    ),
    ("xtask", &[]),
    ("bundle", &[]),
];

/// Room → rooms it may use in its tests beside those above. `testkit` is never linked into a product.
const IN_TESTS: &[(&str, &[&str])] = &[
    ("blob", &["testkit"]),
    ("bus", &["testkit"]),
    ("guard", &["testkit"]),
    ("migrations", &["testkit"]),
    ("queue", &["testkit"]),
    ("server", &["testkit"]),
    ("service", &["testkit"]),
    ("store", &["testkit", "migrations"]),
    (
        "tests",
        &[
            "blob",
            "domain",
            "formats",
            "guard",
            "migrations",
            "queue",
            "server",
            "service",
            "store",
            "testkit",
            "texts",
            "wire",
        ],
    ),
];

/// Edges that exist in the server's build alone: behind a feature, or the browser would load them.
const ONLY_OPTIONAL: &[(&str, &str)] = &[("app", "service"), ("testkit", "server")];

/// Rooms that must build for the browser and stay free of I/O, and what betrays the contrary.
pub const PURE: &[&str] = &["domain", "wire", "formats", "texts"];
const IMPURE: &[&str] = &["axum", "hyper", "leptos", "mio", "reqwest", "sea-orm", "sqlx", "tokio"];

pub fn forbidden(workspace: &Workspace) -> Vec<String> {
    let names: Vec<&str> = workspace.members.iter().map(|package| package.name.as_str()).collect();
    workspace
        .members
        .iter()
        .flat_map(|package| forbidden_from(package, &names))
        .collect()
}

fn forbidden_from(package: &Package, members: &[&str]) -> Vec<String> {
    let Some(allowed) = entry(ALLOWED, &package.name) else {
        return vec![format!(
            "`{}` is a new room: say in xtask/src/edges.rs what it may depend on",
            package.name
        )];
    };
    let in_tests = entry(IN_TESTS, &package.name).unwrap_or_default();
    let mut faults = Vec::new();
    for dependency in package
        .dependencies
        .iter()
        .filter(|edge| members.contains(&edge.name.as_str()))
    {
        let name = dependency.name.as_str();
        // A room may ask itself for its own features in its tests.
        let fine = name == package.name
            || allowed.contains(&name)
            || (dependency.kind == Kind::Dev && in_tests.contains(&name));
        if !fine {
            let when = if dependency.kind == Kind::Dev {
                " in its tests"
            } else {
                ""
            };
            faults.push(format!("`{}` may not depend on `{name}`{when}", package.name));
        } else if ONLY_OPTIONAL.contains(&(package.name.as_str(), name))
            && dependency.kind == Kind::Normal
            && !dependency.optional
        {
            faults.push(format!(
                "`{}` may depend on `{name}` only behind a feature",
                package.name
            ));
        }
    }
    faults
}

/// What pure rooms pull in without meaning to.
pub fn impure(workspace: &Workspace) -> Vec<String> {
    let mut faults = Vec::new();
    for room in PURE {
        let tree = workspace.tree(room);
        faults.extend(
            IMPURE
                .iter()
                .filter(|name| tree.contains(**name))
                .map(|name| format!("`{room}` pulls in {name}")),
        );
    }
    faults
}

fn entry(table: &[(&str, &'static [&'static str])], name: &str) -> Option<&'static [&'static str]> {
    table.iter().find(|(room, _)| *room == name).map(|(_, rooms)| *rooms)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{forbidden, impure};
    use crate::manifest::{Dependency, Kind, Package, Workspace};

    /// Name, kind, whether it is optional.
    type Edge = (&'static str, Kind, bool);

    fn workspace(rooms: &[(&str, &[Edge])]) -> Workspace {
        let members = rooms
            .iter()
            .map(|(name, edges)| Package {
                name: (*name).to_owned(),
                folder: String::new(),
                licence: None,
                dependencies: edges
                    .iter()
                    .map(|(to, kind, optional)| Dependency {
                        name: (*to).to_owned(),
                        kind: *kind,
                        optional: *optional,
                    })
                    .collect(),
            })
            .collect();
        Workspace {
            members,
            ..Workspace::default()
        }
    }

    #[test]
    fn an_arrow_that_is_not_drawn_is_a_fault() {
        let house = workspace(&[
            ("domain", &[]),
            (
                "store",
                &[("domain", Kind::Normal, false), ("blob", Kind::Normal, false)],
            ),
            ("blob", &[("domain", Kind::Normal, false)]),
        ]);
        assert_eq!(forbidden(&house), ["`store` may not depend on `blob`"]);
    }

    #[test]
    fn testkit_is_for_tests_alone() {
        let rooms: &[(&str, &[Edge])] = &[
            ("testkit", &[]),
            ("store", &[("testkit", Kind::Dev, false)]),
            ("blob", &[("testkit", Kind::Normal, false)]),
        ];
        assert_eq!(forbidden(&workspace(rooms)), ["`blob` may not depend on `testkit`"]);
    }

    #[test]
    fn the_browser_never_gets_the_service() {
        let house = workspace(&[("service", &[]), ("app", &[("service", Kind::Normal, false)])]);
        assert_eq!(
            forbidden(&house),
            ["`app` may depend on `service` only behind a feature"]
        );
        let house = workspace(&[("service", &[]), ("app", &[("service", Kind::Normal, true)])]);
        assert!(forbidden(&house).is_empty());
    }

    #[test]
    fn a_new_room_has_to_be_placed() {
        assert!(forbidden(&workspace(&[("attic", &[])]))[0].contains("`attic` is a new room"));
    }

    #[test]
    fn a_runtime_deep_below_a_pure_room_is_found() {
        let mut house = workspace(&[("wire", &[])]);
        house.links.insert("wire".into(), BTreeSet::from(["schema".into()]));
        house.links.insert("schema".into(), BTreeSet::from(["tokio".into()]));
        assert_eq!(impure(&house), ["`wire` pulls in tokio"]);
    }
}
