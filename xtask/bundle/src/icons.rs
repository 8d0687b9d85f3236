//! The icon sprite: the outlines that `crates/ui/icons.txt` names, as symbols of one small SVG that
//! each page carries.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

pub fn sprite(names: &Path, modules: &Path) -> Result<String> {
    let mut symbols = String::new();
    let names = fs::read_to_string(names).with_context(|| format!("reading {}", names.display()))?;
    for name in names.lines().filter(|line| !line.is_empty()) {
        let path = modules.join("lucide-static/icons").join(name).with_extension("svg");
        let svg = fs::read_to_string(&path).with_context(|| format!("no icon {name}: {}", path.display()))?;
        let outline = outline(&svg).with_context(|| format!("icon {name} has no outline"))?;
        // Writing to a string cannot fail.
        let _ = write!(
            symbols,
            "<symbol id=\"i-{name}\" viewBox=\"0 0 24 24\">{outline}</symbol>"
        );
    }
    Ok(format!(
        "<svg width=\"0\" height=\"0\" hidden aria-hidden=\"true\">{symbols}</svg>"
    ))
}

/// What stands between `<svg …>` and `</svg>`, on one line.
fn outline(svg: &str) -> Option<String> {
    let start = svg.find("<svg")?;
    let inside = start + svg[start..].find('>')? + 1;
    let end = svg.rfind("</svg>")?;
    Some(svg.get(inside..end)?.lines().map(str::trim).collect())
}

#[cfg(test)]
mod tests {
    use super::outline;

    #[test]
    fn only_the_outline_is_taken() {
        let svg = "<!-- licence -->\n<svg\n  class=\"x\"\n>\n  <path d=\"M1 1\" />\n  <circle r=\"2\" />\n</svg>\n";
        assert_eq!(outline(svg).as_deref(), Some("<path d=\"M1 1\" /><circle r=\"2\" />"));
        assert_eq!(outline("nothing"), None);
    }
}
