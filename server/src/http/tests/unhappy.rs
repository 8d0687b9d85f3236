//! What does not exist, is too large, or comes too often.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn unknown_addresses_are_problems_for_programs_and_a_page_for_people() {
    let house = house(&[]).await;
    for target in [
        "/api",
        "/api/v2/files",
        "/api/v1/files/a/b/c",
        "/api/ui/nothing",
        "/health/database",
        "/pkg/0/../x",
    ] {
        let answer = house
            .owner(Method::GET, target, &[("accept", "text/html")], Body::empty())
            .await;
        assert_eq!(answer.problem().code, ErrorCode::NotFound, "{target}");
    }
    let page = house
        .owner(Method::GET, "/nothing-here", &[("accept", "text/html")], Body::empty())
        .await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(
        page.header("content-security-policy").contains("'nonce-"),
        "it is one of our pages"
    );
    let posted = house.owner(Method::POST, "/nothing-here", &[], Body::empty()).await;
    assert_eq!(posted.problem().code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_method_says_which_are_right() {
    let house = house(&[]).await;
    let answer = house.owner(Method::DELETE, "/api/v1/files", &[], Body::empty()).await;
    assert_eq!(answer.problem().code, ErrorCode::MethodNotAllowed);
    assert_eq!(answer.header("allow"), "GET,HEAD");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_another_build_are_gone_and_nobody_keeps_that() {
    let house = house(&[]).await;
    let answer = house.get("/pkg/0123456789abcdef/frontend.js").await;
    assert_eq!(answer.problem().code, ErrorCode::NotFound);
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_refused_before_anybody_acts_on_it() {
    let house = house(&[
        ("DROPCAST_MAX_JSON_BODY", "2KiB"),
        ("DROPCAST_MAX_HEADER_BYTES", "8KiB"),
    ])
    .await;
    let large = "x".repeat(9000);
    let answer = house
        .owner(Method::GET, "/api/v1/files", &[("cookie", &large)], Body::empty())
        .await;
    assert_eq!(answer.problem().code, ErrorCode::HeadersTooLarge);
    let answer = house
        .owner(
            Method::POST,
            "/api/ui/list_files",
            &[("content-type", "application/json")],
            large,
        )
        .await;
    assert_eq!(answer.problem().code, ErrorCode::TooLarge);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_a_bad_request() {
    let house = house(&[]).await;
    for target in [
        "/api/v1/files?limit=0",
        "/api/v1/files?limit=x",
        "/api/v1/files?after=1",
        "/api/v1/files?afer=1",
    ] {
        assert_eq!(
            house.get(target).await.problem().code,
            ErrorCode::BadRequest,
            "{target}"
        );
    }
    let json = [
        ("content-type", "application/json"),
        ("accept", "text/html"),
        ("referer", "https://evil.example/"),
    ];
    for body in ["", "{", "[]", "{\"after\":1}", "{\"after\":\"x\"}"] {
        let answer = house.owner(Method::POST, "/api/ui/list_files", &json, body).await;
        assert_eq!(answer.problem().code, ErrorCode::BadRequest, "{body}");
    }
    let answer = house.get("/api/v1/files/not-an-id/content").await;
    assert_eq!(answer.problem().code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits() {
    let house = house(&[("DROPCAST_LIMIT_API", "2")]).await;
    for _ in 0..2 {
        assert_eq!(house.get("/api/v1/files").await.status, 200);
    }
    let answer = house.get("/api/v1/files").await;
    assert_eq!(answer.problem().code, ErrorCode::RateLimited);
    assert!((1..=30).contains(&answer.header("retry-after").parse().expect("seconds")));
    assert_eq!(
        house.get("/healthz").await.status,
        200,
        "another class has its own allowance"
    );
}
