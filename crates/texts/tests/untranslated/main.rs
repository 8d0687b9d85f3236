//! Words that were written into markup instead of into the catalogues.

#![expect(clippy::expect_used, reason = "a test that cannot read the sources has failed")]

mod markup;

use std::fs;
use std::path::{Path, PathBuf};

use markup::literal_words;

#[test]
fn no_words_bypass_the_catalogues() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    for folder in ["app/src", "crates/ui/src"] {
        collect(&workspace.join(folder), &mut files);
    }
    assert!(files.len() > 20, "only {} files: are the pages elsewhere?", files.len());
    // Those who build Dropcast look at its parts in English.
    let for_developers = workspace.join("app/src/pages/dev");
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.starts_with(&for_developers)) {
        let source = fs::read_to_string(file).expect("a source");
        let path = file.strip_prefix(&workspace).unwrap_or(file).display();
        found.extend(
            literal_words(&source)
                .iter()
                .map(|(line, words)| format!("{path}:{line}: {words}")),
        );
    }
    assert!(
        found.is_empty(),
        "these words are in one language only; move them to crates/texts/locales:\n{}",
        found.join("\n")
    );
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn found(source: &str) -> Vec<(usize, String)> {
    literal_words(&format!("fn page() -> impl IntoView {{\n{source}\n}}"))
}

fn words(source: &str) -> Vec<String> {
    found(source).into_iter().map(|(_, words)| words).collect()
}

#[test]
fn words_between_tags_are_found() {
    assert_eq!(words(r#"view! { <p>"Hello"</p> }"#), ["Hello"]);
    assert_eq!(words("view! { <p>Hello there</p> }"), ["Hello there"]);
    assert_eq!(words(r#"view! { <p>{"Hello"}</p> }"#), ["Hello"]);
    assert_eq!(
        words(r#"view! { <p>{move || if a { "Yes" } else { "No" }}</p> }"#),
        ["Yes", "No"]
    );
    assert_eq!(words(r#"view! { <p>{format!("{n} files")}</p> }"#), ["{n} files"]);
    assert_eq!(
        words(r#"view! { <p>{x.then(|| view! { <b>"Deep"</b> })}</p> }"#),
        ["Deep"]
    );
    assert_eq!(
        words(r#"view! { <Show when=move || { a > b }>"Shown"</Show> }"#),
        ["Shown"]
    );
    assert_eq!(
        words(r#"view! { <For each=a children=move |x| view! { <li>"Each"</li> } /> }"#),
        ["Each"]
    );
    assert_eq!(
        words(r#"view! { <p>{match a { A => "One", B => "Two" }}</p> }"#),
        ["One", "Two"]
    );
    assert_eq!(words("view! { <code>a</code> <p>after</p> }"), ["after"]);
    assert_eq!(words(r#"view! { <!DOCTYPE html> <p>"x y"</p> }"#), ["x y"]);
}

#[test]
fn words_in_attributes_that_are_seen_or_heard_are_found() {
    for attribute in ["aria-label", "title", "placeholder", "alt"] {
        assert_eq!(
            words(&format!(r#"view! {{ <i class="a b" {attribute}="Word" id="c" /> }}"#)),
            ["Word"]
        );
    }
    assert_eq!(
        words(r#"view! { <Empty title="Nothing" text=t(Key::A) /> }"#),
        ["Nothing"]
    );
    assert_eq!(
        words(r#"view! { <i title=move || if a { "On" } else { "Off" } class="x" /> }"#),
        ["On", "Off"]
    );
    assert_eq!(
        words(r#"view! { <i disabled aria-label=format!("Close {name}") on:click=go /> }"#),
        ["Close {name}"]
    );
    assert_eq!(
        words(r#"view! { <i on:click=move |_| a.collect::<Vec<_>>() title="Late" /> }"#),
        ["Late"]
    );
}

#[test]
fn what_nobody_reads_is_left_alone() {
    for source in [
        r#"let a = "Hello"; log("Hello")"#,
        r#"view! { <p class="big words" id="x" data-testid="row">{t(Key::A)}" · "{n}</p> }"#,
        r#"view! { <p>{t_with(Key::A, &[("name", &name)])}</p> }"#,
        r#"view! { <a href=to("/files") title=t(Key::A)>{size(n)} " – " 100 "%"</a> }"#,
        r#"view! { <code>"curl -T file"</code> <pre>curl</pre> <script>{start}</script> }"#,
        r#"view! { <p hidden=move || kind.get() == "none">{move || (kind == "some").then(name)}</p> }"#,
        r#"view! { <p>{match kind { "a" | "b" => t(Key::A), _ => t(Key::B) }}</p> }"#,
        r#"view! { <Row on:click=move |_| go("there") when=move || a.get() /> }"#,
        r#"view! { <i title="" aria-label="…" placeholder="0" /> }"#,
        "// view! { <p>Hello</p> }\n/// view! { <p>Hello</p> }\nfn a() {}",
    ] {
        assert_eq!(words(source), [""; 0], "{source}");
    }
}

#[test]
fn each_is_named_with_its_line() {
    assert_eq!(
        found("view! {\n  <p>\n    \"Here\"\n  </p>\n}"),
        [(4, "Here".to_owned())]
    );
}
