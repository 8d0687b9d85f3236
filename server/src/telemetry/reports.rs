//! Reports about faults of the program, to a Sentry-compatible service, when a DSN is set.
//!
//! A report says what broke and where in the program, never what people sent: no request, no user,
//! no address, no name of a file. Only the fields listed in [`FIELDS`] go along.

use std::sync::Arc;

use sentry::integrations::tracing::ErrorLayer;
use sentry::protocol::{Breadcrumb, Context, Event, Value};
use sentry::{ClientInitGuard, ClientOptions};
use tracing::Level;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use super::PANIC_TARGET;
use super::redact::{Redactor, without_quotations};
use crate::VERSION;
use crate::config::Sentry;

/// The fields of an error that may be reported. Each is a number or a word of ours.
const FIELDS: [&str; 8] = ["request_id", "method", "route", "status", "code", "ms", "part", "kind"];

/// Starts the reports. Nothing is ever sent without a DSN.
pub fn start(config: &Sentry, redactor: &Arc<Redactor>) -> Option<ClientInitGuard> {
    let dsn = config.dsn.as_ref()?;
    let redactor = Arc::clone(redactor);
    let options = ClientOptions::new()
        .dsn(dsn.expose())
        .release(format!("dropcast@{VERSION}"))
        .environment(config.environment.clone())
        .send_default_pii(false)
        .attach_stacktrace(true)
        .max_breadcrumbs(0)
        .before_send(move |event| Some(strip(event, &redactor)));
    Some(sentry::init(options))
}

/// Reports log lines of level error.
pub fn layer<S>() -> impl Layer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    ErrorLayer::new().with_filter(filter_fn(|line| {
        *line.level() == Level::ERROR && line.target() != PANIC_TARGET
    }))
}

/// Leaves only what tells about the program.
fn strip(mut event: Event<'static>, redactor: &Redactor) -> Event<'static> {
    let clean = |text: String| redactor.redact(&without_quotations(&text)).into_owned();
    event.request = None;
    event.user = None;
    event.server_name = None;
    event.transaction = None;
    event.culprit = None;
    event.tags.clear();
    event.extra.clear();
    event.breadcrumbs = Vec::<Breadcrumb>::new().into();
    event.message = event.message.take().map(clean);
    if let Some(entry) = &mut event.logentry {
        entry.message = clean(std::mem::take(&mut entry.message));
        entry.params.clear();
    }
    for exception in &mut event.exception.values {
        exception.value = exception.value.take().map(clean);
    }
    event.contexts = std::mem::take(&mut event.contexts)
        .into_iter()
        .filter_map(allowed)
        .collect();
    event
}

/// Keeps of the free-form contexts only the fields that may be reported. Where in the source a line
/// was written, and what the compiler and the system are, stays.
fn allowed((name, context): (String, Context)) -> Option<(String, Context)> {
    match context {
        Context::Other(fields) if name == "Rust Tracing Fields" => {
            let known = |field: &String, _: &mut Value| FIELDS.contains(&field.as_str());
            let mut fields = fields;
            fields.retain(known);
            (!fields.is_empty()).then_some((name, Context::Other(fields)))
        }
        Context::Other(fields) if name == "Rust Tracing Location" => Some((name, Context::Other(fields))),
        Context::Os(_) | Context::Runtime(_) | Context::Trace(_) => Some((name, context)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sentry::protocol::{Exception, LogEntry, Map, Request, User};

    use super::*;
    use crate::config::Secret;

    #[test]
    fn nothing_that_people_sent_is_reported() {
        let request = Request {
            url: "https://planted-url.example/planted-path".parse().ok(),
            data: Some("planted-body".into()),
            cookies: Some("session=planted-cookie".into()),
            headers: Map::from([("authorization".into(), "planted-header".into())]),
            query_string: Some("planted-query".into()),
            ..Request::default()
        };
        let fields = Map::from([
            ("file_name".into(), Value::from("planted-name")),
            ("address".into(), Value::from("planted-address")),
            ("request_id".into(), Value::from("kept-id")),
            ("route".into(), Value::from("/kept/{route}")),
        ]);
        let event = Event {
            message: Some("cannot read `planted-name.pdf` with planted-token".into()),
            logentry: Some(LogEntry {
                message: "about \"planted-entry\"".into(),
                params: vec!["planted-param".into()],
            }),
            request: Some(request),
            user: Some(User {
                email: Some("planted-mail".into()),
                ..User::default()
            }),
            server_name: Some("planted-host".into()),
            transaction: Some("planted-transaction".into()),
            tags: Map::from([("planted-tag".into(), "planted".into())]),
            extra: Map::from([("planted-extra".into(), Value::from("planted"))]),
            breadcrumbs: vec![Breadcrumb {
                message: Some("planted-crumb".into()),
                ..Breadcrumb::default()
            }]
            .into(),
            exception: vec![Exception {
                ty: "panic".into(),
                value: Some("kept `planted-quote`".into()),
                ..Exception::default()
            }]
            .into(),
            contexts: Map::from([
                ("Rust Tracing Fields".into(), Context::Other(fields)),
                (
                    "planted-context".into(),
                    Context::Other(Map::from([("x".into(), Value::from("planted"))])),
                ),
            ]),
            ..Event::default()
        };

        let redactor = Redactor::new(&[&Secret::new("planted-token")]);
        let sent = serde_json::to_string(&strip(event, &redactor)).expect("a report is JSON");

        assert!(!sent.contains("planted"), "{sent}");
        for kept in ["kept-id", "/kept/{route}", "cannot read", "kept `…`"] {
            assert!(sent.contains(kept), "{kept} is missing in {sent}");
        }
    }

    #[test]
    fn without_a_dsn_nothing_starts() {
        let config = Sentry {
            dsn: None,
            environment: "test".into(),
        };
        assert!(start(&config, &Arc::default()).is_none());
    }
}
