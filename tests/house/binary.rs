//! The built program itself, as an operator meets it.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use bytes::Bytes;
use http::Method;
use testkit::client::pieces;
use testkit::program::{Program, binary};
use testkit::signal::Signal;
use testkit::{ambient, wait};
use wire::files::FileEntry;

use crate::assets::assets_of;
use crate::support::{list, upload};

#[tokio::test]
async fn alone_in_an_empty_folder_it_serves_the_whole_app() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let copy = folder.path().join("dropcast");
    fs::copy(binary()?, &copy)?;
    let program = Program::serve(folder.path())?.executable(&copy).start().await?;
    let client = program.client();
    assert!(
        folder.path().join("data/dropcast.db").exists(),
        "the data folder is beside it"
    );

    let entry = upload(&client, "a.txt", "all here").await?;
    assert_eq!(client.get(&entry.content_url).send().await?.text()?, "all here");
    for target in [
        "/",
        "/status",
        "/robots.txt",
        "/favicon.ico",
        "/api/openapi.json",
        "/health/",
    ] {
        assert_eq!(client.get(target).send().await?.status, 200, "{target}");
    }
    for asset in assets_of(&client).await? {
        assert_eq!(client.get(&asset).send().await?.status, 200, "{asset}");
    }
    assert!(program.stop(Signal::Term).await?.success(), "{}", program.log()?);
    Ok(())
}

#[tokio::test]
async fn killed_in_the_middle_of_an_upload_it_shows_and_keeps_nothing_of_it() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let program = Program::serve(folder.path())?.start().await?;
    let client = program.client();
    let kept = upload(&client, "kept.txt", "acknowledged").await?;

    let mut connection = client.raw().await?;
    let head = format!(
        "PUT /api/v1/files/cut.bin HTTP/1.1\r\nHost: {}\r\nContent-Length: 99000000\r\n\r\n",
        client.address()
    );
    connection.write(head).await?;
    connection.write(ambient::noise(6, 8 << 20)).await?;
    let unfinished = folder.path().join("data/tmp");
    wait::until("the upload is on its way to the disk", async || {
        !files_in(&unfinished).is_empty()
    })
    .await?;
    program.stop(Signal::Kill).await?;

    // What is younger than a day may be another node's work in progress.
    let left = files_in(&unfinished);
    assert!(!left.is_empty());
    for path in &left {
        fs::File::options().write(true).open(path)?.set_modified(UNIX_EPOCH)?;
    }
    program.start_again().await?;
    let page = list(&client).await?;
    assert_eq!((page.total, page.files[0].name.as_str()), (1, "kept.txt"));
    assert_eq!(client.get(&kept.content_url).send().await?.text()?, "acknowledged");
    wait::until("the half file is gone", async || files_in(&unfinished).is_empty()).await?;
    assert!(program.stop(Signal::Int).await?.success());
    Ok(())
}

#[tokio::test]
async fn what_prevents_a_start_is_said_in_one_sentence() -> anyhow::Result<()> {
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let taken_address = taken.local_addr()?.to_string();
    let folder = tempfile::tempdir()?;
    let corrupt = folder.path().join("corrupt");
    fs::create_dir_all(&corrupt)?;
    fs::write(
        corrupt.join("dropcast.db"),
        "this is no database, but it is long enough to be taken for one".repeat(50),
    )?;
    fs::write(folder.path().join("a-file"), "")?;

    let s3 = [
        ("DROPCAST_S3_BUCKET", "files"),
        ("DROPCAST_S3_ENDPOINT", "http://127.0.0.1:1"),
        ("DROPCAST_S3_ACCESS_KEY", "an-access-key"),
        ("DROPCAST_S3_SECRET_KEY", "secret-word"),
    ];
    for (settings, word) in [
        (
            &[("DROPCAST_LISTEN", taken_address.as_str())][..],
            taken_address.as_str(),
        ),
        (&[("DROPCAST_DATA", "corrupt")], "dropcast.db"),
        (&[("DROPCAST_DATA", "a-file/data")], "a-file"),
        (
            &[("DATABASE_URL", "postgres://nobody:secret-word@127.0.0.1:1/none")],
            "127.0.0.1",
        ),
        (&[("DATABASE_URL", "mysql://db/x")], "DATABASE_URL"),
        (&s3, "127.0.0.1:1"),
        (&[("DROPCAST_LISTEN", "everywhere")], "DROPCAST_LISTEN"),
        (&[("DROPCAST_LISTN", "127.0.0.1:1")], "DROPCAST_LISTEN"),
    ] {
        let data = tempfile::tempdir_in(folder.path())?.path().join("data");
        let output = Program::dropcast(folder.path(), &["serve"])?
            .with("DROPCAST_DATA", &data)
            .with("DROPCAST_LISTEN", "127.0.0.1:0")
            .with_all(settings.iter().copied())
            .output()?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!output.status.success(), "{settings:?} went on: {said}");
        assert!(said.contains(word), "{settings:?} does not name {word}: {said}");
        assert!(!said.contains("panicked") && !said.contains("secret-word"), "{said}");
        let lines = said.lines().filter(|line| !line.trim().is_empty()).count();
        assert!(
            (1..=4).contains(&lines),
            "{settings:?} says too much or nothing: {said}"
        );
        assert!(!data.exists(), "{settings:?} left a data folder behind");
    }
    assert!(
        fs::read_to_string(corrupt.join("dropcast.db"))?.starts_with("this is no database"),
        "it was overwritten"
    );
    Ok(())
}

#[tokio::test]
async fn a_large_file_never_is_in_memory_as_a_whole() -> anyhow::Result<()> {
    const PIECES: usize = 256;
    let folder = tempfile::tempdir()?;
    let program = Program::serve(folder.path())?.start().await?;
    let client = program.client();
    upload(&client, "small.txt", "so that everything has been used once").await?;
    let before = program.peak_memory()?;

    let body = pieces(Bytes::from(ambient::noise(8, 1 << 20)), PIECES);
    let answer = client
        .call(Method::PUT, "/api/v1/files/large.bin")
        .body_stream(body)
        .send()
        .await?;
    assert_eq!(answer.status, 201, "{}", answer.text()?);
    let entry: FileEntry = answer.json()?;
    let mut open = client.get(&entry.content_url).send_and_hold().await?;
    let mut received = 0;
    while let Some(piece) = open.next_piece().await? {
        received += piece.len();
    }
    assert_eq!(received, PIECES << 20);
    let grown = program.peak_memory()?.saturating_sub(before);
    assert!(
        grown < 64 << 20,
        "256 MiB went through and the program grew by {} MiB",
        grown >> 20
    );
    assert!(program.stop(Signal::Term).await?.success());
    Ok(())
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}
