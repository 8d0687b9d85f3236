//! Dropcast as an installed app: what its manifest says, and the page for when nobody answers.

use serde_json::Value;
use texts::Language;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_manifest_is_there_for_everybody_in_every_language() {
    let house = house(&[]).await;
    for language in Language::ALL {
        let target = format!("/manifest.webmanifest?language={}", language.tag());
        let answer = house
            .ask("192.168.1.9:50000", Method::GET, &target, &[], Body::empty())
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (200, "application/manifest+json")
        );
        let manifest: Value = serde_json::from_slice(&answer.body).expect("JSON");
        assert_eq!(manifest["lang"], language.tag());
    }
    let asked = [("accept-language", "fr")];
    for (target, language) in [
        ("/manifest.webmanifest", "fr"),
        ("/manifest.webmanifest?language=xx", "fr"),
    ] {
        let answer = house.owner(Method::GET, target, &asked, Body::empty()).await;
        assert_eq!(answer.header("content-language"), language, "{target}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_offline_page_is_there_in_every_language_and_the_same_for_everybody() {
    let house = house(&[]).await;
    for language in Language::ALL {
        let tag = language.tag();
        let by_query = format!("/offline?language={tag}");
        let page = house
            .ask("192.168.1.9:50000", Method::GET, &by_query, &[], Body::empty())
            .await;
        assert_eq!((page.status.as_u16(), page.header("content-language")), (200, tag));
        assert!(page.header("content-security-policy").contains("script-src 'self';"));
        for headers in [[("cookie", "dc_theme=dark")], [("cookie", "dc_lang=it")]] {
            let other = house.owner(Method::GET, &by_query, &headers, Body::empty()).await;
            assert_eq!(
                other.text(),
                page.text(),
                "nothing of who asked is in what a worker keeps"
            );
        }
        let by_address = house.get(&format!("/{tag}/offline")).await;
        assert_eq!(by_address.text(), page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_keeps_an_old_worker() {
    let house = house(&[]).await;
    if crate::front::root_file("/sw.js").is_none() {
        return;
    }
    let worker = house
        .ask("192.168.1.9:50000", Method::GET, "/sw.js", &[], Body::empty())
        .await;
    assert_eq!(
        (worker.status.as_u16(), worker.header("cache-control")),
        (200, "no-cache")
    );
    assert!(worker.header("content-security-policy").contains("connect-src 'self'"));
    let base = format!("const BASE = \"{}/\";", crate::front::front_end().base);
    assert!(worker.text().contains(&base), "it belongs to this build");
    let icon = house.get("/icon.svg").await;
    assert!(icon.header("cache-control").contains("max-age"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_names_the_manifest_of_its_language_and_the_colour_around_it() {
    let house = house(&[]).await;
    let page = |cookie: &'static str| {
        let house = &house;
        async move {
            let headers = [("cookie", cookie)];
            house
                .owner(Method::GET, "/", &headers, Body::empty())
                .await
                .text()
                .to_owned()
        }
    };
    let light = page("dc_lang=de; dc_theme=light").await;
    assert!(
        light.contains("href=\"/manifest.webmanifest?language=de\""),
        "{light:.2000}"
    );
    assert_eq!(light.matches("name=\"theme-color\"").count(), 1);
    assert_eq!(page("dc_theme=system").await.matches("name=\"theme-color\"").count(), 2);
}
