//! Writes problems out: as JSON for programs, as a small page for a person in a browser.

use std::fmt::Write as _;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};
use texts::{Catalogue, Key, Language};
use wire::error::{ErrorCode, Problem};

use super::request::RequestInfo;
use crate::http::cookies;
use crate::http::problem::{Carried, PROBLEM_JSON};
use crate::http::table::{Kind, is_for_programs};
use crate::state::AppState;

/// The small page may load our style and nothing else.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
);

pub async fn problems(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let info = request.extensions().get::<RequestInfo>().cloned();
    let for_a_person = wants_page(&request, info.as_ref());
    let language = cookies::language(request.headers());
    let is_head = request.method() == Method::HEAD;

    let mut response = next.run(request).await;
    let Some(Carried(mut problem)) = response.extensions_mut().remove::<Carried>() else {
        return response;
    };
    problem.request_id = info.map(|info| info.id.to_string());
    let (body, media_type) = if for_a_person {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
        (
            page(&problem, language, &state.front().base, &state.front().css),
            "text/html; charset=utf-8",
        )
    } else {
        (serde_json::to_string(&problem).unwrap_or_default(), PROBLEM_JSON)
    };
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    *response.body_mut() = if is_head { Body::empty() } else { Body::from(body) };
    response
}

/// Whether a person looks at the answer: a browser asks for HTML, at an address that has pages.
fn wants_page(request: &Request, info: Option<&RequestInfo>) -> bool {
    let route = info.and_then(|info| info.route);
    let has_pages = match route {
        Some(route) => matches!(route.kind, Kind::Page | Kind::Form),
        None => !is_for_programs(request.uri().path()),
    };
    has_pages && accepts_html(request.headers())
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn page(problem: &Problem, language: Language, base: &str, css: &str) -> String {
    let texts = Catalogue::embedded(language);
    let (title, text) = words(&texts, problem);
    let mut page = String::with_capacity(1024);
    // Writing to a string cannot fail.
    let _ = write!(
        page,
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\">",
        language.tag()
    );
    page.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.push_str("<meta name=\"color-scheme\" content=\"light dark\"><meta name=\"robots\" content=\"noindex\">");
    let _ = write!(page, "<title>{} · {}</title>", escaped(title), texts.text(Key::AppName));
    if !css.is_empty() {
        let _ = write!(
            page,
            "<link rel=\"stylesheet\" href=\"{}/{}\">",
            escaped(base),
            escaped(css)
        );
    }
    let _ = write!(
        page,
        "</head><body><main class=\"empty\"><h1>{}</h1><p>{}</p>",
        escaped(title),
        escaped(text)
    );
    if problem.code == ErrorCode::Forbidden {
        let _ = write!(page, "<p lang=\"en\">{}</p>", escaped(&problem.detail));
    }
    if let Some(id) = &problem.request_id {
        let reference = texts.with(Key::FailureReference, &[("id", id)]);
        let _ = write!(page, "<p><code>{}</code></p>", escaped(&reference));
    }
    let action = texts.text(Key::NotFoundAction);
    let _ = write!(
        page,
        "<p><a class=\"btn line\" href=\"/\">{}</a></p></main></body></html>",
        escaped(action)
    );
    page
}

/// What happened, in the reader's language; of what only programs get wrong, in the problem's own.
fn words<'t>(texts: &'t Catalogue, problem: &'t Problem) -> (&'t str, &'t str) {
    let (title, text) = match problem.code {
        ErrorCode::Forbidden => (Key::ForbiddenTitle, Key::ForbiddenText),
        ErrorCode::NotFound => (Key::NotFoundTitle, Key::NotFoundText),
        ErrorCode::RateLimited => (Key::FailureBusyTitle, Key::FailureBusyText),
        ErrorCode::Unavailable | ErrorCode::TimedOut | ErrorCode::StorageFull => {
            (Key::FailureUnavailableTitle, Key::FailureUnavailableText)
        }
        ErrorCode::Internal => (Key::FailureTitle, Key::FailureText),
        _ => return (&problem.title, &problem.detail),
    };
    (texts.text(title), texts.text(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_problem_becomes_markup() {
        let problem = Problem::new(
            ErrorCode::BadRequest,
            "Bad request",
            "<script>alert(\"1\" & '2')</script>",
        );
        for language in Language::ALL {
            let page = page(&problem, language, "/pkg/0", "main.css");
            assert!(!page.contains("<script"), "{page}");
            assert!(
                page.contains("&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)"),
                "{page}"
            );
            assert!(page.starts_with(&format!("<!DOCTYPE html><html lang=\"{}\">", language.tag())));
        }
    }
}
