//! The answer of a command, on standard output. The log goes to standard error.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Writes one piece of the answer and ends its line. Whoever stopped reading, as `head` does, has
/// seen enough, so a closed pipe is no fault.
pub fn line(text: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Says why a command cannot go on.
pub fn complaint(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "dropcast: {text}");
}
