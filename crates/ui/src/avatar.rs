//! A face: somebody's picture, or their initials on a colour of their own.

use leptos::prelude::*;

use crate::Whole;

/// How many colours the sheet has.
const COLOURS: u32 = 6;

#[component]
pub fn Avatar(
    #[prop(into)] name: String,
    /// Address of a square picture.
    #[prop(optional, into)]
    picture: Option<String>,
    /// For the head of a page about somebody.
    #[prop(optional)]
    large: bool,
    /// The name stands beside it, so that it need not be said twice.
    #[prop(optional)]
    named: bool,
) -> impl IntoView {
    let size = if large { " large" } else { "" };
    let class = format!("face c{}{size}", colour(&name));
    let inside = match picture {
        Some(picture) => view! { <img src=picture alt="" /> }.whole(),
        None => view! { <span aria-hidden="true">{initials(&name)}</span> }.whole(),
    };
    let (role, label, title) = if named {
        (None, None, None)
    } else {
        (Some("img"), Some(name.clone()), Some(name))
    };
    view! {
        <span class=class role=role aria-label=label title=title>
            {inside}
        </span>
    }
    .whole()
}

/// The same name has the same colour, everywhere.
fn colour(name: &str) -> u32 {
    name.bytes()
        .fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()))
        % COLOURS
}

/// First letters of the first and the last word; of scripts without capitals one is enough.
fn initials(name: &str) -> String {
    let letter = |word: &str| word.chars().find(|letter| letter.is_alphanumeric());
    let mut letters = name.split_whitespace().filter_map(letter);
    let Some(first) = letters.next() else {
        return "?".to_owned();
    };
    let has_capitals = first.is_uppercase() || first.is_lowercase();
    let last = letters.next_back().filter(|_| has_capitals);
    first
        .to_uppercase()
        .chain(last.into_iter().flat_map(char::to_uppercase))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{COLOURS, colour, initials};

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        assert_eq!(initials("Studio North"), "SN");
        assert_eq!(initials("  house  by the   sea "), "HS");
        assert_eq!(initials("Şehir"), "Ş");
        assert_eq!(initials("写真 係"), "写");
        assert_eq!(initials("غرفة الصور"), "غ");
        assert_eq!(initials("7 of 9"), "7");
        assert_eq!(initials("— —"), "?");
    }

    #[test]
    fn a_name_keeps_its_colour() {
        assert_eq!(colour("Studio North"), colour("Studio North"));
        assert!(colour("Desk") < COLOURS);
        assert_ne!(colour("Studio North"), colour("Living Room"));
    }
}
