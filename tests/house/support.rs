//! Words that several tests use.

use testkit::TestApp;
use testkit::client::{Answer, Client};
use wire::error::{ErrorCode, Problem};
use wire::files::{FileEntry, FilePage};

/// Uploads `body` as `name`, which must succeed.
pub async fn upload(client: &Client, name: &str, body: impl Into<bytes::Bytes>) -> anyhow::Result<FileEntry> {
    let answer = client.put(&format!("/api/v1/files/{name}"), body).send().await?;
    assert_eq!(answer.status, 201, "{}", answer.text()?);
    answer.json()
}

/// The first page of files.
pub async fn list(client: &Client) -> anyhow::Result<FilePage> {
    let answer = client.get("/api/v1/files").send().await?;
    assert_eq!(answer.status, 200, "{}", answer.text()?);
    answer.json()
}

/// Asserts that an answer is a problem of this code, in its media type, with the id that the
/// header has as well, and without a word from inside.
#[track_caller]
pub fn assert_problem(answer: &Answer, code: ErrorCode) {
    let text = answer.text().expect("a problem is text");
    assert_eq!(answer.status.as_u16(), code.status(), "{text}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{text}"
    );
    let problem: Problem = answer.json().expect("a problem is JSON");
    assert_eq!(problem.code, code);
    assert_eq!(problem.status, code.status());
    assert_eq!(problem.kind, format!("urn:dropcast:error:{}", code.as_str()));
    assert_eq!(problem.request_id.as_deref(), answer.header("x-request-id"), "{text}");
    for word in [
        "sea_orm",
        "sqlx",
        "SqlxError",
        "panicked",
        "/src/",
        "os error",
        "NoSuchBucket",
    ] {
        assert!(!text.contains(word), "internal words leak: {text}");
    }
}

/// Asserts that nothing of an upload is left: no row, no content, no temporary file.
pub async fn assert_empty(app: &TestApp) -> anyhow::Result<()> {
    let page = list(app).await?;
    assert_eq!((page.files.len(), page.total, page.stored_bytes), (0, 0, 0));
    testkit::wait::until("nothing of the upload is left", async || {
        app.stored().is_ok_and(|stored| stored.is_empty())
            && app.leftovers().is_ok_and(|leftovers| leftovers.is_empty())
    })
    .await
}
