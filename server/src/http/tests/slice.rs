//! The one true slice: a file goes in, is listed, and comes out again.

use wire::files::{FileEntry, FilePage};

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n0123456789abcdef";

async fn with_picture() -> (House, FileEntry) {
    let house = house(&[("DROPCAST_MAX_FILE_SIZE", "1MiB")]).await;
    let answer = house
        .owner(Method::PUT, "/api/v1/files/caf%C3%A9%20one.png", &[], PNG)
        .await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let entry: FileEntry = serde_json::from_slice(&answer.body).expect("an entry");
    assert_eq!(answer.header("location"), entry.content_url);
    (house, entry)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_in_is_listed_and_comes_out() {
    let (house, entry) = with_picture().await;
    assert_eq!(
        (entry.name.as_str(), entry.media_type.as_str()),
        ("café one.png", "image/png")
    );
    let page: FilePage = serde_json::from_slice(&house.get("/api/v1/files").await.body).expect("a page");
    assert_eq!(page.files, std::slice::from_ref(&entry));
    let content = house.get(&entry.content_url).await;
    assert_eq!((content.status.as_u16(), &content.body[..]), (200, PNG));
    assert_eq!(content.header("etag"), format!("\"{}\"", entry.sha256));
    assert_eq!(content.header("content-type"), "image/png");
    assert_eq!(content.header("accept-ranges"), "bytes");
    assert!(content.header("content-disposition").starts_with("inline"));
    assert!(content.header("content-disposition").contains("caf%C3%A9%20one.png"));
    assert!(house.get("/").await.text().contains("café one.png"));
}

#[tokio::test(flavor = "multi_thread")]
async fn content_comes_in_parts_and_not_twice() {
    let (house, entry) = with_picture().await;
    let ask = async |headers: &[(&str, &str)]| {
        house
            .owner(Method::GET, &entry.content_url, headers, Body::empty())
            .await
    };
    let part = ask(&[("range", "bytes=1-3")]).await;
    assert_eq!(
        (part.status.as_u16(), part.text(), part.header("content-range")),
        (206, "PNG", "bytes 1-3/24")
    );
    let beyond = ask(&[("range", "bytes=24-")]).await;
    assert_eq!(beyond.problem().code, ErrorCode::RangeNotSatisfiable);
    assert_eq!(beyond.header("content-range"), "bytes */24");
    let etag = format!("\"{}\"", entry.sha256);
    let again = ask(&[("if-none-match", &etag)]).await;
    assert_eq!(
        (again.status.as_u16(), again.body.len(), again.header("etag")),
        (304, 0, etag.as_str())
    );
    let stale = ask(&[("range", "bytes=1-3"), ("if-range", "\"old\"")]).await;
    assert_eq!((stale.status.as_u16(), stale.body.len()), (200, PNG.len()));
    let head = house.owner(Method::HEAD, &entry.content_url, &[], Body::empty()).await;
    assert_eq!(
        (head.status.as_u16(), head.header("content-length"), head.body.len()),
        (200, "24", 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_taken_is_refused_and_leaves_nothing() {
    let (house, _) = with_picture().await;
    for (name, code) in [
        ("a%2Fb", ErrorCode::InvalidName),
        ("..", ErrorCode::InvalidName),
        ("%00", ErrorCode::InvalidName),
    ] {
        let answer = house
            .owner(Method::PUT, &format!("/api/v1/files/{name}"), &[], "x")
            .await;
        assert_eq!(answer.problem().code, code, "{name}");
    }
    let large = house
        .owner(Method::PUT, "/api/v1/files/large", &[], vec![0; (1 << 20) + 1])
        .await;
    assert_eq!(large.problem().code, ErrorCode::TooLarge);
    let broken = Body::from_stream(futures::stream::iter([Ok("half"), Err(std::io::Error::other("cut"))]));
    let cut = house
        .owner(Method::PUT, "/api/v1/files/cut", &[("content-length", "100")], broken)
        .await;
    assert_eq!(cut.problem().code, ErrorCode::BodyIncomplete);
    let page: FilePage = serde_json::from_slice(&house.get("/api/v1/files").await.body).expect("a page");
    assert_eq!(page.files.len(), 1);
}
