//! The style sheets: imports resolved, nesting kept, minified.

use std::path::Path;

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

pub fn bundle(entry: &Path) -> Result<String> {
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler
        .bundle(entry)
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    sheet
        .minify(MinifyOptions::default())
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("{}: {error}", entry.display()))?;
    Ok(printed.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_followed_and_modern_features_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(
            folder.path().join("main.css"),
            "@layer a, b;\n@import \"part.css\" layer(b);",
        )
        .expect("written");
        std::fs::write(
            folder.path().join("part.css"),
            ":root { color: light-dark(black, white); }",
        )
        .expect("written");
        let css = bundle(&folder.path().join("main.css")).expect("bundled");
        assert!(css.contains("@layer b") && css.contains("light-dark("), "{css}");
    }

    #[test]
    fn a_missing_part_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("main.css"), "@import \"gone.css\";").expect("written");
        assert!(
            bundle(&folder.path().join("main.css"))
                .expect_err("refused")
                .to_string()
                .contains("main.css")
        );
    }
}
