//! The real app on a fresh database, listening on a real port.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use domain::ambient::Ambient;
use server::boot::{self, Running};
use server::config::Config;
use service::ambient::System;
use tempfile::TempDir;

use crate::client::Client;
use crate::relay::{Relay, Way};
use crate::s3::{self, S3Server, files_below};
use crate::{databases, redis};

/// What the app stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stack {
    /// SQLite and the local disk.
    Alone,
    /// PostgreSQL, Redis and S3.
    Cluster,
}

/// A running app. Requests are made on it as on its [`Client`].
pub struct TestApp {
    client: Client,
    running: Option<Running>,
    parts: Parts,
    folder: TempDir,
}

/// What stands outside the process, each behind a way that a test can close.
#[derive(Default)]
struct Parts {
    s3: Option<S3Server>,
    database: Option<Relay>,
    redis: Option<Relay>,
}

/// A part that a test can take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Database,
    Redis,
    Storage,
}

/// An app about to be started.
pub struct TestAppBuilder {
    stack: Stack,
    settings: BTreeMap<String, String>,
    ambient: Option<Arc<dyn Ambient>>,
}

impl TestAppBuilder {
    /// Sets what the environment variable of that name would set.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.settings.insert(name.to_owned(), value.into());
        self
    }

    /// Replaces the system's clock and chance.
    #[must_use]
    pub fn ambient(mut self, ambient: Arc<dyn Ambient>) -> Self {
        self.ambient = Some(ambient);
        self
    }

    pub async fn start(self) -> anyhow::Result<TestApp> {
        let folder = tempfile::Builder::new().prefix("dropcast-app-").tempdir()?;
        let mut settings = BTreeMap::from([
            ("DROPCAST_DATA".to_owned(), folder.path().display().to_string()),
            ("DROPCAST_LISTEN".to_owned(), "127.0.0.1:0".to_owned()),
        ]);
        let parts = match self.stack {
            Stack::Alone => {
                // The app finds the copy where it would have made its own.
                databases::sqlite_url(folder.path()).await?;
                Parts::default()
            }
            Stack::Cluster => Parts::start(&mut settings).await?,
        };
        settings.extend(self.settings);

        let config = Config::load(settings, None, &|path| std::fs::read_to_string(path))
            .map_err(|refusals| anyhow::anyhow!("{refusals}"))?;
        let ambient = self.ambient.unwrap_or_else(|| Arc::new(System));
        let running = boot::start(config, ambient)
            .await
            .map_err(|error| anyhow::anyhow!("{error}"))?;
        Ok(TestApp {
            client: Client::new(running.address),
            running: Some(running),
            parts,
            folder,
        })
    }
}

impl Parts {
    async fn start(settings: &mut BTreeMap<String, String>) -> anyhow::Result<Self> {
        let s3 = s3::start().await?;
        let (database_url, database) = Relay::in_front_of(&databases::postgres_url().await?).await?;
        let (redis_url, redis) = Relay::in_front_of(&redis::url().await?).await?;
        settings.insert("DATABASE_URL".to_owned(), database_url);
        settings.insert("REDIS_URL".to_owned(), redis_url);
        settings.extend(s3.settings().map(|(name, value)| (name.to_owned(), value)));
        Ok(Self {
            s3: Some(s3),
            database: Some(database),
            redis: Some(redis),
        })
    }
}

impl TestApp {
    /// Starts an app with nothing configured but its parts.
    pub async fn start(stack: Stack) -> anyhow::Result<Self> {
        Self::builder(stack).start().await
    }

    pub fn builder(stack: Stack) -> TestAppBuilder {
        TestAppBuilder {
            stack,
            settings: BTreeMap::new(),
            ambient: None,
        }
    }

    /// The app's own way of being stopped and looked at.
    ///
    /// # Panics
    /// When the app was stopped.
    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap_or_else(|| panic!("the app was stopped"))
    }

    /// A client for the listener of the metrics, when it has one of its own.
    pub fn metrics_client(&self) -> Option<Client> {
        self.running().metrics_address.map(Client::new)
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// Takes a part away or brings it back. Only a cluster's parts can be away.
    ///
    /// # Panics
    /// When this stack has no such part outside the process.
    pub fn set_way(&self, part: Part, way: Way) {
        let relay = match part {
            Part::Database => self.parts.database.as_ref(),
            Part::Redis => self.parts.redis.as_ref(),
            Part::Storage => self.parts.s3.as_ref().map(S3Server::relay),
        };
        relay
            .unwrap_or_else(|| panic!("{part:?} is inside the process on this stack"))
            .set(way);
    }

    /// Names of the stored contents, as the storage knows them.
    pub fn stored(&self) -> anyhow::Result<Vec<String>> {
        if let Some(s3) = &self.parts.s3 {
            return s3.keys();
        }
        self.disk_files("blobs")
    }

    /// Names of what unfinished uploads left in the storage.
    pub fn leftovers(&self) -> anyhow::Result<Vec<String>> {
        if let Some(s3) = &self.parts.s3 {
            return Ok(s3
                .unfinished()?
                .into_iter()
                .map(|path| path.display().to_string())
                .collect());
        }
        self.disk_files("tmp")
    }

    fn disk_files(&self, below: &str) -> anyhow::Result<Vec<String>> {
        let folder = self.folder.path().join(below);
        let files = if folder.exists() {
            files_below(&folder)?
        } else {
            Vec::new()
        };
        Ok(files.into_iter().map(|path| path.display().to_string()).collect())
    }

    /// Stops the app as a signal would, and waits until it has gone.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.running.take().context("the app was stopped")?.stop().await;
        Ok(())
    }
}

impl Deref for TestApp {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Makes of each named `async fn(Stack) -> anyhow::Result<()>` two tests, one on each stack.
#[macro_export]
macro_rules! on_both_stacks {
    ($($name:ident),+ $(,)?) => {
        $(mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn alone() -> anyhow::Result<()> {
                super::$name($crate::Stack::Alone).await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn cluster() -> anyhow::Result<()> {
                super::$name($crate::Stack::Cluster).await
            }
        })+
    };
}
