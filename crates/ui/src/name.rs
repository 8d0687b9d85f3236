//! A file's name that shortens in its middle: the ending stays, it says what the file is.

use leptos::prelude::*;

use crate::Whole;

/// The longest ending that is kept, with its dot.
const LONGEST_ENDING: usize = 8;

/// Shows `name` in one line. Whoever holds it gives the full name as a title.
#[expect(clippy::needless_pass_by_value, reason = "a component owns what it is given")]
#[component]
pub fn Name(#[prop(into)] name: String) -> impl IntoView {
    let (stem, ending) = split(&name);
    view! {
        <span class="cut-name">
            <bdi class="stem cut">{stem.to_owned()}</bdi>
            <bdi class="ending">{ending.to_owned()}</bdi>
        </span>
    }
    .whole()
}

fn split(name: &str) -> (&str, &str) {
    let Some(dot) = name
        .rfind('.')
        .filter(|&dot| dot > 0 && name.len() - dot <= LONGEST_ENDING)
    else {
        return (name, "");
    };
    // What is packed twice has two endings.
    let packed = name[..dot].strip_suffix(".tar").filter(|stem| !stem.is_empty());
    name.split_at(packed.map_or(dot, str::len))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_ending_is_short_and_not_the_whole_name() {
        assert_eq!(split("film.mov"), ("film", ".mov"));
        assert_eq!(split("a.tar.gz"), ("a", ".tar.gz"));
        assert_eq!(split(".tar.gz"), (".tar", ".gz"));
        assert_eq!(split(".hidden"), (".hidden", ""));
        assert_eq!(split("Dr. Who and the rest"), ("Dr. Who and the rest", ""));
        assert_eq!(split("صور.jpg"), ("صور", ".jpg"));
        assert_eq!(split(""), ("", ""));
    }
}
