//! Running other programs: quietly while all is well, with everything they said when it is not.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Shows its output as it comes: for builds, where silence would look like a hang.
pub fn visible(command: &mut Command) -> Result<()> {
    let status = command
        .status()
        .with_context(|| format!("cannot start `{}`", line_of(command)))?;
    if !status.success() {
        bail!("`{}` {}", line_of(command), ending(status));
    }
    Ok(())
}

/// Shows its output only when it fails.
pub fn quiet(command: &mut Command) -> Result<()> {
    capture(command).map(drop)
}

/// What it printed; shown whole when it fails.
pub fn capture(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", line_of(command)))?;
    let stdout = String::from_utf8_lossy(&stdout).into_owned();
    if !status.success() {
        print!("{stdout}{}", String::from_utf8_lossy(&stderr));
        bail!("`{}` {}", line_of(command), ending(status));
    }
    Ok(stdout)
}

/// Shows its output as it comes and returns it as well, with whether it succeeded.
pub fn tee(command: &mut Command) -> Result<(bool, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", line_of(command)))?;
    let both = [
        child
            .stdout
            .take()
            .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
        child
            .stderr
            .take()
            .map(|stream| Box::new(stream) as Box<dyn Read + Send>),
    ];
    let readers = both.map(|stream| stream.map(|stream| thread::spawn(move || echo(stream))));
    let mut text = String::new();
    for reader in readers.into_iter().flatten() {
        text += &reader.join().unwrap_or_default();
    }
    Ok((child.wait()?.success(), text))
}

fn echo(stream: impl Read) -> String {
    let mut text = String::new();
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Waits for the end, but not for ever: `None` when it was stopped for taking too long.
pub fn within(limit: Duration, command: &mut Command) -> Result<Option<ExitStatus>> {
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start `{}`", line_of(command)))?;
    let status = wait(&mut child, limit)?;
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(status)
}

/// Asks politely first, then insists.
pub fn stop(child: &mut Child, patience: Duration) -> Result<Option<ExitStatus>> {
    if let Some(status) = child.try_wait()? {
        return Ok(Some(status));
    }
    // The shell has `kill` built in; a slim system may lack the program.
    quiet(Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]))?;
    let status = wait(child, patience)?;
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(status)
}

pub fn wait(child: &mut Child, limit: Duration) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(child.try_wait()?)
}

/// Where a program is, as a shell would find it.
pub fn which(program: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

pub fn line_of(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

fn ending(status: ExitStatus) -> String {
    status
        .code()
        .map_or_else(|| "was killed".to_owned(), |code| format!("ended with code {code}"))
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::Duration;

    use super::{capture, quiet, tee, which, within};

    #[test]
    fn a_failure_names_the_command_and_its_code() {
        let error = quiet(Command::new("sh").args(["-c", "exit 3"]))
            .unwrap_err()
            .to_string();
        assert_eq!(error, "`sh -c exit 3` ended with code 3");
        assert!(
            quiet(&mut Command::new("no-such-program"))
                .unwrap_err()
                .to_string()
                .contains("cannot start")
        );
    }

    #[test]
    fn output_is_returned() {
        assert_eq!(capture(Command::new("echo").arg("hello")).unwrap(), "hello\n");
        let (good, text) = tee(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 1"])).unwrap();
        assert!(!good);
        assert!(text.contains("out\n") && text.contains("err\n"));
    }

    #[test]
    fn what_takes_too_long_is_stopped() {
        assert!(
            within(Duration::from_millis(50), Command::new("sleep").arg("30"))
                .unwrap()
                .is_none()
        );
        assert!(
            within(Duration::from_secs(10), &mut Command::new("true"))
                .unwrap()
                .is_some_and(|s| s.success())
        );
    }

    #[test]
    fn programs_are_found_on_the_path() {
        assert!(which("sh").is_some());
        assert!(which("no-such-program").is_none());
    }
}
