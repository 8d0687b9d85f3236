//! What this process tells the people who run it: the log on standard error, and reports about its
//! own faults. The fields of log lines are described in `docs/logging.md`.

use std::io::IsTerminal as _;
use std::sync::Arc;

use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::{Config, Format};

mod redact;
mod reports;

use redact::{RedactedStderr, Redactor};

/// The target of the log line that a panic writes. It is reported by the panic itself, so the
/// reports leave the line out.
const PANIC_TARGET: &str = "panic";

/// Keeps reports flowing; when it is dropped, those still waiting are sent.
pub struct Guard(#[expect(dead_code, reason = "held for what its drop does")] Option<sentry::ClientInitGuard>);

/// Starts the log and, when a DSN is set, the reports. Call once, before the runtime exists, and
/// drop the guard after it has gone.
pub fn init(config: &Config) -> Guard {
    let redactor = Arc::new(Redactor::new(&config.secrets()));
    // Before the reports: they take a panic first and then pass it on to this.
    log_panics();
    let reports = reports::start(&config.sentry, &redactor);
    let filter = EnvFilter::try_new(&config.logging.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let errors = reports.is_some().then(reports::layer);
    // A second start in one process keeps the first one's log.
    let _ = tracing_subscriber::registry()
        .with(lines(config.logging.format, redactor).with_filter(filter))
        .with(errors)
        .try_init();
    Guard(reports)
}

/// Writes log lines in this format.
fn lines(format: Format, redactor: Arc<Redactor>) -> Box<dyn Layer<Registry> + Send + Sync> {
    let writer = RedactedStderr::new(redactor);
    let is_terminal = std::io::stderr().is_terminal();
    let pretty = match format {
        Format::Pretty => true,
        Format::Json => false,
        Format::Auto => is_terminal,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_span_events(FmtSpan::NONE)
        .with_writer(writer);
    if pretty {
        lines.with_ansi(is_terminal).with_target(false).boxed()
    } else {
        lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed()
    }
}

/// Gives panics a line in the log instead of bare text on standard error.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = redact::without_quotations(panic.payload_as_str().unwrap_or("something that is not text"));
        tracing::error!(target: PANIC_TARGET, location, "a task panicked: {said}");
    }));
}
