//! People who upload, whatever happens, and remember what they were told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use bytes::Bytes;
use futures::future::try_join_all;
use futures::stream::{self, Stream, StreamExt as _};
use http::Method;
use testkit::client::{Answer, Client};
use testkit::ledger::{Ledger, Outcome};
use testkit::{ambient, wait};
use tokio::time::{sleep, timeout};
use wire::files::{FileEntry, FilePage};

use super::millis;
use crate::support::assert_problem;

/// The longest that anybody may have to wait for an answer, whatever is wrong.
const ANSWER_LIMIT: Duration = Duration::from_secs(30);

/// How a body arrives: piece by piece, so that what happens happens in its middle.
const PIECES: usize = 8;
const PIECE_EVERY: Duration = millis(15);

const SMALL: &[usize] = &[1, 900, 40_000, 250_000];

/// Whether a connection may be cut instead of an answer. Only when the program itself dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cuts {
    Happen,
    Never,
}

/// Uploads and their ledger.
pub struct Load {
    client: Client,
    cuts: Cuts,
    sizes: &'static [usize],
    next: AtomicU64,
    ledger: Ledger<Content>,
}

/// What is in a file: nothing else has the same.
#[derive(Clone, Copy, Debug)]
struct Content {
    seed: u64,
    bytes: usize,
}

impl Content {
    fn bytes(self) -> Vec<u8> {
        ambient::noise(self.seed, self.bytes)
    }
}

impl Load {
    pub fn new(client: Client, cuts: Cuts) -> Self {
        Self {
            client,
            cuts,
            sizes: SMALL,
            next: AtomicU64::new(0),
            ledger: Ledger::new(),
        }
    }

    /// Uploads files of these sizes in turn.
    pub fn of_sizes(mut self, sizes: &'static [usize]) -> Self {
        self.sizes = sizes;
        self
    }

    pub fn acknowledged(&self) -> usize {
        self.ledger.count(Outcome::Acknowledged)
    }

    /// Uploads on so many lanes at once, and looks at the list meanwhile, until it is enough.
    pub async fn until(&self, lanes: usize, enough: impl Fn() -> bool) -> anyhow::Result<()> {
        let uploading = (0..lanes).map(async |_| {
            while !enough() {
                self.upload().await?;
            }
            anyhow::Ok(())
        });
        let looking = async {
            while !enough() {
                self.look().await?;
                sleep(PIECE_EVERY).await;
            }
            Ok(())
        };
        tokio::try_join!(try_join_all(uploading), looking)?;
        Ok(())
    }

    /// One upload, as anybody would do it. Only an answer that is none is an error.
    pub async fn upload(&self) -> anyhow::Result<Option<Answer>> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let turn = usize::try_from(number)? % self.sizes.len();
        let content = Content {
            seed: number,
            bytes: self.sizes[turn],
        };
        let name = format!("load-{number:05}.bin");
        let attempt = self.ledger.begin(&name, content);
        let call = self.client.call(Method::PUT, &format!("/api/v1/files/{name}"));
        let Some(answer) = self.answer(call.body_stream(trickle(&content.bytes())).send()).await? else {
            return Ok(None);
        };
        if answer.status == 201 {
            let entry: FileEntry = answer.json()?;
            ensure!(
                entry.name == name && entry.size == content.bytes as u64,
                "{name} was acknowledged as {entry:?}"
            );
            attempt.acknowledged();
        } else if answer.status.is_client_error() {
            attempt.refused();
        }
        Ok(Some(answer))
    }

    async fn look(&self) -> anyhow::Result<()> {
        let answer = self.answer(self.client.get("/api/v1/files?limit=20").send()).await?;
        if let Some(answer) = answer.filter(|answer| answer.status == 200) {
            let _: FilePage = answer.json()?;
        }
        Ok(())
    }

    /// The answer to a request: a success, or a problem as it should be. Nothing when the
    /// connection was cut and may be; then somebody listens again.
    async fn answer(&self, sending: impl Future<Output = anyhow::Result<Answer>>) -> anyhow::Result<Option<Answer>> {
        let answered = timeout(ANSWER_LIMIT, sending).await;
        match answered.with_context(|| format!("no answer within {ANSWER_LIMIT:?}"))? {
            Ok(answer) => {
                if !answer.status.is_success() {
                    assert_is_problem(&answer);
                }
                Ok(Some(answer))
            }
            Err(_) if self.cuts == Cuts::Happen => {
                wait::until("somebody listens", async || self.client.raw().await.is_ok()).await?;
                Ok(None)
            }
            Err(error) => Err(error.context("instead of an answer")),
        }
    }

    /// Waits until the program calls itself ready and an upload arrives.
    pub async fn works_again(&self) -> anyhow::Result<()> {
        wait::until("the program is ready", async || {
            let answer = self.client.get("/readyz").send().await;
            answer.is_ok_and(|answer| answer.status == 200)
        })
        .await?;
        wait::for_ok("an upload arrives", async || match self.upload().await? {
            Some(answer) if answer.status == 201 => Ok(()),
            Some(answer) => bail!("{}: {}", answer.status, answer.text()?),
            None => bail!("the connection was cut"),
        })
        .await
    }

    /// What became of all uploads.
    pub fn summary(&self) -> String {
        self.ledger.to_string()
    }

    /// Everything promised is there, whole; what else is there was asked for, and is whole as well.
    pub async fn verify(&self) -> anyhow::Result<()> {
        let files = self.all().await?;
        self.ledger.check_nothing_else(files.iter().map(|file| &file.name))?;
        let files: HashMap<_, _> = files.iter().map(|file| (file.name.as_str(), file)).collect();
        self.ledger
            .check(async |name, content| {
                let file = files.get(name).context("is not in the list")?;
                self.is_whole(file, *content).await
            })
            .await?;
        self.ledger
            .check_open(async |name, content| match files.get(name) {
                Some(file) => self.is_whole(file, *content).await,
                None => Ok(()),
            })
            .await
    }

    async fn is_whole(&self, file: &FileEntry, content: Content) -> anyhow::Result<()> {
        ensure!(
            file.size == content.bytes as u64,
            "is {} bytes long in the list",
            file.size
        );
        let answer = self.client.get(&file.content_url).send().await?;
        ensure!(answer.status == 200, "cannot be downloaded: {}", answer.status);
        let bytes = answer.body;
        ensure!(bytes == content.bytes(), "has other content, of {} bytes", bytes.len());
        Ok(())
    }

    /// The whole list, page by page.
    async fn all(&self) -> anyhow::Result<Vec<FileEntry>> {
        let mut files = Vec::new();
        let mut target = "/api/v1/files?limit=100".to_owned();
        loop {
            let answer = self.client.get(&target).send().await?;
            ensure!(answer.status == 200, "{}", answer.text()?);
            let page: FilePage = answer.json()?;
            files.extend(page.files);
            match page.next {
                Some(after) => target = format!("/api/v1/files?limit=100&after={after}"),
                None => return Ok(files),
            }
        }
    }
}

/// A problem of the code it names, whichever that is.
fn assert_is_problem(answer: &Answer) {
    let problem: wire::error::Problem = answer
        .json()
        .unwrap_or_else(|error| panic!("neither success nor problem: {error:#}"));
    assert_problem(answer, problem.code);
}

fn trickle(body: &[u8]) -> impl Stream<Item = Bytes> + Send + 'static {
    let piece = body.len().div_ceil(PIECES).max(1);
    let pieces: Vec<_> = body.chunks(piece).map(Bytes::copy_from_slice).collect();
    stream::iter(pieces).then(|piece| async move {
        sleep(PIECE_EVERY).await;
        piece
    })
}
