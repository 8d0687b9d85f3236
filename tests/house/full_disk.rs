//! A disk without room: at the start, for one upload, and for a while.

use testkit::ambient;
use testkit::cramped::Cramped;
use testkit::program::Program;
use wire::error::ErrorCode;

use crate::support::{assert_problem, list, upload};

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_leaves_nothing() -> anyhow::Result<()> {
    let disk = Cramped::of("300k")?;
    let output = Program::dropcast(disk.folder(), &["serve"])?
        .over(&disk)
        .with("DROPCAST_DATA", "disk/data")
        .with("DROPCAST_LISTEN", "127.0.0.1:0")
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("is full") && said.contains("DROPCAST_DATA"), "{said}");
    assert_eq!(said.trim().lines().count(), 1, "{said}");
    assert!(disk.files()?.is_empty(), "files were left behind: {:?}", disk.files()?);
    Ok(())
}

#[tokio::test]
async fn an_upload_that_fills_the_disk_is_refused_and_the_next_one_fits() -> anyhow::Result<()> {
    let disk = Cramped::of("24m")?;
    let program = Program::serve(disk.folder())?
        .over(&disk)
        .with("DROPCAST_DATA", "disk/data")
        .with("DROPCAST_FREE_SPACE_FLOOR", "0")
        .start()
        .await?;
    let client = program.client();
    // Without a length nobody can refuse it before it was tried.
    let body = testkit::client::pieces(ambient::noise(11, 1 << 20).into(), 40);
    let answer = client
        .call(http::Method::PUT, "/api/v1/files/too-much.bin")
        .body_stream(body)
        .send()
        .await?;
    assert_problem(&answer, ErrorCode::StorageFull);
    let entry = upload(&client, "fits.txt", "there is room again").await?;
    assert_eq!(
        client.get(&entry.content_url).send().await?.text()?,
        "there is room again"
    );
    let page = list(&client).await?;
    assert_eq!((page.total, page.files[0].name.as_str()), (1, "fits.txt"));
    Ok(())
}
