//! What `cargo metadata` says, reduced to what the checks ask.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::house::House;
use crate::process;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Normal,
    Dev,
    Build,
}

#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    pub kind: Kind,
    pub optional: bool,
}

#[derive(Debug)]
pub struct Package {
    pub name: String,
    /// Where it stands, from the root: `crates/store`. Empty for what comes from elsewhere.
    pub folder: String,
    pub licence: Option<String>,
    pub dependencies: Vec<Dependency>,
}

#[derive(Default)]
pub struct Workspace {
    pub members: Vec<Package>,
    pub others: Vec<Package>,
    /// Package name → names it is linked with (not for tests, not at build time).
    pub links: BTreeMap<String, BTreeSet<String>>,
}

impl Workspace {
    pub fn read(house: &House) -> Result<Self> {
        let mut cargo = house.cargo();
        cargo.args(["metadata", "--format-version", "1", "--locked"]);
        // Otherwise it would fetch the crates of every platform there is.
        for platform in [host(house)?.as_str(), "wasm32-unknown-unknown"] {
            cargo.args(["--filter-platform", platform]);
        }
        let text = process::capture(&mut cargo).context("reading the dependencies")?;
        Self::parse(&serde_json::from_str(&text)?)
    }

    fn parse(metadata: &Value) -> Result<Self> {
        let root = metadata["workspace_root"].as_str().context("workspace_root")?;
        let members: BTreeSet<&str> = list(&metadata["workspace_members"])
            .iter()
            .filter_map(Value::as_str)
            .collect();
        let mut workspace = Self::default();
        let mut names = BTreeMap::new();
        for about in list(&metadata["packages"]) {
            let id = about["id"].as_str().context("a package has an id")?;
            let package = package(about, root)?;
            names.insert(id, package.name.clone());
            if members.contains(id) {
                workspace.members.push(package);
            } else {
                workspace.others.push(package);
            }
        }
        for node in list(&metadata["resolve"]["nodes"]) {
            let from = name_of(&names, &node["id"])?;
            for edge in list(&node["deps"]) {
                if list(&edge["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()) {
                    let to = name_of(&names, &edge["pkg"])?;
                    workspace.links.entry(from.clone()).or_default().insert(to);
                }
            }
        }
        Ok(workspace)
    }

    /// All that is linked into a program that uses this package.
    pub fn tree(&self, package: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open = vec![package];
        while let Some(name) = open.pop() {
            for next in self.links.get(name).into_iter().flatten() {
                if found.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        found
    }
}

fn package(about: &Value, root: &str) -> Result<Package> {
    let manifest = about["manifest_path"].as_str().unwrap_or_default();
    let folder = manifest
        .strip_prefix(root)
        .and_then(|path| path.strip_suffix("/Cargo.toml"))
        .unwrap_or_default();
    Ok(Package {
        name: about["name"].as_str().context("a package has a name")?.to_owned(),
        folder: folder.trim_start_matches('/').to_owned(),
        licence: about["license"].as_str().map(str::to_owned),
        dependencies: list(&about["dependencies"]).iter().filter_map(dependency).collect(),
    })
}

fn dependency(about: &Value) -> Option<Dependency> {
    let kind = match about["kind"].as_str() {
        None => Kind::Normal,
        Some("dev") => Kind::Dev,
        Some(_) => Kind::Build,
    };
    Some(Dependency {
        name: about["name"].as_str()?.to_owned(),
        kind,
        optional: about["optional"].as_bool().unwrap_or(false),
    })
}

fn name_of(names: &BTreeMap<&str, String>, id: &Value) -> Result<String> {
    id.as_str()
        .and_then(|id| names.get(id))
        .cloned()
        .with_context(|| format!("no package {id}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn host(house: &House) -> Result<String> {
    let text = process::capture(house.command("rustc").arg("-vV"))?;
    let host = text
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names its host")?;
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, Workspace};

    #[test]
    fn members_edges_and_the_tree_are_read() {
        let edge = |to: &str, kind: Option<&str>| json!({ "pkg": to, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "workspace_root": "/h",
            "workspace_members": ["w#domain"],
            "packages": [
                { "id": "w#domain", "name": "domain", "manifest_path": "/h/crates/domain/Cargo.toml", "dependencies": [
                    { "name": "serde", "kind": null, "optional": true }, { "name": "proptest", "kind": "dev" },
                ] },
                { "id": "r#serde", "name": "serde", "manifest_path": "/r/serde/Cargo.toml", "license": "MIT" },
                { "id": "r#core", "name": "serde_core", "manifest_path": "/r/core/Cargo.toml" },
                { "id": "r#proptest", "name": "proptest", "manifest_path": "/r/proptest/Cargo.toml" },
            ],
            "resolve": { "nodes": [
                { "id": "w#domain", "deps": [edge("r#serde", None), edge("r#proptest", Some("dev"))] },
                { "id": "r#serde", "deps": [edge("r#core", None)] },
            ] },
        });
        let workspace = Workspace::parse(&metadata).unwrap();
        let domain = &workspace.members[0];
        assert_eq!(domain.folder, "crates/domain");
        assert!(domain.dependencies[0].optional);
        assert_eq!(domain.dependencies[1].kind, Kind::Dev);
        assert_eq!(workspace.others[0].licence.as_deref(), Some("MIT"));
        assert!(workspace.others[0].folder.is_empty());
        assert_eq!(
            workspace.tree("domain").into_iter().collect::<Vec<_>>(),
            ["serde", "serde_core"]
        );
    }
}
