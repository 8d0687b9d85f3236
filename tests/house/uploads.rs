//! Putting files in.

use bytes::Bytes;
use futures::future::try_join_all;
use futures::stream;
use http::Method;
use testkit::client::pieces;
use testkit::{Stack, TestApp, ambient, on_both_stacks, wait};
use wire::error::ErrorCode;
use wire::files::FilePage;

use crate::support::{assert_empty, assert_problem, list, upload};

on_both_stacks!(
    what_is_put_is_listed_and_comes_back,
    a_large_body_of_unknown_length_arrives_whole,
    an_empty_file_is_a_file,
    an_upload_cut_in_its_middle_leaves_nothing,
    a_chunked_upload_cut_in_its_middle_leaves_nothing,
    too_large_is_said_before_the_body_and_while_it_comes,
    equal_files_at_once_are_stored_once,
    a_listing_is_read_page_by_page,
);

async fn what_is_put_is_listed_and_comes_back(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let body = ambient::noise(1, 300_000);
    let entry = upload(&app, "holiday.bin", body.clone()).await?;
    assert_eq!((entry.name.as_str(), entry.size), ("holiday.bin", 300_000));
    assert_eq!(entry.content_url, format!("/api/v1/files/{}/content", entry.id));

    let page = list(&app).await?;
    assert_eq!(
        page,
        FilePage {
            files: vec![entry.clone()],
            next: None,
            total: 1,
            stored_bytes: 300_000
        }
    );
    let answer = app.get(&entry.content_url).send().await?;
    assert_eq!(answer.status, 200);
    assert!(answer.body == body, "the content changed on its way");
    assert_eq!(app.stored()?.len(), 1);
    assert_eq!(app.leftovers()?, Vec::<String>::new());
    Ok(())
}

async fn a_large_body_of_unknown_length_arrives_whole(stack: Stack) -> anyhow::Result<()> {
    const PIECE: usize = 1 << 20;
    const PIECES: usize = 64;
    let app = TestApp::start(stack).await?;
    let piece = Bytes::from(ambient::noise(2, PIECE));
    let answer = app
        .call(Method::PUT, "/api/v1/files/large.bin")
        .body_stream(pieces(piece.clone(), PIECES))
        .send()
        .await?;
    assert_eq!(answer.status, 201, "{}", answer.text()?);
    let entry: wire::files::FileEntry = answer.json()?;
    assert_eq!(entry.size, (PIECE * PIECES) as u64);

    let mut open = app.get(&entry.content_url).send_and_hold().await?;
    let mut seen = 0;
    while let Some(part) = open.next_piece().await? {
        for byte_run in part.chunks(PIECE) {
            let start = seen % PIECE;
            let first = byte_run.len().min(PIECE - start);
            assert!(
                byte_run[..first] == piece[start..start + first],
                "changed near byte {seen}"
            );
            assert!(
                byte_run[first..] == piece[..byte_run.len() - first],
                "changed near byte {seen}"
            );
            seen += byte_run.len();
        }
    }
    assert_eq!(seen, PIECE * PIECES);
    Ok(())
}

async fn an_empty_file_is_a_file(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let entry = upload(&app, "empty.txt", "").await?;
    assert_eq!(entry.size, 0);
    let answer = app.get(&entry.content_url).send().await?;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
    Ok(())
}

async fn an_upload_cut_in_its_middle_leaves_nothing(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let mut connection = app.raw().await?;
    let head = format!(
        "PUT /api/v1/files/cut.bin HTTP/1.1\r\nHost: {}\r\nContent-Length: 90000000\r\n\r\n",
        app.address()
    );
    connection.write(head).await?;
    connection.write(ambient::noise(3, 20_000_000)).await?;
    wait::until("the upload has begun", async || {
        app.leftovers().is_ok_and(|leftovers| !leftovers.is_empty())
    })
    .await?;
    drop(connection);
    assert_empty(&app).await
}

async fn a_chunked_upload_cut_in_its_middle_leaves_nothing(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let mut connection = app.raw().await?;
    let head = format!(
        "PUT /api/v1/files/cut.bin HTTP/1.1\r\nHost: {}\r\nTransfer-Encoding: chunked\r\n\r\n1400000\r\n",
        app.address()
    );
    connection.write(head).await?;
    connection.write(ambient::noise(4, 0x140_0000)).await?;
    wait::until("the upload has begun", async || {
        app.leftovers().is_ok_and(|leftovers| !leftovers.is_empty())
    })
    .await?;
    drop(connection);
    assert_empty(&app).await
}

async fn too_large_is_said_before_the_body_and_while_it_comes(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::builder(stack)
        .with("DROPCAST_MAX_FILE_SIZE", "1000B")
        .start()
        .await?;
    upload(&app, "fits", vec![7; 1000]).await?;

    let mut connection = app.raw().await?;
    let head = format!(
        "PUT /api/v1/files/big HTTP/1.1\r\nHost: {}\r\nContent-Length: 1001\r\nConnection: close\r\n\r\n",
        app.address()
    );
    connection.write(head).await?;
    let answer = connection.read_to_end().await?;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    let body = stream::iter([Bytes::from(vec![7; 600]), Bytes::from(vec![7; 600])]);
    let answer = app
        .call(Method::PUT, "/api/v1/files/big")
        .body_stream(body)
        .send()
        .await?;
    assert_problem(&answer, ErrorCode::TooLarge);

    assert_eq!(list(&app).await?.total, 1);
    assert_eq!(app.stored()?.len(), 1);
    wait::until("nothing of the refused uploads is left", async || {
        app.leftovers().is_ok_and(|left| left.is_empty())
    })
    .await
}

async fn equal_files_at_once_are_stored_once(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let body = Bytes::from(ambient::noise(5, 100_000));
    let entries = try_join_all((0..50).map(|number| {
        let body = body.clone();
        let app = &app;
        async move { upload(app, &format!("copy-{number}.bin"), body).await }
    }))
    .await?;

    let page = list(&app).await?;
    assert_eq!((page.total, page.stored_bytes), (50, 100_000));
    assert!(entries.iter().all(|entry| entry.sha256 == entries[0].sha256));
    wait::until("one copy is left", async || {
        app.stored().is_ok_and(|stored| stored.len() == 1)
    })
    .await?;
    assert_eq!(app.leftovers()?, Vec::<String>::new());
    for entry in [&entries[0], &entries[49]] {
        assert!(app.get(&entry.content_url).send().await?.body == body);
    }
    Ok(())
}

async fn a_listing_is_read_page_by_page(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for number in 0..5 {
        upload(&app, &format!("{number}.txt"), format!("text {number}")).await?;
    }
    let mut names = Vec::new();
    let mut target = "/api/v1/files?limit=2".to_owned();
    loop {
        let page: FilePage = app.get(&target).send().await?.json()?;
        assert!(page.files.len() <= 2 && page.total == 5);
        names.extend(page.files.into_iter().map(|file| file.name));
        let Some(next) = page.next else { break };
        target = format!("/api/v1/files?limit=2&after={next}");
    }
    assert_eq!(names, ["4.txt", "3.txt", "2.txt", "1.txt", "0.txt"]);

    for query in [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=x",
        "after=x",
        "after=",
        "sort=name",
    ] {
        let answer = app.get(&format!("/api/v1/files?{query}")).send().await?;
        assert_problem(&answer, ErrorCode::BadRequest);
    }
    Ok(())
}
