//! Every crate that is linked or used must carry a licence from the list in `deny.toml`.
//!
//! cargo-deny does this and more, where it is installed; this part needs nothing but the metadata
//! that cargo has anyway, so it holds on every machine.

use std::collections::BTreeSet;

use crate::manifest::Package;

pub fn refused(packages: &[Package], allowed: &BTreeSet<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for package in packages {
        match &package.licence {
            None => faults.push(format!("{} names no licence", package.name)),
            Some(licence) if !satisfies(licence, allowed) => faults.push(format!("{}: {licence}", package.name)),
            Some(_) => {}
        }
    }
    faults
}

/// The entries of `allow = [ … ]` in `deny.toml`.
pub fn allowed(deny: &str) -> BTreeSet<String> {
    let list = deny
        .split_once("\nallow = [")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or("", |(list, _)| list);
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// An SPDX expression: one side of an OR is enough, an AND needs both.
fn satisfies(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any_of(&mut rest, allowed) && rest.is_empty()
}

fn any_of(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut fine = all_of(words, allowed);
    while let [word, rest @ ..] = words
        && word.eq_ignore_ascii_case("or")
    {
        *words = rest;
        fine |= all_of(words, allowed);
    }
    fine
}

fn all_of(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    let mut fine = one(words, allowed);
    while let [word, rest @ ..] = words
        && word.eq_ignore_ascii_case("and")
    {
        *words = rest;
        fine &= one(words, allowed);
    }
    fine
}

fn one(words: &mut &[&str], allowed: &BTreeSet<String>) -> bool {
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let fine = any_of(words, allowed);
            if let [")", rest @ ..] = *words {
                *words = rest;
                return fine;
            }
            false
        }
        [name, "WITH", exception, rest @ ..] => {
            *words = rest;
            allowed.contains(*name) || allowed.contains(&format!("{name} WITH {exception}"))
        }
        [name, rest @ ..] => {
            *words = rest;
            allowed.contains(*name)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{allowed, satisfies};

    #[test]
    fn expressions_are_understood() {
        let list = allowed("[licenses]\nallow = [\n    \"MIT\", # short\n    \"ISC\",\n]\n");
        assert_eq!(list.len(), 2);
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "GPL-3.0/MIT",
            "(MIT OR X) AND ISC",
            "MIT WITH LLVM-exception",
        ] {
            assert!(satisfies(good, &list), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT AND X) OR Y", "", "(MIT", "MIT ISC"] {
            assert!(!satisfies(bad, &list), "{bad}");
        }
    }
}
