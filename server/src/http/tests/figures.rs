//! Health, figures and the ids of requests.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn health_in_a_word_and_in_detail() {
    let house = house(&[]).await;
    assert_eq!(house.get("/healthz").await.text(), "ok");
    assert_eq!(house.get("/readyz").await.status, 200);
    let report: wire::health::HealthReport =
        serde_json::from_slice(&house.get("/health/").await.body).expect("a health report");
    assert_eq!(report.state, wire::health::HealthState::Ok);
    house.shutdown.cut();
    let draining = house.get("/readyz").await;
    assert_eq!((draining.status.as_u16(), draining.text()), (503, "draining"));
    assert_eq!(
        house.get("/healthz").await.status,
        200,
        "a process that leaves is still alive"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_need_the_token_and_name_routes_by_template() {
    let house = house(&[("DROPCAST_METRICS_TOKEN", "0123456789abcdef")]).await;
    house.get("/made-up-address-4711").await;
    house
        .get("/api/v1/files/01890000-0000-7000-8000-000000000000/content")
        .await;
    for header in ["", "Bearer", "Bearer wrong", "Basic 0123456789abcdef"] {
        let answer = house
            .owner(Method::GET, "/metrics", &[("authorization", header)], Body::empty())
            .await;
        assert_eq!(answer.problem().code, ErrorCode::NotFound, "{header}");
    }
    let bearer = [("authorization", "Bearer 0123456789abcdef")];
    let answer = house.owner(Method::GET, "/metrics", &bearer, Body::empty()).await;
    let figures = answer.text();
    assert!(
        figures.contains("http_requests_total{route=\"/api/v1/files/{id}/content\",method=\"GET\",status=\"4xx\"}"),
        "{figures}"
    );
    assert!(figures.contains("route=\"(none)\""), "{figures}");
    assert!(figures.contains("http_request_duration_seconds_bucket"), "{figures}");
    assert!(!figures.contains("4711") && !figures.contains("01890000"), "{figures}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_keeps_a_sane_id_and_gets_one_otherwise() {
    let house = house(&[]).await;
    let answer = house
        .owner(
            Method::GET,
            "/healthz",
            &[("x-request-id", "edge-12345678")],
            Body::empty(),
        )
        .await;
    assert_eq!(answer.header("x-request-id"), "edge-12345678");
    let (first, second) = (house.get("/healthz").await, house.get("/healthz").await);
    assert_eq!(first.header("x-request-id").len(), 36);
    assert_ne!(first.header("x-request-id"), second.header("x-request-id"));
}
