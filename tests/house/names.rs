//! Names that want to be something else.

use testkit::{Stack, TestApp, on_both_stacks};
use wire::error::ErrorCode;

use crate::support::{assert_problem, list, upload};

on_both_stacks!(
    names_of_many_scripts_come_back_as_they_were,
    a_name_that_could_be_a_path_is_refused,
    a_name_stays_inside_its_header,
    no_name_becomes_a_path_on_disk,
);

async fn names_of_many_scripts_come_back_as_they_were(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    for (encoded, name) in [
        ("plain.txt", "plain.txt"),
        ("two%20words.txt", "two words.txt"),
        ("100%25.txt", "100%.txt"),
        ("%E6%97%A5%E6%9C%AC.mov", "日本.mov"),
        ("e%CC%81te%CC%81.jpg", "e\u{301}te\u{301}.jpg"),
        ("%C3%A9t%C3%A9.jpg", "été.jpg"),
        ("a+b%3Fc%23d%26e.txt", "a+b?c#d&e.txt"),
        ("%252e%252e%252fetc", "%2e%2e%2fetc"),
        (".hidden", ".hidden"),
        ("...", "..."),
        ("CON", "CON"),
        ("%3Cscript%3Ealert(1)%3C", "<script>alert(1)<"),
    ] {
        let entry = upload(&app, encoded, name.to_owned()).await?;
        assert_eq!(entry.name, name);
        assert_eq!(list(&app).await?.files[0].name, name);
    }
    Ok(())
}

async fn a_name_that_could_be_a_path_is_refused(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let long = "x".repeat(256);
    for encoded in [
        "..%2f..%2fetc%2fpasswd",
        "%2e%2e",
        "%2e",
        "a%2fb",
        "a%5cb",
        "..%5c..%5cboot.ini",
        "a%00b",
        "a%0d%0aSet-Cookie:%20x=1",
        "%20",
        "evil%E2%80%AEgpj.exe",
        "%ff%fe",
        long.as_str(),
    ] {
        let answer = app.put(&format!("/api/v1/files/{encoded}"), "x").send().await?;
        assert!(
            matches!(answer.status.as_u16(), 400 | 404 | 405),
            "{encoded}: {} {}",
            answer.status,
            answer.text()?
        );
        assert_eq!(answer.header("set-cookie"), None);
    }
    let named = app.put("/api/v1/files/a%5cb", "x").send().await?;
    assert_problem(&named, ErrorCode::InvalidName);
    assert_eq!(list(&app).await?.total, 0);
    assert_eq!(app.stored()?, Vec::<String>::new());
    Ok(())
}

async fn a_name_stays_inside_its_header(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let entry = upload(&app, "a%22;%20filename=%22b.exe%22;%20x=%C3%A9.txt", "x").await?;
    let answer = app.get(&entry.content_url).send().await?;
    assert_eq!(
        answer.header("content-disposition"),
        Some(
            "attachment; filename=\"a__ filename=_b.exe__ x=_.txt\"; \
             filename*=UTF-8''a%22%3B%20filename%3D%22b.exe%22%3B%20x%3D%C3%A9.txt"
        )
    );
    Ok(())
}

async fn no_name_becomes_a_path_on_disk(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    upload(&app, "recognisable-name.txt", "x").await?;
    let stored = app.stored()?;
    assert_eq!(stored.len(), 1);
    assert!(!stored[0].contains("recognisable"), "{stored:?}");
    Ok(())
}
