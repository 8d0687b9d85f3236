//! What a browser gets before any script has run.

use testkit::client::Answer;
use testkit::{Stack, TestApp, on_both_stacks};

use crate::support::upload;

on_both_stacks!(
    every_answer_carries_the_protections_of_its_class,
    each_page_has_a_number_of_its_own_for_its_scripts,
    a_page_shows_the_files_it_knows_and_runs_none_of_their_names,
    pages_come_in_the_readers_language,
    preferences_are_remembered_and_lead_nowhere_else,
);

async fn every_answer_carries_the_protections_of_its_class(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let file = upload(&app, "a.txt", "x").await?;
    for target in [
        "/",
        "/status",
        "/no/such/page",
        "/api/v1/files",
        &file.content_url,
        "/healthz",
        "/api/v1/nothing",
    ] {
        let answer = app.get(target).send().await?;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
        assert_eq!(answer.header("referrer-policy"), Some("same-origin"), "{target}");
        assert!(
            answer
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("default-src 'none'")),
            "{target}"
        );
        assert!(answer.header("x-request-id").is_some(), "{target}");
        assert_eq!(answer.header("server"), None, "{target}");
        assert_eq!(
            answer.header("strict-transport-security"),
            None,
            "{target}: this is plain HTTP"
        );
    }
    for target in ["/", "/status"] {
        let page = app.get(target).send().await?;
        assert!(policy(&page).contains("frame-ancestors 'none'"), "{target}");
        let keep = page.header("cache-control").unwrap_or_default();
        assert!(keep == "no-store" || keep == "private, no-cache", "{target}: {keep}");
        assert!(page.header("permissions-policy").is_some(), "{target}");
    }

    let proxied = TestApp::builder(stack)
        .with("DROPCAST_TRUSTED_PROXIES", "127.0.0.0/8")
        .with("DROPCAST_OPEN_ACCESS", "true")
        .start()
        .await?;
    let secure = proxied
        .get("/")
        .header("x-forwarded-for", "203.0.113.9")
        .header("x-forwarded-proto", "https");
    let answer = secure.send().await?;
    let promise = answer.header("strict-transport-security");
    assert!(promise.is_some_and(|value| value.contains("max-age=")), "{promise:?}");
    Ok(())
}

async fn each_page_has_a_number_of_its_own_for_its_scripts(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    upload(&app, "a.txt", "x").await?;
    let mut seen = Vec::new();
    for target in ["/", "/", "/status"] {
        let page = app.get(target).send().await?;
        let policy = policy(&page);
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .expect("a nonce")
            .to_owned();
        assert!(nonce.len() >= 16, "{nonce}");
        let text = page.text()?;
        for script in text.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            let runs = !tag.contains("application/json");
            assert!(
                !runs || tag.contains(&format!("nonce=\"{nonce}\"")),
                "{target}: <script{tag}>"
            );
        }
        for style in text.split("<style").skip(1) {
            let tag = style.split('>').next().unwrap_or_default();
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{target}: <style{tag}>");
        }
        for handler in [" onclick=", " onload=", " onerror=", "javascript:"] {
            assert!(!text.contains(handler), "{target} has {handler}");
        }
        let scripts = policy
            .split(';')
            .find(|part| part.trim().starts_with("script-src"))
            .unwrap_or_default()
            .to_owned();
        assert!(
            !scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"),
            "{scripts}"
        );
        assert!(!seen.contains(&nonce), "a number was used twice");
        seen.push(nonce);
    }
    Ok(())
}

async fn a_page_shows_the_files_it_knows_and_runs_none_of_their_names(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let ordinary = upload(&app, "holiday.jpg", "x").await?;
    upload(&app, "%3Cscript%3Ealert(1)%3Cscript%3E", "x").await?;
    upload(&app, "%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E", "x").await?;
    let page = app.get("/").send().await?;
    let text = page.text()?;
    assert!(
        text.contains("holiday") && text.contains(&ordinary.content_url),
        "{text}"
    );
    assert!(
        !text.contains("<script>alert(1)") && !text.contains("<img src=x"),
        "{text}"
    );
    let status = app.get("/status").send().await?;
    assert_eq!(status.status, 200);
    assert!(status.text()?.contains("health-part"));
    Ok(())
}

async fn pages_come_in_the_readers_language(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for (accepted, tag) in [
        ("de", "de"),
        ("fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("es;q=0.4,it;q=0.8", "it"),
        ("es-MX", "es"),
        ("ja,en;q=0.1", "en"),
        ("", "en"),
        (";;;q=,=", "en"),
        ("de;q=0,fr", "fr"),
    ] {
        let page = app.get("/").header("accept-language", accepted).send().await?;
        assert!(
            page.text()?.contains(&format!("<html lang=\"{tag}\"")),
            "{accepted:?} is not answered in {tag}"
        );
        let vary = page
            .headers
            .get_all("vary")
            .iter()
            .filter_map(|value| value.to_str().ok());
        let vary = vary.collect::<Vec<_>>().join(", ").to_lowercase();
        assert!(vary.contains("accept-language") && vary.contains("cookie"), "{vary}");
    }
    Ok(())
}

async fn preferences_are_remembered_and_lead_nowhere_else(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let answer = choose(&app, "language=it&theme=dark&back=%2Fstatus").await?;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, Some("/status"))
    );
    let cookies: Vec<_> = answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    assert!(!cookies.is_empty());
    for cookie in &cookies {
        assert!(cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    }
    let pairs: Vec<_> = cookies.iter().filter_map(|cookie| cookie.split(';').next()).collect();
    let page = app
        .get("/")
        .header("cookie", &pairs.join("; "))
        .header("accept-language", "de")
        .send()
        .await?;
    assert!(page.text()?.contains("<html lang=\"it\"") && page.text()?.contains("data-theme=\"dark\""));

    for back in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
        "javascript%3Aalert(1)",
        "%2F%0D%0Ax%3A1",
    ] {
        let answer = choose(&app, &format!("language=en&theme=light&back={back}")).await?;
        let target = answer.header("location").unwrap_or("/").to_owned();
        assert!(
            target.starts_with('/') && !target.starts_with("//") && !target.contains('\\'),
            "{back} leads to {target}"
        );
        assert_eq!(answer.header("x"), None);
    }
    Ok(())
}

async fn choose(app: &TestApp, form: &str) -> anyhow::Result<Answer> {
    let call = app
        .post("/preferences", form.to_owned())
        .header("content-type", "application/x-www-form-urlencoded");
    call.send().await
}

fn policy(page: &Answer) -> String {
    page.header("content-security-policy").unwrap_or_default().to_owned()
}
