//! The document that describes the API.

use std::collections::BTreeSet;

use serde_json::Value;
use testkit::{Stack, TestApp, on_both_stacks};

on_both_stacks!(every_route_of_the_api_is_described);

async fn every_route_of_the_api_is_described(stack: Stack) -> anyhow::Result<()> {
    let app = TestApp::start(stack).await?;
    let answer = app.get("/api/openapi.json").send().await?;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, Some("application/json"))
    );
    let document: Value = answer.json()?;
    assert!(
        document["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3."))
    );

    let described: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .iter()
        .flat_map(|(path, methods)| {
            methods
                .as_object()
                .into_iter()
                .flatten()
                .map(move |(method, _)| format!("{method} {path}"))
        })
        .collect();
    for route in [
        "get /api/openapi.json",
        "get /api/v1/files",
        "get /api/v1/files/{id}/content",
        "get /health/",
        "put /api/v1/files/{name}",
    ] {
        assert!(described.contains(route), "{route} is not in {described:?}");
    }

    // What the document promises exists: no described route is unknown to the router. An id leads
    // nowhere in an empty house, and the figures are closed until somebody opens them.
    for route in &described {
        let (method, path) = route.split_once(' ').expect("a method and a path");
        let target = path
            .replace("{id}", "01890000-0000-7000-8000-000000000000")
            .replace("{name}", "x");
        let answer = app.call(method.to_uppercase().parse()?, &target).send().await?;
        assert_ne!(answer.status, 405, "{route}");
        if answer.status == 404 {
            assert!(path.contains("{id}") || path == "/metrics", "{route}");
        }
    }
    assert_references_resolve(&document, &document);
    Ok(())
}

fn assert_references_resolve(part: &Value, document: &Value) {
    match part {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                let pointer = reference.strip_prefix('#').expect("a reference into the document");
                assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            members
                .values()
                .for_each(|member| assert_references_resolve(member, document));
        }
        Value::Array(items) => items.iter().for_each(|item| assert_references_resolve(item, document)),
        _ => {}
    }
}
