//! Jobs: their states against a model, many hands at once, fair turns, clocks and hostile texts.

#![expect(clippy::print_stdout, reason = "figures, and seeds to walk again")]

/// Runs each body against both databases.
macro_rules! on_both {
    ($($body:ident),+ $(,)?) => {
        mod on_sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $body() {
                let folder = tempfile::TempDir::new().unwrap();
                super::$body(&testkit::databases::sqlite_url(folder.path()).await.unwrap()).await;
            }
        )+}
        mod on_postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $body() {
                super::$body(&testkit::databases::postgres_url().await.unwrap()).await;
            }
        )+}
    };
}

/// Runs one function of `store` in an operation of its own.
macro_rules! within {
    ($store:expr, $transaction:ident => $change:expr) => {
        $store
            .write(move |$transaction| Box::pin(async move { $change.await }))
            .await
    };
}

mod clocks;
mod fairness;
mod model;
mod races;
mod rows;
mod walk;
mod yard;
