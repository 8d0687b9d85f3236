//! A disk without room, with a shell over it.

use testkit::cramped::Cramped;
use testkit::program::Program;
use testkit::signal::Signal;
use testkit::wait;

/// Writes as long as there is room, and says when there is none.
const WRITER: &str = r#"
echo ready
number=0
while :; do
    if echo word >"disk/$number" 2>/dev/null; then number=$((number + 1)); else echo full; fi
    sleep 0.02
done
"#;

#[tokio::test]
async fn it_runs_full_in_the_middle_and_has_room_again() -> anyhow::Result<()> {
    let disk = Cramped::of("1m")?;
    let program = Program::of("/bin/sh", disk.folder(), &["-c", WRITER])
        .over(&disk)
        .ready_when_it_logs("ready")
        .start()
        .await?;
    let files = || disk.files().map_or(0, |files| files.len());
    wait::until("it writes", async || files() > 0).await?;
    assert!(!disk.folder().join("disk/0").exists(), "others see nothing of it");

    disk.fill()?;
    wait::until("it finds no room", async || {
        program.log().is_ok_and(|log| log.contains("full"))
    })
    .await?;
    let before = files();
    disk.make_room()?;
    wait::until("it writes again", async || files() > before + 1).await?;

    // The disk stays while nobody is there, and the next life finds what was on it.
    program.stop(Signal::Kill).await?;
    let before = files();
    assert!(before > 1);
    program.start_again().await?;
    assert!(files() >= before);
    Ok(())
}

#[tokio::test]
async fn nothing_of_it_is_left() -> anyhow::Result<()> {
    let disk = Cramped::of("1m")?;
    let folder = disk.folder().to_owned();
    disk.fill()?;
    drop(disk);
    assert!(!folder.exists());
    assert!(!std::fs::read_to_string("/proc/mounts")?.contains(&folder.display().to_string()));
    let error = Cramped::of("nonsense").err().expect("no such size").to_string();
    assert!(error.contains("no disk was made"), "{error}");
    Ok(())
}
