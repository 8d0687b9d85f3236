//! What a worker of a drill can be told to do.

use std::future::pending;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use domain::ambient::Ambient as _;
use domain::digest::Sha256;
use domain::file::{StoredBlob, StoredFile};
use domain::id::{BlobId, NodeId};
use domain::name::NodeName;
use queue::{Failure, Job, Run};
use serde::{Deserialize, Serialize};
use service::ambient::System;
use store::blobs::{self, Inserted};
use store::{StoreError, Transaction, files};
use tokio::time::sleep;

use super::QUEUE;

/// Takes its time, then leaves an effect.
#[derive(Debug, Serialize, Deserialize)]
pub struct Effect {
    pub name: String,
    pub lasting: Duration,
}

/// The steps of a job, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Nothing was done yet.
    Begun,
    /// A checkpoint was written.
    Checkpoint,
    /// The effect and the end are written, and nothing is committed.
    Inside,
    /// Both are committed.
    Written,
}

/// Goes through all steps and leaves an effect. The first attempt stands still at one of them for
/// ever; further ones go through.
#[derive(Debug, Serialize, Deserialize)]
pub struct Steps {
    pub name: String,
    pub stop_at: Step,
    /// The file that says that it stands there.
    pub marker: PathBuf,
}

/// Takes its process with it, at each attempt.
#[derive(Debug, Serialize, Deserialize)]
pub struct Die {}

/// Takes its time and stops when asked; otherwise it leaves an effect.
#[derive(Debug, Serialize, Deserialize)]
pub struct Slow {
    pub name: String,
    pub lasting: Duration,
    /// The file that says that it has begun.
    pub marker: PathBuf,
}

impl Job for Effect {
    type World = System;
    const KIND: &'static str = "effect";
    const QUEUE: &'static str = QUEUE;

    async fn run(self, run: Run, _: System) -> Result<(), Failure> {
        sleep(self.lasting).await;
        run.complete_with(move |transaction| Box::pin(async move { leave(transaction, &self.name).await }))
            .await
    }
}

impl Job for Steps {
    type World = System;
    const KIND: &'static str = "steps";
    const QUEUE: &'static str = QUEUE;

    async fn run(self, run: Run, _: System) -> Result<(), Failure> {
        let Self { name, stop_at, marker } = self;
        let stop = Stop {
            at: (run.attempt() == 1).then_some(stop_at),
            marker,
        };
        stop.here(Step::Begun).await;
        run.write(|_| Box::pin(async { Ok(()) })).await?;
        stop.here(Step::Checkpoint).await;
        let inside = stop.clone();
        run.complete_with(move |transaction| {
            Box::pin(async move {
                leave(transaction, &name).await?;
                inside.here(Step::Inside).await;
                Ok(())
            })
        })
        .await?;
        stop.here(Step::Written).await;
        Ok(())
    }
}

impl Job for Die {
    type World = System;
    const KIND: &'static str = "die";
    const QUEUE: &'static str = QUEUE;
    /// The pauses between more of them would take minutes.
    const MAX_ATTEMPTS: u16 = 2;

    async fn run(self, _: Run, _: System) -> Result<(), Failure> {
        process::abort()
    }
}

impl Job for Slow {
    type World = System;
    const KIND: &'static str = "slow";
    const QUEUE: &'static str = QUEUE;

    async fn run(self, run: Run, _: System) -> Result<(), Failure> {
        let Self { name, lasting, marker } = self;
        mark(&marker).await;
        // One that stood still in between has something to say before it hears that nobody wants it.
        tokio::select! {
            biased;
            () = sleep(lasting) => {}
            () = run.stopping() => return Err(Failure::Stopped),
        }
        let what = name.clone();
        let done = run
            .complete_with(move |transaction| Box::pin(async move { leave(transaction, &what).await }))
            .await;
        if done == Err(Failure::Stopped) {
            eprintln!("the late result of {name} was refused");
        }
        done
    }
}

/// Where to stand still.
#[derive(Clone)]
struct Stop {
    at: Option<Step>,
    marker: PathBuf,
}

impl Stop {
    async fn here(&self, step: Step) {
        if self.at == Some(step) {
            mark(&self.marker).await;
            pending::<()>().await;
        }
    }
}

async fn mark(marker: &Path) {
    if let Err(error) = tokio::fs::write(marker, "").await {
        eprintln!("{} cannot be written: {error}", marker.display());
    }
}

/// Something that is seen when it happened twice: a file with an id of its own.
async fn leave(transaction: &Transaction, name: &str) -> Result<(), StoreError> {
    let internal = |error: &dyn std::fmt::Display| StoreError::Internal(error.to_string());
    let mut digest = [0; 32];
    System.fill(&mut digest);
    let now = System.now();
    let blob = StoredBlob {
        id: BlobId::new(&System),
        size: 1,
        sha256: Sha256::from_bytes(digest),
        crc32: 0,
        media_type: "text/plain".to_owned(),
    };
    if blobs::insert(transaction, &blob, now).await? != Inserted::New {
        return Err(internal(&"chance repeated itself"));
    }
    let file = StoredFile {
        id: NodeId::new(&System),
        name: NodeName::parse(name).map_err(|error| internal(&error))?,
        added_at: now,
        blob,
    };
    files::insert(transaction, &file).await
}
