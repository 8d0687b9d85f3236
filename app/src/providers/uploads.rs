//! Uploads: a queue that lives above the pages, so that it survives navigation.
//!
//! What the pages see are plain signals; the browser's own handles (the file, the request) stay in
//! [`transfer`], keyed by number, because they cannot leave the thread they were made on.

mod rate;
mod transfer;

use gloo_file::File;
use leptos::ev;
use leptos::prelude::*;
use wire::error::ErrorCode;
use wire::files::FileEntry;

use crate::bootstrap::facts;
use crate::providers::connection::{self, Line, connection};

/// How many files travel at once. More would not make one home connection faster.
const AT_ONCE: usize = 3;

/// One file on its way.
#[derive(Clone, Debug)]
pub struct Transfer {
    pub id: u32,
    pub name: String,
    pub size: u64,
    pub state: RwSignal<TransferState>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum TransferState {
    Waiting,
    Sending {
        sent: u64,
        /// Bytes per second, once there is something to measure.
        rate: Option<f64>,
    },
    Done,
    Failed {
        /// How far it had come.
        sent: u64,
        failure: Failure,
    },
}

/// Why a file did not arrive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer came.
    ConnectionLost,
    /// The server refused, with its code and, where it said so, the seconds to wait.
    Refused { code: ErrorCode, retry_after: Option<u32> },
}

/// The queue, as pages use it.
#[derive(Clone, Copy)]
pub struct Uploads {
    pub transfers: RwSignal<Vec<Transfer>>,
    /// Files that arrived since the page was opened, newest first.
    pub arrived: RwSignal<Vec<FileEntry>>,
    next_id: StoredValue<u32>,
    max_file_bytes: u64,
}

/// Needs the connection.
pub fn provide() {
    let uploads = Uploads {
        transfers: RwSignal::new(Vec::new()),
        arrived: RwSignal::new(Vec::new()),
        next_id: StoredValue::new(0),
        max_file_bytes: facts().max_file_bytes,
    };
    provide_context(uploads);
    let connection = connection();
    Effect::new(move |was_lost: Option<bool>| {
        let is_lost = connection.line() != Line::Up;
        if was_lost == Some(true) && !is_lost {
            uploads.resume();
        }
        is_lost
    });
    Effect::new(move |_| {
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if uploads.is_moving() {
                // The browser asks in its own words.
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
    });
}

pub fn uploads() -> Uploads {
    expect_context()
}

impl Uploads {
    /// Puts files into the queue and starts as many as may run.
    pub fn add(self, files: Vec<File>) {
        for file in files {
            let id = self.next_id.get_value();
            self.next_id.set_value(id + 1);
            let state = if file.size() > self.max_file_bytes {
                TransferState::Failed {
                    sent: 0,
                    failure: Failure::Refused {
                        code: ErrorCode::TooLarge,
                        retry_after: None,
                    },
                }
            } else {
                TransferState::Waiting
            };
            let transfer = Transfer {
                id,
                name: file.name(),
                size: file.size(),
                state: RwSignal::new(state),
            };
            transfer::keep(id, file);
            self.transfers.update(|transfers| transfers.push(transfer));
        }
        self.start_next();
    }

    pub fn retry(self, id: u32) {
        if let Some(transfer) = self.find(id) {
            transfer.state.set(TransferState::Waiting);
            self.start_next();
        }
    }

    /// Starts again what the connection cut.
    fn resume(self) {
        for transfer in self.transfers.get_untracked() {
            let was_cut = transfer.state.with_untracked(|state| {
                matches!(
                    state,
                    TransferState::Failed {
                        failure: Failure::ConnectionLost,
                        ..
                    }
                )
            });
            if was_cut {
                self.retry(transfer.id);
            }
        }
    }

    /// Whether something would be lost by leaving.
    fn is_moving(self) -> bool {
        self.transfers.with_untracked(|transfers| {
            transfers.iter().any(|transfer| {
                transfer
                    .state
                    .with_untracked(|state| matches!(state, TransferState::Waiting | TransferState::Sending { .. }))
            })
        })
    }

    /// Stops a transfer, or takes a finished one off the list.
    pub fn dismiss(self, id: u32) {
        transfer::forget(id);
        self.transfers
            .update(|transfers| transfers.retain(|transfer| transfer.id != id));
        self.start_next();
    }

    fn find(self, id: u32) -> Option<Transfer> {
        self.transfers
            .with_untracked(|transfers| transfers.iter().find(|transfer| transfer.id == id).cloned())
    }

    fn start_next(self) {
        let transfers = self.transfers.get_untracked();
        let running = transfers
            .iter()
            .filter(|transfer| {
                transfer
                    .state
                    .with_untracked(|state| matches!(state, TransferState::Sending { .. }))
            })
            .count();
        let waiting = transfers
            .into_iter()
            .filter(|transfer| transfer.state.with_untracked(|state| *state == TransferState::Waiting));
        for transfer in waiting.take(AT_ONCE.saturating_sub(running)) {
            transfer.state.set(TransferState::Sending { sent: 0, rate: None });
            transfer::send(&transfer, self);
        }
    }

    fn progressed(self, id: u32, sent: u64, rate: Option<f64>) {
        if let Some(transfer) = self.find(id) {
            transfer.state.set(TransferState::Sending { sent, rate });
        }
    }

    fn finished(self, id: u32, outcome: Result<FileEntry, Failure>) {
        let Some(transfer) = self.find(id) else { return };
        if outcome == Err(Failure::ConnectionLost) {
            connection::heard_nothing();
        }
        match outcome {
            Ok(entry) => {
                transfer::forget(id);
                transfer.state.set(TransferState::Done);
                self.arrived.update(|arrived| arrived.insert(0, entry));
            }
            Err(failure) => transfer.state.update(|state| {
                let sent = if let TransferState::Sending { sent, .. } = state {
                    *sent
                } else {
                    0
                };
                *state = TransferState::Failed { sent, failure };
            }),
        }
        self.start_next();
    }
}
