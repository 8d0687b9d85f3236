//! Which entries somebody means by a few letters.

/// Places of the entries that `query` means, best first. Each of its words has to begin a word of
/// the entry or stand inside one; nothing typed means everything.
pub fn matching<'w>(entries: impl Iterator<Item = &'w str>, query: &str) -> Vec<usize> {
    let wanted: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let mut found: Vec<(u8, usize)> = entries
        .enumerate()
        .filter_map(|(place, words)| Some((distance(&words.to_lowercase(), &wanted)?, place)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, place)| place).collect()
}

/// How far off the words are: 0 when they begin with what is wanted, 2 when it is only inside.
fn distance(words: &str, wanted: &[String]) -> Option<u8> {
    let mut farthest = 0;
    for (order, wanted) in wanted.iter().enumerate() {
        let begins_a_word = words
            .split(|letter: char| !letter.is_alphanumeric())
            .any(|word| word.starts_with(wanted.as_str()));
        let distance = if order == 0 && words.starts_with(wanted.as_str()) {
            0
        } else if begins_a_word {
            1
        } else if words.contains(wanted.as_str()) {
            2
        } else {
            return None;
        };
        farthest = farthest.max(distance);
    }
    Some(farthest)
}

#[cfg(test)]
mod tests {
    use super::matching;

    const ENTRIES: [&str; 4] = ["Home", "Files", "Upload files", "Français"];

    #[test]
    fn the_best_stands_first() {
        for (query, expected) in [
            ("", vec![0, 1, 2, 3]),
            ("fi", vec![1, 2]),
            ("file up", vec![2]),
            ("LES", vec![1, 2]),
            ("fran", vec![3]),
            ("ç", vec![3]),
            ("nothing", vec![]),
        ] {
            assert_eq!(matching(ENTRIES.into_iter(), query), expected, "{query}");
        }
    }
}
