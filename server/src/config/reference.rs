//! The reference page, written from the declarations (`dropcast config reference`).

use std::fmt::Write as _;

use super::sections::{self, Chapter};
use super::setting::{Preset, Row};

const HEAD: &str = "\
# Configuration

<!-- Written by `dropcast config reference`. Edit the declarations in server/src/config/sections instead. -->

Dropcast needs no configuration: `dropcast serve` runs on this machine alone, with SQLite and the
local disk. Everything below is optional.

- Values come from the environment, then from one TOML file, then from the default; the first that
  says something wins. An empty variable counts as absent.
- The file is the one that `--config` or else `DROPCAST_CONFIG` names. No file is looked for
  anywhere else, so that a start never depends on the folder it happens in.
- A setting marked *secret* can also be read from a file: `NAME_FILE` holds the path, and the
  file's content, without surrounding blanks, is the value. Setting both is an error.
- Unknown `DROPCAST_*` variables and unknown keys of the file are refused, and so is every value
  that cannot be used. All of it is reported at once, and nothing is started or created.
- `dropcast config check` prints what is in effect, and where each value came from, without secrets.

In the file, a dot separates the table from the key: `server.listen` is `listen` under `[server]`.
Lists are arrays in the file and separated by commas in the environment. Sizes take a unit (`512KiB`,
`100GiB`; without one they are bytes), durations too (`500ms`, `30s`, `5m`; without one they are seconds).
";

/// The whole page.
pub fn markdown() -> String {
    let mut page = String::from(HEAD);
    for chapter in sections::CHAPTERS {
        write_chapter(&mut page, chapter);
    }
    page
}

fn write_chapter(page: &mut String, chapter: &Chapter) {
    // Writing to a String cannot fail.
    let _ = write!(page, "\n## {}\n\n{}\n", chapter.title, chapter.about);
    for row in chapter.rows {
        write_row(page, row);
    }
}

fn write_row(page: &mut String, row: &Row) {
    let default = match row.default {
        Preset::Is(text) => format!("`{text}`"),
        Preset::Off => "off".to_owned(),
        Preset::Follows(words) => words.to_owned(),
    };
    let secret = if row.is_secret() {
        format!(" (secret, also `{}`)", row.env_file())
    } else {
        String::new()
    };
    let _ = write!(
        page,
        "\n### `{}`\n\n{}\n\n- Environment: `{}`{secret}\n- Value: {}\n- Default: {default}\n",
        row.toml, row.about, row.env, row.form,
    );
}
