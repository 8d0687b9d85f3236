//! The table of routes: one row for everything that can be asked for.
//!
//! Router, `/api/openapi.json`, metric labels, access gate, rate limits, body limits and time-outs
//! all read this table, so a route cannot exist without having decided each of them. Pages and
//! server functions have their rows too; a test holds the table against what Leptos knows.
//!
//! To add a route: one row in the area's `rows()`.

use std::sync::LazyLock;

use axum::routing::MethodRouter;
use domain::access::Access;
use http::Method;
use utoipa::openapi::path::OperationBuilder;

use super::{discovery, files, front, health, jobs, language, manifest, metrics, offline, pages, preferences};
use crate::state::AppState;

/// One route.
pub struct Route {
    pub method: Method,
    /// As the router spells it: `/api/v1/files/{id}/content`.
    pub template: &'static str,
    pub access: Access,
    pub rate: RateClass,
    pub kind: Kind,
    /// One sentence, for the document of the API and the access matrix.
    pub about: &'static str,
    pub handler: fn() -> MethodRouter<AppState>,
    /// Parameters, body and answers, for what programs may call.
    pub document: Option<fn(OperationBuilder) -> OperationBuilder>,
}

/// What a route is, which decides its limits and how its errors look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Small requests by programs: a body limit, a time-out, errors as JSON.
    Api,
    /// A body as long as storage allows, streamed: no time-out on the whole, only on standing still.
    Upload,
    /// HTML for a person.
    Page,
    /// What our own pages ask of the server.
    ServerFunction,
    /// A form that a page sends without script.
    Form,
    /// A file of the front end.
    Asset,
}

/// Requests that share one allowance per client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateClass {
    /// Pages.
    Page,
    /// Small requests by programs, and by pages that fetch more.
    Api,
    /// Uploads.
    Upload,
    /// Content of files.
    Download,
    /// Files of the front end.
    Asset,
    /// Health, readiness, figures.
    Health,
    /// Changes of language and theme.
    Preferences,
}

/// All routes.
pub fn table() -> &'static [Route] {
    static TABLE: LazyLock<Vec<Route>> = LazyLock::new(|| {
        [
            pages::rows(),
            pages::server_functions(),
            preferences::rows(),
            files::rows(),
            jobs::rows(),
            health::rows(),
            metrics::rows(),
            discovery::rows(),
            offline::rows(),
            manifest::rows(),
            front::rows(),
        ]
        .into_iter()
        .flatten()
        .collect()
    });
    &TABLE
}

/// The row of a request that matched `template`. `HEAD` is answered by the row for `GET`.
pub fn find(method: &Method, template: &str) -> Option<&'static Route> {
    let method = if method == Method::HEAD { &Method::GET } else { method };
    table()
        .iter()
        .find(|route| route.template == template && route.method == *method)
}

/// Addresses below which nobody expects a page, so that what is missing there is a problem in JSON.
const FOR_PROGRAMS: [&str; 6] = ["/api", "/health", "/healthz", "/readyz", "/metrics", "/pkg"];

/// Whether an address is one for programs, also where somebody put a language in front of it.
pub fn is_for_programs(path: &str) -> bool {
    let (_, path) = language::split(path);
    FOR_PROGRAMS.iter().any(|prefix| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// Whether a page may be at this address: it is neither for programs nor that of something else.
pub fn may_be_page(path: &str) -> bool {
    let is_something_else = |route: &Route| route.template == path && route.kind != Kind::Page;
    !is_for_programs(path) && !table().iter().any(is_something_else)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_route_is_there_twice() {
        let mut seen = HashSet::new();
        for route in table() {
            assert!(
                seen.insert((route.method.clone(), route.template)),
                "{} {}",
                route.method,
                route.template
            );
        }
    }

    #[test]
    fn each_row_says_what_it_is() {
        for route in table() {
            assert!(route.template.starts_with('/'), "{}", route.template);
            assert!(
                route.about.ends_with('.'),
                "{} {}: {:?}",
                route.method,
                route.template,
                route.about
            );
            let documented = route.document.is_some();
            let public_api = matches!(route.kind, Kind::Api | Kind::Upload);
            assert_eq!(
                documented, public_api,
                "{} {} in the API document",
                route.method, route.template
            );
        }
    }

    #[test]
    fn nothing_changes_state_on_get_and_only_uploads_escape_the_body_limit() {
        for route in table() {
            match route.kind {
                Kind::Upload => assert_eq!(route.rate, RateClass::Upload, "{}", route.template),
                Kind::Form | Kind::ServerFunction => assert_eq!(route.method, Method::POST, "{}", route.template),
                Kind::Page | Kind::Asset => assert_eq!(route.method, Method::GET, "{}", route.template),
                Kind::Api => {}
            }
        }
    }

    #[test]
    fn what_shows_or_changes_files_is_never_public() {
        for route in table().iter().filter(|route| route.template.contains("/files")) {
            assert_ne!(route.access, Access::Public, "{} {}", route.method, route.template);
        }
    }

    #[test]
    fn background_work_is_shown_to_whoever_runs_it_and_to_nobody_else() {
        let about_work = |route: &&Route| {
            ["/jobs", "/queues", "_job", "_work"]
                .iter()
                .any(|part| route.template.contains(part))
        };
        let found: Vec<_> = table().iter().filter(about_work).collect();
        assert!(found.len() >= 8, "five of the API, three of its page");
        for route in found {
            assert_eq!(route.access, Access::Operator, "{} {}", route.method, route.template);
        }
    }

    #[test]
    fn head_is_answered_by_get() {
        let row = find(&Method::HEAD, "/healthz").expect("the row for GET");
        assert_eq!(row.method, Method::GET);
        assert!(find(&Method::DELETE, "/healthz").is_none());
        assert!(find(&Method::GET, "/nowhere").is_none());
    }

    #[test]
    fn prefixes_end_at_a_slash() {
        for path in [
            "/api",
            "/api/",
            "/api/v2/x",
            "/pkg/0/a.js",
            "/health/x",
            "/metrics",
            "/de/api",
            "/de/healthz",
        ] {
            assert!(is_for_programs(path), "{path}");
        }
        for path in [
            "/",
            "/apix",
            "/status",
            "/healthy",
            "/pkgs/a",
            "/de",
            "/de/status",
            "/x/api",
        ] {
            assert!(!is_for_programs(path), "{path}");
        }
    }

    #[test]
    fn what_is_no_page_is_not_below_a_language() {
        for path in ["/", "/status", "/no/such/page"] {
            assert!(may_be_page(path), "{path}");
        }
        for path in ["/api/v1/files", "/preferences", "/icon.svg", "/metrics"] {
            assert!(!may_be_page(path), "{path}");
        }
    }
}
