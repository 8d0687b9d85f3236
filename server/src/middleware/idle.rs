//! A body that may take as long as it needs, but not stand still.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep};

/// Nothing came for too long.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("nothing came for {} seconds", .0.as_secs())]
pub struct StoodStill(pub Duration);

/// Whether this is what ended a body, somewhere beneath `error`.
pub fn stood_still(error: &(dyn Error + 'static)) -> bool {
    let mut beneath = Some(error);
    while let Some(error) = beneath {
        if error.is::<StoodStill>() {
            return true;
        }
        beneath = error.source();
    }
    false
}

/// Watches a body. The clock runs only while somebody waits for a piece: a slow reader of a quick
/// body is no reason to end it.
pub struct Watched {
    inner: Body,
    patience: Duration,
    waiting: bool,
    timer: Pin<Box<Sleep>>,
}

impl Watched {
    pub fn new(inner: Body, patience: Duration) -> Self {
        Self {
            inner,
            patience,
            waiting: false,
            timer: Box::pin(tokio::time::sleep(patience)),
        }
    }
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) {
            this.waiting = false;
            return Poll::Ready(frame);
        }
        if !this.waiting {
            this.waiting = true;
            this.timer.as_mut().reset(Instant::now() + this.patience);
        }
        match this.timer.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Some(Err(axum::Error::new(StoodStill(this.patience))))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures::{StreamExt as _, stream};
    use http_body_util::BodyExt as _;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn a_slow_body_goes_on() {
        let slow = stream::iter(0..10).then(async |_| {
            tokio::time::sleep(Duration::from_secs(20)).await;
            Ok::<_, std::io::Error>("piece")
        });
        let whole = Watched::new(Body::from_stream(slow), PATIENCE)
            .collect()
            .await
            .expect("the whole body");
        assert_eq!(whole.to_bytes().len(), 50);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stands_still_is_ended() {
        let stuck = stream::iter([Ok::<_, std::io::Error>("piece")]).chain(stream::pending());
        let begun = Instant::now();
        let error = Watched::new(Body::from_stream(stuck), PATIENCE)
            .collect()
            .await
            .expect_err("it stands still");
        assert!(stood_still(&error), "{error}");
        assert_eq!(begun.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_not_blamed_on_the_body() {
        let mut body = Watched::new(Body::from("piece"), PATIENCE);
        tokio::time::sleep(Duration::from_hours(1)).await;
        assert!(body.frame().await.expect("a frame").is_ok());
    }
}
