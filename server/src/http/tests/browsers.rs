//! What protects people in browsers.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_cannot_act() {
    let house = house(&[]).await;
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("sec-fetch-site", "cross-site")],
        &[("origin", "null")],
    ] {
        for (method, target) in [
            (Method::PUT, "/api/v1/files/note.txt"),
            (Method::POST, "/preferences"),
            (Method::POST, "/api/ui/list_files"),
            (Method::POST, "/nothing-here"),
        ] {
            let answer = house.owner(method, target, headers, "x").await;
            assert_eq!(answer.problem().code, ErrorCode::CrossSite, "{target} {headers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_is_careful_and_none_demands_https_on_a_plain_line() {
    let house = house(&[]).await;
    for target in [
        "/",
        "/status",
        "/nothing",
        "/healthz",
        "/api/v1/files",
        "/api/v2",
        "/pkg/0/x.js",
        "/api/openapi.json",
    ] {
        let answer = house.get(target).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{target}");
        assert!(
            answer.header("content-security-policy").contains("default-src 'none'"),
            "{target}"
        );
        assert!(
            !answer
                .header("content-security-policy")
                .contains("upgrade-insecure-requests"),
            "{target}"
        );
        assert!(!answer.headers.contains_key("strict-transport-security"), "{target}");
        assert!(!answer.header("cache-control").is_empty(), "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_is_remembered_when_a_trusted_proxy_says_so() {
    let house = house(&[
        ("DROPCAST_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("DROPCAST_PUBLIC_URL", "https://files.example.org"),
    ])
    .await;
    let headers = [
        ("host", "files.example.org"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-proto", "https"),
    ];
    let behind = house
        .ask("10.0.0.1:50000", Method::GET, "/healthz", &headers, Body::empty())
        .await;
    assert!(behind.header("strict-transport-security").starts_with("max-age="));
    let beside = house
        .ask("192.0.2.1:50000", Method::GET, "/healthz", &headers, Body::empty())
        .await;
    assert_eq!(beside.header("strict-transport-security"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_has_a_nonce_of_its_own() {
    let house = house(&[]).await;
    let nonce = |answer: &Answer| {
        let policy = answer.header("content-security-policy").to_owned();
        policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .expect("a nonce")
            .to_owned()
    };
    let (first, second) = (house.get("/").await, house.get("/").await);
    assert_eq!(first.status, 200, "{}", first.text());
    assert_ne!(nonce(&first), nonce(&second));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_may_read_only_if_they_were_named() {
    let ask = async |house: &House| {
        let preflight = [
            ("origin", "https://app.example.org"),
            ("access-control-request-method", "PUT"),
        ];
        house
            .owner(Method::OPTIONS, "/api/v1/files/a.txt", &preflight, Body::empty())
            .await
    };
    let closed = ask(&house(&[]).await).await;
    assert!(!closed.headers.contains_key("access-control-allow-origin"));
    let open = house(&[("DROPCAST_CORS_ORIGINS", "https://app.example.org")]).await;
    assert_eq!(
        ask(&open).await.header("access-control-allow-origin"),
        "https://app.example.org"
    );
    let foreign = open
        .owner(
            Method::GET,
            "/healthz",
            &[("origin", "https://evil.example")],
            Body::empty(),
        )
        .await;
    assert_ne!(foreign.header("access-control-allow-origin"), "https://evil.example");
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_kept_and_lead_back_to_this_site() {
    let house = house(&[]).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = house
        .owner(
            Method::POST,
            "/preferences",
            &form,
            "language=de&theme=dark&back=%2Fstatus",
        )
        .await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/status"));
    let cookies: Vec<&str> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    assert_eq!(cookies.len(), 2, "{cookies:?}");
    let answer = house
        .owner(Method::POST, "/preferences", &form, "back=https%3A%2F%2Fevil.example")
        .await;
    assert_eq!(answer.header("location"), "/");
    let page = house
        .owner(
            Method::GET,
            "/",
            &[("cookie", "dc_lang=de; dc_theme=dark")],
            Body::empty(),
        )
        .await;
    assert!(page.text().contains("lang=\"de\""), "{:.200}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn long_answers_are_compressed_for_whoever_takes_that() {
    let house = house(&[]).await;
    let packed = house
        .owner(
            Method::GET,
            "/api/openapi.json",
            &[("accept-encoding", "br")],
            Body::empty(),
        )
        .await;
    assert_eq!(packed.header("content-encoding"), "br");
    let plain = house.get("/api/openapi.json").await;
    assert_eq!(plain.header("content-encoding"), "");
    assert!(plain.body.len() > packed.body.len());
}
