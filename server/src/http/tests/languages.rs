//! Pages in five languages, by address, by choice and by what the browser asks for.

use texts::Language;

use super::*;

const ORIGIN: &str = "http://localhost:8080";

/// Addresses of pages that take nothing from the address.
fn pages() -> impl Iterator<Item = &'static str> {
    app::routes::PAGES.into_iter().filter(|page| !page.contains('{'))
}

fn below(language: Language, page: &str) -> String {
    [language.prefix(), if page == "/" { "" } else { page }].concat()
}

fn language_of(answer: &Answer) -> &str {
    let start = answer.text().split("<html lang=\"").nth(1);
    start.and_then(|rest| rest.split('"').next()).unwrap_or_default()
}

async fn asking(house: &House, target: &str, headers: &[(&str, &str)]) -> Answer {
    house.owner(Method::GET, target, headers, Body::empty()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_page_is_there_once_per_language() {
    let house = house(&[]).await;
    for language in Language::ALL {
        for page in pages() {
            let address = below(language, page);
            let answer = house.get(&address).await;
            assert_eq!(answer.status, 200, "{address}");
            assert_eq!(language_of(&answer), language.tag(), "{address}");
            assert_eq!(answer.header("content-language"), language.tag(), "{address}");
            assert!(answer.text().contains("\"in_address\":true"), "{address}");
        }
    }
    let home = house.get("/de/").await;
    assert_eq!((home.status.as_u16(), language_of(&home)), (200, "de"));
    let plain = house.get("/status").await;
    assert!(plain.text().contains("\"in_address\":false"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_beats_a_choice_and_a_choice_beats_the_browser() {
    let house = house(&[]).await;
    let asked = ("accept-language", "fr");
    let chosen = ("cookie", "dc_lang=it");
    for (target, headers, expected) in [
        ("/status", &[][..], "en"),
        ("/status", &[asked], "fr"),
        ("/status", &[asked, chosen], "it"),
        ("/de/status", &[asked, chosen], "de"),
        ("/no/such/page", &[asked, chosen], "it"),
        ("/es/no/such/page", &[asked, chosen], "es"),
    ] {
        let answer = asking(&house, target, headers).await;
        assert_eq!(language_of(&answer), expected, "{target} {headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_page_has_one_address() {
    let house = house(&[]).await;
    for target in [
        "/de/api/v1/files",
        "/de/api/ui/list_files",
        "/fr/healthz",
        "/it/pkg/0/x.js",
    ] {
        let answer = house.get(target).await;
        assert_eq!(answer.problem().code, ErrorCode::NotFound, "{target}");
    }
    for target in [
        "/de/preferences",
        "/de/favicon.ico",
        "/de/robots.txt",
        "/de/de/status",
        "/de/de/api/v1/files",
        "/pt/status",
        "/DE/status",
    ] {
        let answer = asking(&house, target, &[("accept", "text/html")]).await;
        assert_eq!(answer.status, 404, "{target}");
        assert!(answer.text().starts_with("<!DOCTYPE html>"), "{target}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = house.owner(Method::POST, "/de/preferences", &form, "language=it").await;
    assert_eq!(answer.problem().code, ErrorCode::NotFound);
    let answer = house.owner(Method::PUT, "/de/api/v1/files/a.txt", &[], "x").await;
    assert_eq!(answer.problem().code, ErrorCode::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_in_front_opens_nothing() {
    let house = house(&[("DROPCAST_METRICS_TOKEN", "0123456789abcdef")]).await;
    let browser = [("accept", "text/html")];
    for peer in ["192.168.1.9:50000", "127.0.0.1:50000"] {
        let headers = if peer.starts_with("127") {
            &[browser[0], ("host", "evil.example")][..]
        } else {
            &browser
        };
        let answer = house.ask(peer, Method::GET, "/de/status", headers, Body::empty()).await;
        assert_eq!((answer.status.as_u16(), language_of(&answer)), (403, "de"), "{peer}");
    }
    let bearer = [("authorization", "Bearer 0123456789abcdef")];
    let figures = asking(&house, "/metrics", &bearer).await;
    assert!(figures.text().contains("route=\"/status\""), "{}", figures.text());
    assert!(
        !figures.text().contains("/de"),
        "one label for each page: {}",
        figures.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_head_of_a_page_is_there_too() {
    let house = house(&[]).await;
    let answer = house.owner(Method::HEAD, "/de/status", &[], Body::empty()).await;
    assert_eq!((answer.status.as_u16(), answer.header("content-language")), (200, "de"));
    assert!(answer.body.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn search_engines_find_each_language_from_each_other() {
    let house = house(&[("DROPCAST_PUBLIC_URL", ORIGIN)]).await;
    for page in ["/", "/status"] {
        for address in [page.to_owned(), below(Language::Fr, page)] {
            let answer = asking(&house, &format!("{address}?after=x"), &[("cookie", "dc_lang=fr")]).await;
            let head = answer.text().split("</head>").next().unwrap_or_default();
            let french = format!("{ORIGIN}{}", below(Language::Fr, page));
            assert!(
                head.contains(&format!("rel=\"canonical\" href=\"{french}\"")),
                "{address}: {head}"
            );
            for language in Language::ALL {
                let other = format!(
                    "hreflang=\"{}\" href=\"{ORIGIN}{}\"",
                    language.tag(),
                    below(language, page)
                );
                assert!(head.contains(&other), "{address}: {other}");
            }
            assert!(
                head.contains(&format!("hreflang=\"x-default\" href=\"{ORIGIN}{page}\"")),
                "{address}"
            );
        }
    }
    let nothing = house.get("/fr/no/such/page").await;
    assert!(!nothing.text().contains("canonical") && !nothing.text().contains("hreflang"));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_visitor_decides_where_search_engines_look() {
    let house = house(&[]).await;
    let answer = asking(&house, "/de/status", &[("host", "localhost:4711")]).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.text().contains("canonical"), "the owner has named no address");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_choice_leads_back_to_the_same_page_in_that_language() {
    let house = house(&[]).await;
    let form = [("content-type", "application/x-www-form-urlencoded")];
    for (body, expected) in [
        ("language=it&back=%2Fde%2Fstatus%3Fa%3D1", "/it/status?a=1"),
        ("language=it&back=%2Fstatus", "/status"),
        ("language=it&back=%2Fde", "/it"),
        ("theme=dark&back=%2Fde%2Fstatus", "/de/status"),
        ("language=it&back=%2F%2Fevil.example%2Fde%2F", "/"),
    ] {
        let answer = house.owner(Method::POST, "/preferences", &form, body).await;
        assert_eq!(answer.header("location"), expected, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_are_told_in_the_zone_of_the_cookie_else_of_the_site() {
    let house = house(&[("DROPCAST_TIME_ZONE", "Asia/Kathmandu")]).await;
    for (cookie, expected) in [
        ("", "\"zone\":\"Asia/Kathmandu;"),
        ("dc_zone=America/New_York", "\"zone\":\"America/New_York;"),
        ("dc_zone=Nowhere/Else", "\"zone\":\"Asia/Kathmandu;"),
        (
            "dc_zone=</script><script>alert(1)</script>",
            "\"zone\":\"Asia/Kathmandu;",
        ),
        ("dc_zone=../../../etc/passwd", "\"zone\":\"Asia/Kathmandu;"),
    ] {
        let answer = asking(&house, "/status", &[("cookie", cookie)]).await;
        assert!(answer.text().contains(expected), "{cookie}");
        assert!(!answer.text().contains("alert(1)"), "{cookie}");
    }
}
