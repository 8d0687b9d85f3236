//! A disk without room: a small file system that is mounted where only the program sees it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use testkit::ambient;
use wire::error::ErrorCode;

use crate::binary::{Program, binary, command};
use crate::support::{assert_problem, list, upload};

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_leaves_nothing() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let cramped = on_a_disk_of("300k", folder.path(), "find disk -type f; exit $status")?;
    let output = command(&cramped, folder.path())
        .env("DROPCAST_DATA", "disk/data")
        .env("DROPCAST_LISTEN", "127.0.0.1:0")
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("is full") && said.contains("DROPCAST_DATA"), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "files were left behind");
    Ok(())
}

#[tokio::test]
async fn an_upload_that_fills_the_disk_is_refused_and_the_next_one_fits() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let cramped = on_a_disk_of("24m", folder.path(), "exit $status")?;
    let settings = [("DROPCAST_DATA", "disk/data"), ("DROPCAST_FREE_SPACE_FLOOR", "0")];
    let program = Program::start(&cramped, folder.path(), &settings).await?;
    // Without a length nobody can refuse it before it was tried.
    let body = testkit::client::pieces(ambient::noise(11, 1 << 20).into(), 40);
    let answer = program
        .client
        .call(http::Method::PUT, "/api/v1/files/too-much.bin")
        .body_stream(body)
        .send()
        .await?;
    assert_problem(&answer, ErrorCode::StorageFull);
    let entry = upload(&program.client, "fits.txt", "there is room again").await?;
    assert_eq!(
        program.client.get(&entry.content_url).send().await?.text()?,
        "there is room again"
    );
    let page = list(&program.client).await?;
    assert_eq!((page.total, page.files[0].name.as_str()), (1, "fits.txt"));
    Ok(())
}

/// A stand-in for the program that runs it over a `disk` folder of this size, and `afterwards` in
/// the shell. The mount is private to it: it needs no clean-up, and no root where users may have
/// name spaces of their own.
fn on_a_disk_of(size: &str, folder: &Path, afterwards: &str) -> anyhow::Result<PathBuf> {
    fs::create_dir(folder.join("disk"))?;
    let inside = folder.join("inside");
    let program = binary()?;
    fs::write(
        &inside,
        format!(
            "#!/bin/sh\nmount -t tmpfs -o size={size} none disk || exit 99\n\
             '{}' \"$@\"; status=$?\n{afterwards}\n",
            program.display()
        ),
    )?;
    let outside = folder.join("outside");
    fs::write(
        &outside,
        format!(
            "#!/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nexport PATH\n[ \"$(id -u)\" = 0 ] || user=--map-root-user\n\
             exec unshare --mount --pid --fork --kill-child $user '{}' \"$@\"\n",
            inside.display()
        ),
    )?;
    for script in [&inside, &outside] {
        fs::set_permissions(script, fs::Permissions::from_mode(0o755))?;
    }
    Ok(outside)
}
