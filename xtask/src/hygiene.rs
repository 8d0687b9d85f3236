//! House rules over the text of the files, each a pure function that returns what it found.

use crate::files::Source;

const LONGEST: usize = 500;

/// A file that long holds more than one thing.
pub fn too_long(sources: &[Source]) -> Vec<String> {
    let own = sources
        .iter()
        .filter(|source| source.is(&["rs", "css", "mjs", "js", "ts"]));
    own.filter_map(|source| {
        let lines = source.text.lines().count();
        (lines > LONGEST).then(|| format!("{}: {lines} lines; split it by noun below {LONGEST}", source.path))
    })
    .collect()
}

/// Tabs, blanks at the end of a line, a missing last line break, left-overs of a merge.
pub fn untidy(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| !source.is(&["lock", "snap", "svg"])) {
        let tabs_are_wrong = source.is(&["rs", "css", "mjs", "js", "toml", "yml", "json", "md"]);
        for (number, line) in source.text.lines().enumerate() {
            let fault = if ["<<<<<<< ", "======= ", ">>>>>>> "]
                .iter()
                .any(|marker| line.starts_with(marker))
            {
                "a merge marker"
            } else if line.ends_with([' ', '\t', '\r']) {
                "blanks at the end"
            } else if tabs_are_wrong && line.contains('\t') {
                "a tab"
            } else {
                continue;
            };
            faults.push(format!("{}:{}: {fault}", source.path, number + 1));
        }
        if !source.text.is_empty() && !source.text.ends_with('\n') {
            faults.push(format!("{}: no line break at the end", source.path));
        }
    }
    faults
}

/// Code that says of itself that it is not done.
pub fn unfinished(sources: &[Source]) -> Vec<String> {
    // In two parts each, so that this list does not find itself.
    let words = [
        ["todo", "!("],
        ["unimplemented", "!("],
        ["dbg", "!("],
        ["FIX", "ME"],
        ["XX", "X:"],
        ["test.", "only("],
    ];
    found(sources, &words.map(|parts| parts.concat()))
}

/// Paths that exist on one machine alone.
pub fn machine_paths(sources: &[Source], places: &[String]) -> Vec<String> {
    found(sources, places)
}

fn found(sources: &[Source], words: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources.iter().filter(|source| !source.is(&["lock"])) {
        for (number, line) in source.text.lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(word.as_str())) {
                faults.push(format!("{}:{}: {word}", source.path, number + 1));
            }
        }
    }
    faults
}

/// Each dependency says why it is there: a comment above it, on it, or above the neighbours it
/// belongs with. Headings do not count, nor do the rooms of this house need a reason.
pub fn without_reason(manifest: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut explained = false;
    for line in workspace_dependencies(manifest) {
        if line.is_empty() || line.starts_with("# ---") {
            explained = false;
        } else if line.starts_with('#') {
            explained = true;
        } else if let Some(name) = dependency_name(line)
            && !(explained || line.contains('#') || line.contains("path = "))
        {
            faults.push(format!("Cargo.toml: `{name}` does not say why it is there"));
        }
    }
    faults
}

/// Dependencies of the workspace that no member takes.
pub fn unused(manifest: &str, members: &[&Source]) -> Vec<String> {
    let taken = |name: &str| {
        members.iter().flat_map(|member| member.text.lines()).any(|line| {
            line.strip_prefix(name)
                .is_some_and(|rest| rest.starts_with(".workspace") || rest.starts_with(" = { workspace"))
        })
    };
    workspace_dependencies(manifest)
        .filter_map(dependency_name)
        .filter(|name| !taken(name))
        .map(|name| format!("Cargo.toml: no crate uses `{name}`"))
        .collect()
}

fn workspace_dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let section = manifest
        .split_once("[workspace.dependencies]\n")
        .map_or("", |(_, section)| section);
    section.lines().take_while(|line| !line.starts_with('['))
}

fn dependency_name(line: &str) -> Option<&str> {
    let name = line.split_once(" = ")?.0;
    (!name.is_empty()
        && name
            .chars()
            .all(|letter| letter.is_alphanumeric() || "-_".contains(letter)))
    .then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{machine_paths, too_long, unfinished, untidy, unused, without_reason};
    use crate::files::Source;

    fn source(path: &str, text: &str) -> Source {
        Source {
            path: path.into(),
            text: text.into(),
        }
    }

    #[test]
    fn long_files_are_named_with_their_length() {
        let sources = [
            source("a.rs", &"x\n".repeat(501)),
            source("b.rs", &"x\n".repeat(500)),
            source("c.md", &"x\n".repeat(900)),
        ];
        assert_eq!(too_long(&sources), ["a.rs: 501 lines; split it by noun below 500"]);
    }

    #[test]
    fn untidy_lines_are_found() {
        let marker = "<".repeat(7);
        let text = format!("fine\nblank \n\tx\n{marker} HEAD\nlast");
        let faults = untidy(&[source("a.rs", &text)]);
        assert_eq!(
            faults,
            [
                "a.rs:2: blanks at the end",
                "a.rs:3: a tab",
                "a.rs:4: a merge marker",
                "a.rs: no line break at the end"
            ]
        );
        assert!(untidy(&[source("Makefile", "\tx\n"), source("x.lock", "x ")]).is_empty());
    }

    #[test]
    fn unfinished_code_and_machine_paths_are_found() {
        let sources = [source(
            "a.rs",
            &format!("fn f() {{ {}{}) }}\n// /nest/me/x\n", "todo", "!("),
        )];
        assert_eq!(unfinished(&sources).len(), 1);
        assert_eq!(machine_paths(&sources, &["/nest/me".into()]), ["a.rs:2: /nest/me"]);
    }

    #[test]
    fn each_dependency_has_its_reason() {
        let manifest = "[workspace.dependencies]\n\
            room = { path = \"room\" }\n\
            \n# --- Heading ---\nfirst = \"1\"\n# Why both.\nsecond = \"1\"\nthird = \"1\"\n\nfourth = \"1\"\nfifth = \"1\" # on the line\n\
            [profile.dev]\nopt-level = 1\n";
        assert_eq!(
            without_reason(manifest),
            [
                "Cargo.toml: `first` does not say why it is there",
                "Cargo.toml: `fourth` does not say why it is there"
            ]
        );
    }

    #[test]
    fn a_dependency_nobody_takes_is_found() {
        let manifest = "[workspace.dependencies]\nhttp = \"1\"\nhttp-body = \"1\"\nserde = \"1\"\n";
        let member = source(
            "crates/x/Cargo.toml",
            "[dependencies]\nhttp-body.workspace = true\nserde = { workspace = true }\n",
        );
        assert_eq!(unused(manifest, &[&member]), ["Cargo.toml: no crate uses `http`"]);
    }
}
