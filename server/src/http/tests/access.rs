//! The access matrix: each row against each caller.

use domain::access::Access;

use super::*;

/// Where a request comes from, what it says, and whether that is the owner.
type Caller = (&'static str, &'static [(&'static str, &'static str)], bool);

#[tokio::test(flavor = "multi_thread")]
async fn each_row_lets_in_whom_it_should() {
    let house = house(&[]).await;
    let callers: [Caller; 4] = [
        ("127.0.0.1:50000", &[], true),
        ("192.168.1.9:50000", &[], false),
        ("127.0.0.1:50000", &[("host", "evil.example")], false),
        ("127.0.0.1:50000", &[("x-forwarded-for", "203.0.113.9")], false),
    ];
    for route in table() {
        for (peer, headers, is_owner) in callers {
            let answer = house
                .ask(peer, route.method.clone(), &address_of(route), headers, Body::empty())
                .await;
            let refused = answer.status == StatusCode::FORBIDDEN;
            let should_be = !is_owner && route.access != Access::Public;
            assert_eq!(
                refused, should_be,
                "{} {} from {peer} {headers:?}: {}",
                route.method, route.template, answer.status
            );
            assert_ne!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{} {}",
                route.method,
                route.template
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_a_page_for_people_and_a_problem_for_programs() {
    let house = house(&[]).await;
    let browser = [("accept", "text/html,*/*"), ("accept-language", "de")];
    let page = house
        .ask("192.168.1.9:50000", Method::GET, "/status", &browser, Body::empty())
        .await;
    assert_eq!(page.status, 403);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().contains("<html lang=\"de\""), "{}", page.text());
    assert!(page.text().contains("DROPCAST_OPEN_ACCESS"), "it says what to do");
    let problem = house
        .ask(
            "192.168.1.9:50000",
            Method::GET,
            "/api/v1/files",
            &browser,
            Body::empty(),
        )
        .await
        .problem();
    assert_eq!(problem.code, ErrorCode::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn opened_to_everyone_the_network_is_let_in_by_address_and_by_name() {
    let house = house(&[
        ("DROPCAST_OPEN_ACCESS", "true"),
        ("DROPCAST_PUBLIC_URL", "http://box.home"),
    ])
    .await;
    for (host, status) in [("192.168.1.4:8080", 200), ("box.home", 200), ("evil.example", 403)] {
        let answer = house
            .ask(
                "192.168.1.9:50000",
                Method::GET,
                "/api/v1/files",
                &[("host", host)],
                Body::empty(),
            )
            .await;
        assert_eq!(answer.status, status, "{host}");
    }
}
