//! How long a page waits for an answer. The server ends what takes too long by itself; a line that
//! swallows everything answers nothing at all.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use leptos::prelude::set_timeout;
use wire::error::{ErrorCode, Problem};

use super::UiError;

/// Longer than the server takes for its own refusal.
const PATIENCE: Duration = Duration::from_secs(40);

/// The answer, or after a while the error that none came.
pub async fn in_time<T>(answer: impl Future<Output = Result<T, UiError>>) -> Result<T, UiError> {
    if cfg!(feature = "ssr") {
        return answer.await;
    }
    let mut answer = pin!(answer);
    let mut clock = None;
    poll_fn(|context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(answer);
        }
        let clock = clock.get_or_insert_with(Clock::start);
        if clock.has_rung(context.waker()) {
            return Poll::Ready(Err(late()));
        }
        Poll::Pending
    })
    .await
}

fn late() -> UiError {
    let code = ErrorCode::TimedOut;
    UiError(Problem::new(code, code.as_str(), "No answer came in time."))
}

/// Rings once.
struct Clock(Arc<Mutex<Bell>>);

#[derive(Default)]
struct Bell {
    has_rung: bool,
    listener: Option<Waker>,
}

impl Clock {
    fn start() -> Self {
        let bell = Arc::new(Mutex::new(Bell::default()));
        let ringing = Arc::clone(&bell);
        set_timeout(
            move || {
                let mut bell = ringing.lock().unwrap_or_else(PoisonError::into_inner);
                bell.has_rung = true;
                if let Some(listener) = bell.listener.take() {
                    listener.wake();
                }
            },
            PATIENCE,
        );
        Self(bell)
    }

    fn has_rung(&self, listener: &Waker) -> bool {
        let mut bell = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        bell.listener = Some(listener.clone());
        bell.has_rung
    }
}
