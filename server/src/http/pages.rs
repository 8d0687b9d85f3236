//! Pages, and the functions they call on the server: Leptos behind rows of the table.

use app::context::{Audience, PageContext};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::access::{Access, Actor, Openness};
use http::{HeaderMap, HeaderValue, Method, header};
use http_body_util::BodyExt as _;
use leptos::context::provide_context;
use server_fn::error::SERVER_FN_ERROR_HEADER;
use texts::{Catalogue, Key, Language};
use wire::error::Problem;

use super::cookies;
use super::language::{self, InAddress};
use super::problem::carrying;
use super::table::{Kind, RateClass, Route};
use crate::middleware::client::{self, Client};
use crate::middleware::request::RequestInfo;
use crate::state::AppState;

pub fn rows() -> Vec<Route> {
    let row = |template, access, about| Route {
        method: Method::GET,
        template,
        access,
        rate: RateClass::Page,
        kind: Kind::Page,
        about,
        handler: || get(page),
        document: None,
    };
    vec![
        row(
            "/",
            Access::Public,
            "Home for those who are let in; for strangers what this is.",
        ),
        row(
            "/files",
            Access::Member,
            "The page that lists files and takes new ones.",
        ),
        row(
            "/status",
            Access::Operator,
            "The page that shows how the installation is doing.",
        ),
        row("/docs", Access::Public, "What there is to read about Dropcast."),
        row("/docs/{article}", Access::Public, "One article of the documentation."),
        row(
            "/dev/components",
            Access::Member,
            "Every component in every state; not there but in development builds.",
        ),
    ]
}

pub fn server_functions() -> Vec<Route> {
    let row = |template, access, about| Route {
        method: Method::POST,
        template,
        access,
        rate: RateClass::Api,
        kind: Kind::ServerFunction,
        about,
        handler: || post(server_function),
        document: None,
    };
    vec![
        row(
            "/api/ui/home",
            Access::Member,
            "What happened lately, for the page that shows it.",
        ),
        row(
            "/api/ui/list_files",
            Access::Member,
            "A page of files, for the page that lists them.",
        ),
        row(
            "/api/ui/system_status",
            Access::Operator,
            "The health report, for the page that shows it.",
        ),
        row(
            "/api/ui/background_work",
            Access::Operator,
            "What waits, runs and failed, for the page that shows it.",
        ),
        row(
            "/api/ui/cancel_job",
            Access::Operator,
            "Ends a job, for the page that shows it.",
        ),
        row(
            "/api/ui/retry_job",
            Access::Operator,
            "Has a job start over, for the page that shows it.",
        ),
        row(
            "/api/ui/doc_shelves",
            Access::Public,
            "What there is to read, for the page that lists it.",
        ),
        row(
            "/api/ui/doc_article",
            Access::Public,
            "One article, for the page that shows it.",
        ),
    ]
}

/// Makes Leptos ready to render outside of its own router.
pub fn prepare() {
    app::register();
    // Its first use also wires the runtime in, which is otherwise left to Leptos' own router.
    let _ = leptos_axum::generate_route_list(app::App);
}

/// Renders the page at the request's address, or the page for addresses without one.
pub async fn page(State(state): State<AppState>, mut request: Request) -> Response {
    let context = context(&state, &request);
    let language = context.language.tag();
    // Its router knows of the language in the address by itself.
    if let Some(address) = request.extensions().get::<InAddress>() {
        *request.uri_mut() = address.whole.clone();
    }
    let provided = context.clone();
    let provide = move || provide_context(provided.clone());
    let document = move || app::shell(&context);
    let render = leptos_axum::render_app_to_stream_in_order_with_context(provide, document);
    let mut response = render(request).await;
    let headers = response.headers_mut();
    // Another visitor, another language, another list: nobody may keep it for others.
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language));
    response
}

/// Runs the server function at the request's address.
async fn server_function(State(state): State<AppState>, mut request: Request) -> Response {
    // With another answer in mind Leptos would redirect to wherever the request says it came from.
    request
        .headers_mut()
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let context = context(&state, &request);
    let provide = move || provide_context(context.clone());
    let response = leptos_axum::handle_server_fns_with_context(provide, request)
        .await
        .into_response();
    if response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        as_problem(response).await
    } else {
        response
    }
}

/// An error of a server function in the form of all our errors, its status included. The mark by
/// which the page's side knows an error stays.
async fn as_problem(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = body.collect().await.map(http_body_util::Collected::to_bytes) else {
        return (parts, Body::empty()).into_response();
    };
    let Ok(problem) = serde_json::from_slice::<Problem>(&body) else {
        return (parts, Body::from(body)).into_response();
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    let mut answer = carrying(problem);
    answer.headers_mut().extend(parts.headers);
    answer
}

fn context(state: &AppState, request: &Request) -> PageContext {
    let headers = request.headers();
    let language = language::of(request.extensions(), headers);
    let in_address = request.extensions().get::<InAddress>().is_some();
    PageContext {
        services: state.services().clone(),
        actor: request.extensions().get::<Actor>().copied().unwrap_or(Actor::Stranger),
        language,
        base: if in_address { language.prefix() } else { "" },
        path: language::split(request.uri().path()).1.to_owned(),
        canonical_origin: canonical_origin(state, request),
        theme: cookies::theme(headers),
        command_key: command_key(headers, language),
        audience: match state.clients().openness() {
            Openness::Loopback => Audience::Loopback,
            Openness::Everyone => Audience::Everyone,
        },
        zone: cookies::zone(headers).unwrap_or_else(|| state.config().server.time_zone.clone()),
        max_file_bytes: state.config().storage.max_file_bytes,
        front: state.front().clone(),
        origin: origin(state, request),
    }
}

/// Where search engines should look for this page in each language. Only what the owner said goes
/// into such links, and an address without a page has none.
fn canonical_origin(state: &AppState, request: &Request) -> Option<String> {
    let route = request.extensions().get::<RequestInfo>()?.route?;
    let public_url = state.config().server.public_url.as_ref()?;
    (route.kind == Kind::Page).then(|| public_url.origin.clone())
}

/// What the key for commands is called where this browser runs.
fn command_key(headers: &HeaderMap, language: Language) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let is_of_apple = agent.is_some_and(|agent| agent.contains("Mac OS") || agent.contains("iPhone"));
    if is_of_apple {
        return "⌘".to_owned();
    }
    Catalogue::embedded(language).text(Key::KeysControl).to_owned()
}

/// Where this installation is: as its owner says, else as the visitor named it, if that name is ours.
fn origin(state: &AppState, request: &Request) -> String {
    let server = &state.config().server;
    if let Some(url) = &server.public_url {
        return url.origin.clone();
    }
    let client = request
        .extensions()
        .get::<Client>()
        .filter(|client| client.named_as_ours);
    let named = client.and_then(|client| {
        let authority = client::authority_of(request.uri(), request.headers())?;
        let scheme = if client.https { "https" } else { "http" };
        Some(format!("{scheme}://{authority}"))
    });
    named.unwrap_or_else(|| format!("http://{}", server.listen))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use leptos_router::SsrMode;

    use super::*;

    #[test]
    fn each_page_has_a_row_and_each_row_a_page() {
        let rows: BTreeSet<String> = rows().into_iter().map(|row| row.template.to_owned()).collect();
        let listed: BTreeSet<String> = app::routes::PAGES.iter().map(|page| (*page).to_owned()).collect();
        let routed = leptos_axum::generate_route_list(app::App);
        let routed_paths: BTreeSet<String> = routed.iter().map(|page| page.path().to_owned()).collect();
        assert_eq!(rows, listed);
        assert_eq!(rows, routed_paths);
        for page in &routed {
            assert!(
                matches!(page.mode(), SsrMode::InOrder),
                "{} is rendered in order like all pages",
                page.path()
            );
        }
    }

    #[test]
    fn each_server_function_has_a_row_and_each_row_a_function() {
        app::register();
        let rows: BTreeSet<(String, String)> = server_functions()
            .into_iter()
            .map(|row| (row.template.to_owned(), row.method.to_string()))
            .collect();
        let known: BTreeSet<(String, String)> = server_fn::axum::server_fn_paths()
            .map(|(path, method)| (path.to_owned(), method.to_string()))
            .collect();
        assert_eq!(rows, known);
    }

    #[tokio::test]
    async fn an_error_keeps_its_mark_and_gets_its_status() {
        let problem = Problem::new(
            wire::error::ErrorCode::BadRequest,
            "Bad request",
            "`after` is not an id.",
        );
        let response = Response::builder()
            .status(500)
            .header(SERVER_FN_ERROR_HEADER, "/api/ui/list_files")
            .body(Body::from(serde_json::to_vec(&problem).expect("JSON")))
            .expect("a response");
        let answer = as_problem(response).await;
        assert_eq!(answer.status(), 400);
        assert!(answer.headers().contains_key(SERVER_FN_ERROR_HEADER));
    }
}
