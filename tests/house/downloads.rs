//! Taking files out: whole, in parts, and only if they changed.

use testkit::{Stack, TestApp, ambient, on_both_stacks};
use wire::error::ErrorCode;

use crate::support::{assert_problem, upload};

on_both_stacks!(
    every_form_of_range_gives_its_bytes,
    what_is_not_there_is_not_satisfiable,
    a_copy_that_is_still_good_is_not_sent_again,
    if_range_decides_between_a_part_and_the_whole,
    head_says_what_get_would,
    nobody_gets_a_file_that_does_not_exist,
    only_what_cannot_run_is_shown_in_place,
);

async fn every_form_of_range_gives_its_bytes(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let body = ambient::noise(1, 200_000);
    let url = upload(&app, "a.bin", body.clone()).await?.content_url;
    for (range, first, last) in [
        ("bytes=0-0", 0, 0),
        ("bytes=0-", 0, 199_999),
        ("bytes=199999-", 199_999, 199_999),
        ("bytes=-1", 199_999, 199_999),
        ("bytes=-999999", 0, 199_999),
        ("bytes=65535-65537", 65_535, 65_537),
        ("bytes=131072-999999999999999999999", 131_072, 199_999),
    ] {
        let answer = app.get(&url).header("range", range).send().await?;
        assert_eq!(answer.status, 206, "{range}");
        assert_eq!(
            answer.header("content-range"),
            Some(format!("bytes {first}-{last}/200000").as_str()),
            "{range}"
        );
        assert_eq!(
            answer.header("content-length"),
            Some((last - first + 1).to_string().as_str()),
            "{range}"
        );
        assert!(answer.body == body[first..=last], "{range}");
    }
    for range in ["bytes=0-1,5-6", "bytes=b-a", "items=0-1", "bytes=5-2"] {
        let answer = app.get(&url).header("range", range).send().await?;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 200_000), "{range}");
        assert_eq!(answer.header("content-range"), None, "{range}");
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    }
    Ok(())
}

async fn what_is_not_there_is_not_satisfiable(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let url = upload(&app, "a.txt", "0123456789").await?.content_url;
    for range in ["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=18446744073709551615-"] {
        let answer = app.get(&url).header("range", range).send().await?;
        assert_problem(&answer, ErrorCode::RangeNotSatisfiable);
        assert_eq!(answer.header("content-range"), Some("bytes */10"), "{range}");
    }
    Ok(())
}

async fn a_copy_that_is_still_good_is_not_sent_again(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let entry = upload(&app, "a.txt", "0123456789").await?;
    let tag = format!("\"{}\"", entry.sha256);
    for condition in [
        tag.clone(),
        format!("W/{tag}"),
        format!("\"other\", {tag}"),
        "*".to_owned(),
    ] {
        let answer = app
            .get(&entry.content_url)
            .header("if-none-match", &condition)
            .send()
            .await?;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{condition}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    let answer = app
        .get(&entry.content_url)
        .header("if-none-match", "\"other\"")
        .send()
        .await?;
    assert_eq!(answer.status, 200);
    Ok(())
}

async fn if_range_decides_between_a_part_and_the_whole(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let entry = upload(&app, "a.txt", "0123456789").await?;
    let tag = format!("\"{}\"", entry.sha256);
    let part = |condition: &str| {
        app.get(&entry.content_url)
            .header("range", "bytes=2-3")
            .header("if-range", condition)
            .send()
    };
    let same = part(&tag).await?;
    assert_eq!((same.status.as_u16(), same.text()?), (206, "23"));
    // A weak tag and a date promise no equal bytes.
    for condition in ["\"other\"", &format!("W/{tag}"), "Sat, 01 Jan 2000 00:00:00 GMT"] {
        let whole = part(condition).await?;
        assert_eq!(
            (whole.status.as_u16(), whole.text()?),
            (200, "0123456789"),
            "{condition}"
        );
    }
    Ok(())
}

async fn head_says_what_get_would(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let url = upload(&app, "a.txt", "0123456789").await?.content_url;
    let get = app.get(&url).send().await?;
    // A range means something to GET alone.
    for range in ["", "bytes=2-5", "bytes=50-"] {
        let head = app.head(&url).header("range", range).send().await?;
        assert!(head.body.is_empty());
        assert_eq!(head.status, get.status, "{range:?}");
        for name in [
            "content-length",
            "content-range",
            "content-type",
            "content-disposition",
            "etag",
            "accept-ranges",
        ] {
            assert_eq!(head.header(name), get.header(name), "{name} with {range:?}");
        }
    }
    Ok(())
}

async fn nobody_gets_a_file_that_does_not_exist(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    upload(&app, "a.txt", "here").await?;
    let unknown = app
        .get("/api/v1/files/01890000-0000-7000-8000-000000000000/content")
        .send()
        .await?;
    assert_problem(&unknown, ErrorCode::NotFound);
    for id in ["1", "..", "%2e%2e", "01890000-0000-7000-8000-00000000000g", "%00"] {
        let answer = app.get(&format!("/api/v1/files/{id}/content")).send().await?;
        assert!(matches!(answer.status.as_u16(), 400 | 404), "{id}: {}", answer.status);
    }
    Ok(())
}

async fn only_what_cannot_run_is_shown_in_place(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let jpeg = [
        &b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"[..],
        b"/*<script>alert(1)</script>*/",
    ]
    .concat();
    let picture = upload(&app, "cat.html", jpeg).await?;
    let answer = app.get(&picture.content_url).send().await?;
    assert_eq!(answer.header("content-type"), Some("image/jpeg"));
    assert!(
        answer
            .header("content-disposition")
            .is_some_and(|value| value.starts_with("inline"))
    );
    let asked = app.get(&format!("{}?download", picture.content_url)).send().await?;
    assert!(
        asked
            .header("content-disposition")
            .is_some_and(|value| value.starts_with("attachment"))
    );

    for (name, body) in [
        ("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.html", "<!DOCTYPE html><script>alert(1)</script>"),
        ("a.jpg", "<html><body onload=alert(1)>"),
        (
            "a.xml",
            "<?xml version='1.0'?><x xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></x>",
        ),
        ("a.js", "alert(1)"),
        ("a.mp4", "#EXTM3U\nfile:///etc/passwd"),
    ] {
        let entry = upload(&app, name, body).await?;
        let answer = app.get(&entry.content_url).send().await?;
        assert!(
            answer
                .header("content-disposition")
                .is_some_and(|value| value.starts_with("attachment")),
            "{name}"
        );
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'none'; sandbox"),
            "{name}"
        );
    }
    assert_eq!(
        answer.header("content-security-policy"),
        Some("default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'")
    );
    for answer in [answer, asked] {
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    Ok(())
}
