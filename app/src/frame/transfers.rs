//! What is on its way: true progress, and a way on when something stopped.

use leptos::prelude::*;
use texts::{Key, format};
use ui::{Icon, IconName, Meter, Whole as _};
use wire::error::ErrorCode;

use crate::bootstrap::facts;
use crate::pages::words::{size, t, t_with};
use crate::providers::uploads::{Failure, Transfer, TransferState, Uploads, uploads};

/// The panel: it floats above every page and can be folded away.
#[component]
pub fn Transfers() -> impl IntoView {
    let uploads = uploads();
    view! {
            <section class="xfer" aria-label=t(Key::UploadTitle) hidden=move || uploads.transfers.with(Vec::is_empty)>
                <details open>
                    <summary>
                        <h2>{t(Key::UploadTitle)}</h2>
                        <span class="small muted num" aria-live="polite">
                            {move || summary(uploads)}
                        </span>
                        <Icon name=IconName::ChevronDown />
                    </summary>
                    <ul>
                        <For each=move || uploads.transfers.get() key=|transfer| transfer.id let:transfer>
                            <Row transfer uploads />
                        </For>
                    </ul>
                </details>
            </section>
    }
    .whole()
}

/// How it stands as a whole.
fn summary(uploads: Uploads) -> String {
    let states: Vec<_> = uploads
        .transfers
        .with(|all| all.iter().map(|transfer| transfer.state.get()).collect());
    let failed = states
        .iter()
        .filter(|state| matches!(state, TransferState::Failed { .. }))
        .count();
    let moving = states
        .iter()
        .filter(|state| matches!(state, TransferState::Waiting | TransferState::Sending { .. }))
        .count();
    if moving > 0 {
        let (moving, total) = (moving.to_string(), states.len().to_string());
        t_with(Key::UploadMoving, &[("moving", &moving), ("total", &total)])
    } else if failed > 0 {
        facts().catalogue.count(Key::UploadFailedCount, failed as u64, &[])
    } else {
        t(Key::UploadAllDone)
    }
}

#[component]
fn Row(transfer: Transfer, uploads: Uploads) -> impl IntoView {
    let Transfer {
        id,
        name,
        size: total,
        state,
    } = transfer;
    let failed = Signal::derive(move || state.with(|state| matches!(state, TransferState::Failed { .. })));
    let done = Signal::derive(move || state.with(|state| *state == TransferState::Done));
    let percent = Signal::derive(move || state.with(|state| percent(state, total)));
    let named = StoredValue::new(name.clone());
    let close = Signal::derive(move || {
        let key = if failed.get() || done.get() {
            Key::UploadDismissNamed
        } else {
            Key::UploadCancelNamed
        };
        named.with_value(|name| t_with(key, &[("name", name)]))
    });
    let again = Signal::derive(move || named.with_value(|name| t_with(Key::UploadRetryNamed, &[("name", name)])));
    view! {
        <li class:failed=failed class:done=done data-testid="transfer-row">
            <bdi class="name cut" title=name.clone()>
                {name.clone()}
            </bdi>
            <span class="acts">
                <button
                    type="button"
                    class="btn tight"
                    aria-label=again
                    hidden=move || !failed.get()
                    on:click=move |_| uploads.retry(id)
                >
                    <Icon name=IconName::Retry />
                    {t(Key::UploadRetry)}
                </button>
                <button type="button" class="btn tight icon" aria-label=close title=close on:click=move |_| uploads.dismiss(id)>
                    <Icon name=IconName::Close />
                </button>
            </span>
            <Meter percent label=name />
            <span class="facts">
                <span>{move || state.with(|state| words(state, total))}</span>
                <span>{move || state.with(|state| speed(state, total)).unwrap_or_default()}</span>
            </span>
        </li>
    }
    .whole()
}

#[expect(clippy::cast_precision_loss, reason = "a share of the way, shown in whole percents")]
fn percent(state: &TransferState, total: u64) -> f64 {
    match state {
        TransferState::Sending { sent, .. } | TransferState::Failed { sent, .. } if total > 0 => {
            *sent as f64 * 100.0 / total as f64
        }
        TransferState::Done => 100.0,
        _ => 0.0,
    }
}

fn words(state: &TransferState, total: u64) -> String {
    match state {
        TransferState::Waiting => t(Key::UploadQueued),
        TransferState::Done => t(Key::UploadDone),
        TransferState::Failed { failure, .. } => reason(failure),
        TransferState::Sending { sent, .. } if *sent >= total && total > 0 => t(Key::UploadFinishing),
        TransferState::Sending { sent, .. } => {
            t_with(Key::UploadProgress, &[("sent", &size(*sent)), ("total", &size(total))])
        }
    }
}

/// How fast it goes and how long it will take, once that can be said.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bytes per second and seconds, shown with three digits"
)]
fn speed(state: &TransferState, total: u64) -> Option<String> {
    let TransferState::Sending { sent, rate: Some(rate) } = state else {
        return None;
    };
    if *rate < 1.0 {
        return None;
    }
    let rate_text = t_with(Key::UploadRate, &[("rate", &size(*rate as u64))]);
    let seconds = (total.saturating_sub(*sent) as f64 / rate).ceil() as u64;
    let left_text = t_with(
        Key::UploadLeft,
        &[("duration", &format::duration(seconds, facts().language))],
    );
    Some(format!("{rate_text} · {left_text}"))
}

fn reason(failure: &Failure) -> String {
    let Failure::Refused { code, retry_after } = failure else {
        return t(Key::UploadErrorConnection);
    };
    match (code, retry_after) {
        (ErrorCode::TooLarge, _) => t_with(Key::UploadErrorTooLarge, &[("limit", &size(facts().max_file_bytes))]),
        (ErrorCode::StorageFull, _) => t(Key::UploadErrorStorageFull),
        (ErrorCode::Unavailable, _) => t(Key::UploadErrorUnavailable),
        (ErrorCode::TimedOut | ErrorCode::RequestTimeout, _) => t(Key::UploadErrorTimedOut),
        (ErrorCode::Forbidden | ErrorCode::CrossSite, _) => t(Key::UploadErrorForbidden),
        (ErrorCode::InvalidName, _) => t(Key::UploadErrorInvalidName),
        (ErrorCode::RateLimited, Some(seconds)) => {
            t_with(Key::UploadErrorRateLimited, &[("seconds", &seconds.to_string())])
        }
        _ => t(Key::UploadErrorGeneric),
    }
}
