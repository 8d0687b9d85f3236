//! Requests that are too large, cannot be read, or go nowhere.

use http::Method;
use testkit::{Stack, TestApp, on_both_stacks};
use wire::error::ErrorCode;

use crate::support::assert_problem;

on_both_stacks!(
    oversized_headers_are_not_read,
    an_oversized_body_is_not_read_where_a_small_one_belongs,
    malformed_json_and_forms_are_refused,
    unknown_addresses_answer_in_the_callers_language,
    a_wrong_method_names_the_right_ones,
    nonsense_gets_an_answer_and_hurts_nobody,
    a_request_id_is_taken_when_it_is_harmless,
);

async fn oversized_headers_are_not_read(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let big = app.get("/").header("x-big", &"a".repeat(200_000)).send().await?;
    assert_eq!(big.status, 431);
    let mut many = app.get("/");
    for number in 0..1000 {
        many = many.header(&format!("x-{number}"), "1");
    }
    assert_eq!(many.send().await?.status, 431);
    assert_eq!(app.get("/healthz").send().await?.status, 200);
    Ok(())
}

async fn an_oversized_body_is_not_read_where_a_small_one_belongs(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let large = vec![b'a'; 4 << 20];
    let form = app
        .post("/preferences", large.clone())
        .header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.send().await?.status, 413);
    let json = app
        .post("/api/ui/list_files", large)
        .header("content-type", "application/json")
        .send()
        .await?;
    assert_eq!(json.status, 413);
    Ok(())
}

async fn malformed_json_and_forms_are_refused(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for body in ["", "{", "[1]", "{\"after\":5}", "\u{0}", "{\"after\":\"not an id\"}"] {
        let answer = app
            .post("/api/ui/list_files", body)
            .header("content-type", "application/json")
            .send()
            .await?;
        assert_eq!(answer.status, 400, "{body:?}: {}", answer.text()?);
    }
    for body in ["language=xx&theme=light&back=/", "theme=purple"] {
        let form = app
            .post("/preferences", body)
            .header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(form.send().await?.status, 400, "{body}");
    }
    Ok(())
}

async fn unknown_addresses_answer_in_the_callers_language(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for target in ["/api/v1/nothing", "/api/", "/api/v2/files", "/api/ui/nothing"] {
        let answer = app.get(target).header("accept", "text/html").send().await?;
        assert_problem(&answer, ErrorCode::NotFound);
    }
    let page = app.get("/no/such/page").header("accept", "text/html").send().await?;
    assert_eq!(page.status, 404);
    assert!(
        page.header("content-type")
            .is_some_and(|value| value.starts_with("text/html"))
    );
    assert!(page.text()?.contains("<html"));
    Ok(())
}

async fn a_wrong_method_names_the_right_ones(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let answer = app.call(Method::DELETE, "/api/v1/files").send().await?;
    assert_problem(&answer, ErrorCode::MethodNotAllowed);
    assert!(answer.header("allow").is_some_and(|allow| allow.contains("GET")));
    assert_eq!(app.call(Method::DELETE, "/").send().await?.status, 405);
    Ok(())
}

async fn nonsense_gets_an_answer_and_hurts_nobody(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let address = app.address();
    for request in [
        "nonsense\r\n\r\n".to_owned(),
        "GET /files HTTP/1.1\r\n\r\n".to_owned(),
        format!("GET /files HTTP/1.1\r\nHost: {address}\r\nHost: other\r\nConnection: close\r\n\r\n"),
        format!("GET / HTTP/9.9\r\nHost: {address}\r\n\r\n"),
        format!("PUT /api/v1/files/x HTTP/1.1\r\nHost: {address}\r\nContent-Length: -1\r\n\r\n"),
        format!("PUT /api/v1/files/x HTTP/1.1\r\nHost: {address}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc"),
        format!("PUT /api/v1/files/x HTTP/1.1\r\nHost: {address}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        format!("GET /\u{0} HTTP/1.1\r\nHost: {address}\r\n\r\n"),
    ] {
        let mut connection = app.raw().await?;
        connection.write(&request).await?;
        let answer = connection.read_to_end().await?;
        assert!(answer.starts_with("HTTP/1.1 4"), "{request:?} got {answer:?}");
    }
    assert_eq!(crate::support::list(&app).await?.total, 0);
    Ok(())
}

async fn a_request_id_is_taken_when_it_is_harmless(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let given = app.get("/healthz").header("x-request-id", "abc-123_X.y").send().await?;
    assert_eq!(given.header("x-request-id"), Some("abc-123_X.y"));
    let (one, two) = (app.get("/healthz").send().await?, app.get("/healthz").send().await?);
    assert!(one.header("x-request-id").is_some_and(|id| id.len() >= 16));
    assert_ne!(one.header("x-request-id"), two.header("x-request-id"));
    for hostile in ["a b", "<script>", "\u{e9}", &"x".repeat(500), ""] {
        let answer = app.get("/healthz").header("x-request-id", hostile).send().await?;
        let id = answer.header("x-request-id").expect("every answer has an id");
        assert!(id != hostile && id.len() >= 16, "{hostile:?} became {id:?}");
    }
    Ok(())
}
