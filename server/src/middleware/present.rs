//! Writes problems out: as JSON for programs, as a small page for a person in a browser.

use app::context::Theme;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Method, header};
use texts::{Catalogue, Key, Language};
use wire::error::{ErrorCode, Problem};

use super::request::RequestInfo;
use crate::config::Maintenance;
use crate::http::cookies;
use crate::http::language::{self, InAddress};
use crate::http::plain::{self, Look, WaitsFor, WayOn, Words};
use crate::http::problem::{Carried, PROBLEM_JSON};
use crate::http::table::{Kind, is_for_programs};
use crate::state::AppState;

pub async fn problems(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let info = request.extensions().get::<RequestInfo>().cloned();
    let language = language::of(request.extensions(), request.headers());
    let reader = wants_page(&request, info.as_ref()).then(|| Reader {
        language,
        base: request
            .extensions()
            .get::<InAddress>()
            .map_or("", |_| language.prefix()),
        theme: cookies::theme(request.headers()),
        reads: matches!(*request.method(), Method::GET | Method::HEAD),
    });
    let is_head = request.method() == Method::HEAD;

    let mut response = next.run(request).await;
    let Some(Carried(mut problem)) = response.extensions_mut().remove::<Carried>() else {
        return response;
    };
    problem.request_id = info.map(|info| info.id.to_string());
    let headers = response.headers_mut();
    let (body, media_type) = match reader {
        Some(reader) => {
            headers.insert(header::CONTENT_SECURITY_POLICY, plain::POLICY);
            headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
            (reader.page(&problem, &state), "text/html; charset=utf-8")
        }
        None => (serde_json::to_string(&problem).unwrap_or_default(), PROBLEM_JSON),
    };
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

/// A person who gets a page instead of what they wanted.
struct Reader {
    language: Language,
    base: &'static str,
    theme: Theme,
    /// They asked for something; asking once more does no harm.
    reads: bool,
}

impl Reader {
    fn page(&self, problem: &Problem, state: &AppState) -> String {
        let look = Look {
            language: self.language,
            base: self.base,
            theme: self.theme,
            front: state.front(),
        };
        let texts = Catalogue::embedded(self.language);
        plain::document(&look, &self.words(problem, &texts, &state.config().server.maintenance))
    }

    fn words<'a>(&self, problem: &'a Problem, texts: &'a Catalogue, maintenance: &'a Maintenance) -> Words<'a> {
        let Kinds { icon, title, text } = kinds(problem.code);
        let may_help = !matches!(problem.code, ErrorCode::NotFound);
        Words {
            icon,
            title: texts.text(title),
            text: texts.text(text),
            more: match problem.code {
                ErrorCode::Maintenance => maintenance.sentence().map(|sentence| (sentence, None)),
                _ if says_more(problem.code) => Some((&problem.detail, Some(Language::En))),
                _ => None,
            },
            reference: problem.request_id.as_deref(),
            way_on: if self.reads && may_help {
                WayOn::Again
            } else {
                WayOn::Home
            },
            waits_for: match problem.code {
                ErrorCode::Maintenance | ErrorCode::Unavailable if self.reads => Some(WaitsFor::Well),
                _ => None,
            },
        }
    }
}

/// What happened, as far as a reader has to tell one thing from another.
struct Kinds {
    icon: &'static str,
    title: Key,
    text: Key,
}

const fn kinds(code: ErrorCode) -> Kinds {
    let (icon, title, text) = match code {
        ErrorCode::Forbidden => ("ban", Key::ForbiddenTitle, Key::ForbiddenText),
        ErrorCode::NotFound => ("folder", Key::NotFoundTitle, Key::NotFoundText),
        ErrorCode::RateLimited => ("clock", Key::FailureBusyTitle, Key::FailureBusyText),
        ErrorCode::Maintenance => ("settings-2", Key::MaintenanceTitle, Key::MaintenanceText),
        ErrorCode::Unavailable | ErrorCode::TimedOut | ErrorCode::StorageFull => {
            ("server", Key::FailureUnavailableTitle, Key::FailureUnavailableText)
        }
        ErrorCode::Internal => ("triangle-alert", Key::FailureTitle, Key::FailureText),
        _ => ("triangle-alert", Key::RefusedTitle, Key::RefusedText),
    };
    Kinds { icon, title, text }
}

/// Whether the problem's own sentence helps, although it is in English: it names the remedy, or
/// what only programs usually get wrong.
const fn says_more(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::Forbidden) || matches!(kinds(code).title, Key::RefusedTitle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words_for(code: ErrorCode, reads: bool, check: impl Fn(&Words<'_>)) {
        let problem = Problem::new(code, "title", "What the server says.");
        for language in Language::ALL {
            let reader = Reader {
                language,
                base: "",
                theme: Theme::System,
                reads,
            };
            check(&reader.words(
                &problem,
                &Catalogue::embedded(language),
                &Maintenance::Because("Back at six.".to_owned()),
            ));
        }
    }

    #[test]
    fn each_problem_is_said_in_the_language_of_the_reader() {
        for code in ErrorCode::ALL {
            words_for(code, true, |words| {
                assert_ne!(words.title, "title", "{code:?}");
                assert!(!words.text.is_empty());
            });
        }
        words_for(ErrorCode::Forbidden, true, |words| {
            assert_eq!(words.more, Some(("What the server says.", Some(Language::En))));
        });
        words_for(ErrorCode::Maintenance, true, |words| {
            assert_eq!(words.more, Some(("Back at six.", None)));
        });
        words_for(ErrorCode::Internal, true, |words| assert_eq!(words.more, None));
    }

    #[test]
    fn what_was_sent_is_not_sent_again_by_itself() {
        words_for(ErrorCode::Maintenance, true, |words| {
            assert_eq!((words.way_on, words.waits_for), (WayOn::Again, Some(WaitsFor::Well)));
        });
        words_for(ErrorCode::Maintenance, false, |words| {
            assert_eq!((words.way_on, words.waits_for), (WayOn::Home, None));
        });
        words_for(ErrorCode::NotFound, true, |words| assert_eq!(words.way_on, WayOn::Home));
    }
}
