//! Reads the markup in a source file far enough to find the words in it.
//!
//! The text between tags, blocks between tags that come out as a literal, and attributes that are
//! seen or heard. What a function returns is not followed; the habit of asking `t` keeps that right.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// Attributes and properties whose value reaches a person.
const READ: [&str; 13] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "error",
    "heading",
    "hint",
    "label",
    "message",
    "placeholder",
    "text",
    "title",
];

/// What stands in these is code or on a key, the same in all languages.
const CODE: [&str; 5] = ["code", "kbd", "pre", "script", "style"];

/// Macros and wrappers that hand on the literal in them.
const HANDING_ON: [&str; 4] = ["Ok", "Some", "concat", "format"];

type Found = Vec<(usize, String)>;

/// Every literal that people would read, with the line it is on.
pub fn literal_words(source: &str) -> Found {
    let tokens: TokenStream = source.parse().expect("a source that compiles");
    let mut found = Found::new();
    in_code(&trees(tokens), &mut found);
    found
}

fn trees(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

/// Looks for markup.
fn in_code(code: &[TokenTree], found: &mut Found) {
    for (at, tree) in code.iter().enumerate() {
        if let TokenTree::Group(group) = tree {
            let inside = trees(group.stream());
            if is_view(code, at) {
                in_markup(&inside, found);
            } else {
                in_code(&inside, found);
            }
        }
    }
}

/// Whether the group at this place is what `view!` is given.
fn is_view(code: &[TokenTree], at: usize) -> bool {
    at >= 2 && is_punct(&code[at - 1], '!') && is_ident(&code[at - 2], "view")
}

fn in_markup(nodes: &[TokenTree], found: &mut Found) {
    let mut at = 0;
    let mut code_until: Option<String> = None;
    while at < nodes.len() {
        if is_punct(&nodes[at], '<') {
            let tag = Tag::read(nodes, at + 1, found);
            match &code_until {
                Some(name) if tag.closes && tag.name == *name => code_until = None,
                None if tag.opens && CODE.contains(&tag.name.as_str()) => code_until = Some(tag.name),
                _ => {}
            }
            at = tag.end;
        } else if let TokenTree::Group(group) = &nodes[at]
            && group.delimiter() == Delimiter::Brace
        {
            if code_until.is_none() {
                in_value(&trees(group.stream()), found);
            }
            at += 1;
        } else if let Some(text) = literal(&nodes[at]) {
            if code_until.is_none() {
                judge(&nodes[at], &text, found);
            }
            at += 1;
        } else {
            let start = at;
            while at < nodes.len() && !is_punct(&nodes[at], '<') && !is_block_or_literal(&nodes[at]) {
                at += 1;
            }
            if code_until.is_none() {
                let text: Vec<String> = nodes[start..at].iter().map(ToString::to_string).collect();
                judge(&nodes[start], &text.join(" "), found);
            }
        }
    }
}

fn is_block_or_literal(tree: &TokenTree) -> bool {
    let is_block = matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    is_block || literal(tree).is_some()
}

/// A tag as far as it matters here.
struct Tag {
    name: String,
    opens: bool,
    closes: bool,
    /// The place after its end.
    end: usize,
}

impl Tag {
    /// Reads the tag whose `<` stands before `at`, and judges its attributes.
    fn read(nodes: &[TokenTree], mut at: usize, found: &mut Found) -> Self {
        let closes = nodes.get(at).is_some_and(|tree| is_punct(tree, '/'));
        at += usize::from(closes);
        let name = nodes.get(at).map(ToString::to_string).unwrap_or_default();
        let mut attribute = String::new();
        let mut value = at;
        while at < nodes.len() {
            if starts_generics(nodes, at) {
                at = after_generics(nodes, at + 3);
                continue;
            }
            let self_closing = is_punct(&nodes[at], '/') && nodes.get(at + 1).is_some_and(|next| is_punct(next, '>'));
            if self_closing || (is_punct(&nodes[at], '>') && !ends_arrow(nodes, at)) {
                judge_attribute(&attribute, &nodes[value..at], found);
                return Self {
                    name,
                    opens: !closes && !self_closing,
                    closes,
                    end: at + 1 + usize::from(self_closing),
                };
            }
            if let Some((next, start)) = attribute_at(nodes, at) {
                judge_attribute(&attribute, &nodes[value..at], found);
                attribute = next;
                value = start;
                at = start;
            } else {
                at += 1;
            }
        }
        Self {
            name,
            opens: false,
            closes,
            end: at,
        }
    }
}

/// `name=` at this place: the name, and where its value starts.
fn attribute_at(nodes: &[TokenTree], at: usize) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut place = at;
    loop {
        let TokenTree::Ident(part) = nodes.get(place)? else {
            return None;
        };
        name.push_str(&part.to_string());
        place += 1;
        match nodes.get(place)? {
            TokenTree::Punct(sign) if matches!(sign.as_char(), '-' | ':') => name.push(sign.as_char()),
            // Not `==` and not `=>`.
            TokenTree::Punct(sign) if sign.as_char() == '=' => {
                let joined = sign.spacing() == Spacing::Joint
                    && nodes
                        .get(place + 1)
                        .is_some_and(|next| is_punct(next, '=') || is_punct(next, '>'));
                return (!joined).then_some((name, place + 1));
            }
            _ => return None,
        }
        place += 1;
    }
}

fn judge_attribute(name: &str, value: &[TokenTree], found: &mut Found) {
    if READ.contains(&name) {
        in_value(value, found);
    } else {
        in_code(value, found);
    }
}

/// Judges literals that an expression may come out as.
fn in_value(code: &[TokenTree], found: &mut Found) {
    for (at, tree) in code.iter().enumerate() {
        match tree {
            TokenTree::Literal(_) => {
                if let Some(text) = literal(tree).filter(|_| !is_compared(code, at)) {
                    judge(tree, &text, found);
                }
            }
            TokenTree::Group(group) => {
                let inside = trees(group.stream());
                let handed_on = code[..at]
                    .iter()
                    .rev()
                    .find(|before| !is_punct(before, '!'))
                    .is_some_and(|before| HANDING_ON.iter().any(|name| is_ident(before, name)));
                if is_view(code, at) {
                    in_markup(&inside, found);
                } else if handed_on || group.delimiter() == Delimiter::Brace {
                    in_value(&inside, found);
                } else {
                    in_code(&inside, found);
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

/// A pattern, the other side of a comparison, or something that is given a name first.
fn is_compared(code: &[TokenTree], at: usize) -> bool {
    let follows = at > 0 && is_punct(&code[at - 1], '=');
    let precedes = code.get(at + 1).is_some_and(|next| {
        is_punct(next, '|')
            || (is_punct(next, '=')
                && code
                    .get(at + 2)
                    .is_some_and(|next| is_punct(next, '>') || is_punct(next, '=')))
    });
    let alternative = at > 0 && is_punct(&code[at - 1], '|') && precedes;
    follows || precedes || alternative
}

fn judge(at: &TokenTree, text: &str, found: &mut Found) {
    // What is filled in is judged where it comes from.
    let mut outside = String::new();
    let mut depth = 0_u32;
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => outside.push(letter),
            _ => {}
        }
    }
    if outside.chars().any(char::is_alphabetic) {
        found.push((at.span().start().line, text.to_owned()));
    }
}

/// What is between the quotes of a text; nothing for other literals.
fn literal(tree: &TokenTree) -> Option<String> {
    let TokenTree::Literal(literal) = tree else {
        return None;
    };
    let written = literal.to_string();
    let text = written.trim_start_matches('r').trim_matches('#');
    text.strip_prefix('"')?.strip_suffix('"').map(str::to_owned)
}

/// `::<` of a turbofish.
fn starts_generics(nodes: &[TokenTree], at: usize) -> bool {
    let sign = |place: usize, sign| nodes.get(place).is_some_and(|tree| is_punct(tree, sign));
    sign(at, ':') && sign(at + 1, ':') && sign(at + 2, '<')
}

fn after_generics(nodes: &[TokenTree], mut at: usize) -> usize {
    let mut depth = 1;
    while at < nodes.len() && depth > 0 {
        if is_punct(&nodes[at], '<') {
            depth += 1;
        } else if is_punct(&nodes[at], '>') && !ends_arrow(nodes, at) {
            depth -= 1;
        }
        at += 1;
    }
    at
}

/// The second half of `->` or `=>`.
fn ends_arrow(nodes: &[TokenTree], at: usize) -> bool {
    at > 0
        && matches!(&nodes[at - 1], TokenTree::Punct(sign)
            if matches!(sign.as_char(), '-' | '=') && sign.spacing() == Spacing::Joint)
}

fn is_punct(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_ident(tree: &TokenTree, name: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == name)
}
