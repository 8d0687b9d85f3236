//! Pages of other sites, names that point at us, and proxies that are none.

use http::Method;
use testkit::client::Call;
use testkit::{Stack, TestApp, on_both_stacks};
use wire::error::ErrorCode;

use crate::support::{assert_problem, list, upload};

on_both_stacks!(
    another_sites_page_changes_nothing,
    our_own_pages_and_programs_do,
    a_foreign_host_name_reaches_nothing_private,
    a_forwarded_request_is_not_from_this_machine,
    no_other_origin_may_read,
);

async fn another_sites_page_changes_nothing(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let own_port_elsewhere = format!("http://localhost.evil.example:{}", app.address().port());
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", own_port_elsewhere.as_str()),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let refused = app.put("/api/v1/files/x.txt", "x").header(name, value).send().await?;
        assert_problem(&refused, ErrorCode::CrossSite);
        let form = app
            .post("/preferences", "language=de&theme=dark&back=/")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value);
        let refused = form.send().await?;
        assert_eq!(
            (refused.status.as_u16(), refused.header("set-cookie")),
            (403, None),
            "{name}: {value}"
        );
        let function = app
            .post("/api/ui/list_files", "{}")
            .header("content-type", "application/json")
            .header(name, value);
        assert_eq!(function.send().await?.status, 403, "{name}: {value}");
    }
    // A browser says both, and one of them is enough.
    let both = app
        .put("/api/v1/files/x.txt", "x")
        .header("sec-fetch-site", "cross-site");
    let both = both
        .header("origin", &format!("http://{}", app.address()))
        .send()
        .await?;
    assert_eq!(both.status, 403);
    assert_eq!(list(&app).await?.total, 0);
    Ok(())
}

async fn our_own_pages_and_programs_do(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let own = format!("http://{}", app.address());
    let put = || app.put("/api/v1/files/x.txt", "x");
    let calls: [Call; 4] = [
        put(),
        put().header("origin", &own),
        put().header("sec-fetch-site", "same-origin").header("origin", &own),
        put().header("sec-fetch-site", "none"),
    ];
    for call in calls {
        assert_eq!(call.send().await?.status, 201);
    }
    assert_eq!(list(&app).await?.total, 4);
    Ok(())
}

async fn a_foreign_host_name_reaches_nothing_private(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let url = upload(&app, "secret.txt", "private words").await?.content_url;
    let port = app.address().port();
    for host in [
        "rebound.example".to_owned(),
        format!("rebound.example:{port}"),
        format!("localhost.evil.example:{port}"),
    ] {
        // Strangers may know what this is; that page has nothing of ours.
        let landing = app.get("/").header("host", &host).send().await?;
        assert_eq!(landing.status, 200, "{host}");
        assert!(!landing.text()?.contains("secret.txt") && !landing.text()?.contains("stored_bytes"));
        for target in [
            "/files",
            "/de/files",
            "/status",
            "/api/v1/files",
            url.as_str(),
            "/health/",
        ] {
            let answer = app.get(target).header("host", &host).send().await?;
            assert!(
                matches!(answer.status.as_u16(), 403 | 421),
                "{host}{target}: {}",
                answer.status
            );
            assert!(!answer.text()?.contains("secret.txt") && !answer.text()?.contains("private words"));
        }
        assert!(
            app.put("/api/v1/files/x", "x")
                .header("host", &host)
                .send()
                .await?
                .status
                .is_client_error()
        );
    }
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
    ] {
        assert_eq!(
            app.get("/api/v1/files").header("host", &host).send().await?.status,
            200,
            "{host}"
        );
    }
    Ok(())
}

async fn a_forwarded_request_is_not_from_this_machine(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for (name, value) in [
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-for", "127.0.0.1"),
        ("forwarded", "for=203.0.113.9"),
        ("x-real-ip", "203.0.113.9"),
    ] {
        let answer = app.get("/api/v1/files").header(name, value).send().await?;
        assert_problem(&answer, ErrorCode::Forbidden);
    }
    Ok(())
}

async fn no_other_origin_may_read(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let answer = app
        .get("/api/v1/files")
        .header("origin", "https://evil.example")
        .send()
        .await?;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    let preflight = app
        .call(Method::OPTIONS, "/api/v1/files/x")
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "PUT");
    assert_eq!(preflight.send().await?.header("access-control-allow-origin"), None);

    let open = TestApp::builder(stack)
        .with("DROPCAST_CORS_ORIGINS", "https://friend.example")
        .start()
        .await?;
    let answer = open
        .get("/api/v1/files")
        .header("origin", "https://friend.example")
        .send()
        .await?;
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://friend.example")
    );
    let stranger = open
        .get("/api/v1/files")
        .header("origin", "https://evil.example")
        .send()
        .await?;
    assert_ne!(
        stranger.header("access-control-allow-origin"),
        Some("https://evil.example")
    );
    assert_ne!(stranger.header("access-control-allow-origin"), Some("*"));
    Ok(())
}
