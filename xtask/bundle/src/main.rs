//! The front-end build. It takes the wasm file that cargo made, the style sheets and the static
//! files, and writes `dist/`, the folder that the server binary embeds:
//!
//! ```text
//! dist/manifest.json        names of the entry files, and which chunks each lazy page needs
//! dist/pkg/<hash>/…         script, wasm, chunks, style, fonts; each with .br and .gz beside it
//! dist/root/…               files with fixed addresses: icons, robots.txt, the service worker
//! ```
//!
//! The hash is over everything in its folder, so that files keep their names, refer to each other
//! relatively, and can be cached for ever. Why not cargo-leptos: see `docs/adr/0001`.

mod compress;
mod css;
mod icons;
mod inputs;
mod packs;
mod pages;
mod wasm;
mod worker;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// What the command line says.
pub struct Plan {
    pub wasm: PathBuf,
    pub out: PathBuf,
    pub style: PathBuf,
    pub public: PathBuf,
    pub icons: PathBuf,
    pub texts: PathBuf,
    pub modules: PathBuf,
    /// The optimiser, unless this is a quick build.
    pub wasm_opt: Option<PathBuf>,
    /// Quick: nothing optimised, nothing compressed.
    pub dev: bool,
}

fn main() -> Result<()> {
    let plan = plan_from(std::env::args().skip(1))?;
    let fingerprint = inputs::fingerprint(&plan)?;
    if inputs::unchanged(&plan.out, &fingerprint) {
        return Ok(());
    }
    build(&plan)?;
    inputs::remember(&plan.out, &fingerprint)
}

fn plan_from(mut words: impl Iterator<Item = String>) -> Result<Plan> {
    let mut plan = Plan {
        wasm: PathBuf::new(),
        out: "dist".into(),
        style: "style/main.css".into(),
        public: "public".into(),
        icons: "crates/ui/icons.txt".into(),
        texts: "crates/texts/locales".into(),
        modules: "node_modules".into(),
        wasm_opt: None,
        dev: false,
    };
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--wasm" => plan.wasm = value()?.into(),
            "--out" => plan.out = value()?.into(),
            "--style" => plan.style = value()?.into(),
            "--public" => plan.public = value()?.into(),
            "--icons" => plan.icons = value()?.into(),
            "--texts" => plan.texts = value()?.into(),
            "--modules" => plan.modules = value()?.into(),
            "--wasm-opt" => plan.wasm_opt = Some(value()?).filter(|program| program != "none").map(PathBuf::from),
            "--dev" => plan.dev = true,
            _ => bail!("unknown word {word}"),
        }
    }
    if plan.wasm.as_os_str().is_empty() {
        bail!("--wasm FILE is needed: what `cargo build -p frontend` made");
    }
    Ok(plan)
}

/// Builds into a folder beside `dist` and swaps it in at the end, so that a cut build leaves the
/// former one whole.
fn build(plan: &Plan) -> Result<()> {
    let parent = plan
        .out
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let work = tempfile::Builder::new().prefix(".dist-").tempdir_in(parent)?;
    let pkg = work.path().join("pkg");
    fs::create_dir_all(&pkg)?;

    let chunks = wasm::build(plan, &pkg)?;
    fs::write(pkg.join("main.css"), css::bundle(&plan.style)?)?;
    pages::copy_fonts(&plan.modules, &pkg)?;
    worker::write_scripts(&pkg)?;

    let hash = pages::hash_of(&pkg)?;
    let hashed = work.path().join("pkg-hashed");
    fs::create_dir(&hashed)?;
    fs::rename(&pkg, hashed.join(&hash))?;
    fs::rename(&hashed, &pkg)?;

    let root = work.path().join("root");
    pages::copy_tree(&plan.public, &root)?;
    worker::write_worker(plan, &hash, &pkg.join(&hash), &root)?;
    if !plan.dev {
        compress::beside_each(&pkg.join(&hash))?;
        compress::beside_each(&root)?;
    }

    let manifest = serde_json::json!({
        "hash": hash,
        "js": wasm::SCRIPT,
        "wasm": wasm::MODULE,
        "css": "main.css",
        "split_js": wasm::LOADER,
        "chunks": chunks,
        "sprite": icons::sprite(&plan.icons, &plan.modules)?,
    });
    fs::write(work.path().join("manifest.json"), serde_json::to_vec_pretty(&manifest)?)?;
    if plan.out.exists() {
        fs::remove_dir_all(&plan.out)?;
    }
    fs::rename(work.keep(), &plan.out).context("moving the finished build into place")
}
