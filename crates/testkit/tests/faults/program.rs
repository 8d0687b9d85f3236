//! A program as a process, with a shell as the program.

use std::fs;

use testkit::program::{Program, ProgramBuilder};
use testkit::signal::Signal;
use testkit::wait;

/// Counts its lives in a file, says that it is ready, and then counts time until it is told to go.
const SCRIPT: &str = r#"
echo "$WORD" >>lives
trap 'echo leaving; exit 3' TERM
echo "ready as $WORD, with home ${HOME-nowhere}"
while :; do echo . >>ticks; sleep 0.02; done
"#;

#[tokio::test]
async fn it_has_its_settings_alone_and_says_how_it_ended() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let program = script(folder.path()).start().await?;
    assert!(
        program.log()?.contains("ready as one, with home nowhere"),
        "{}",
        program.log()?
    );
    assert_eq!(program.status()?, None);
    assert!(program.peak_memory()? > 0);
    assert_eq!(program.stop(Signal::Term).await?.code(), Some(3));
    assert!(program.log()?.ends_with("leaving\n"), "{}", program.log()?);
    assert!(program.signal(Signal::Term).is_err(), "nobody is there any more");
    Ok(())
}

#[tokio::test]
async fn it_comes_back_as_another_process_with_the_same_settings() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let program = script(folder.path()).start().await?;
    let first = program.pid();
    // Each start waits for the line of its own life.
    program.restart().await?;
    assert_ne!(program.pid(), first);
    assert_eq!(program.stop(Signal::Kill).await?.code(), None);
    program.start_again().await?;
    assert!(program.start_again().await.is_err(), "it runs");
    assert_eq!(fs::read_to_string(folder.path().join("lives"))?, "one\none\none\n");
    assert_eq!(program.log()?.matches("ready").count(), 3);
    Ok(())
}

#[tokio::test]
async fn it_stands_still_and_goes_on() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let program = script(folder.path()).start().await?;
    let ticks = || fs::metadata(folder.path().join("ticks")).map_or(0, |file| file.len());
    wait::until("it ticks", async || ticks() > 0).await?;
    program.pause().await?;
    let stood_at = ticks();
    // Its own sleep is another process; what matters is that no tick follows.
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(ticks(), stood_at);
    program.resume()?;
    wait::until("it ticks again", async || ticks() > stood_at).await
}

#[tokio::test]
async fn dropping_it_ends_it_even_when_it_stands_still() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let program = script(folder.path()).start().await?;
    let process = format!("/proc/{}", program.pid());
    program.pause().await?;
    assert!(fs::exists(&process)?);
    drop(program);
    assert!(!fs::exists(&process)?);
    Ok(())
}

#[tokio::test]
async fn one_that_ends_before_it_is_ready_fails_at_once_with_its_words() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let builder = Program::of("/bin/sh", folder.path(), &["-c", "echo no way; exit 4"]).ready_when_it_logs("ready");
    let error = builder.start().await.err().expect("it ended").to_string();
    assert!(error.contains("no way") && error.contains('4'), "{error}");
    Ok(())
}

#[tokio::test]
async fn any_condition_can_mean_ready() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let ticks = folder.path().join("ticks");
    let seen = ticks.clone();
    let program = script(folder.path())
        .ready_when(move || {
            let seen = seen.clone();
            async move { seen.exists() }
        })
        .start()
        .await?;
    assert!(ticks.exists());
    assert!(!program.ask(&["-c", "exit 1"])?.status.success());
    assert_eq!(program.ask(&["-c", "echo $WORD"])?.stdout, b"one\n");
    Ok(())
}

fn script(folder: &std::path::Path) -> ProgramBuilder {
    Program::of("/bin/sh", folder, &["-c", SCRIPT])
        .with("WORD", "one")
        .ready_when_it_logs("ready as")
}
