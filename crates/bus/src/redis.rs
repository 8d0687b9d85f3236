//! The connection to Redis, and what it does when Redis is away.
//!
//! Every question is bounded in time. After one that failed, the next ones fail at once for a
//! second, and then a single one tries again: a Redis that is dead costs one wait per second, not
//! one per request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};

use crate::error::BusError;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);
/// How long an answer may take, with a new connection if one is needed.
pub(crate) const ANSWER_LIMIT: Duration = Duration::from_millis(1_500);
/// How long nobody asks again after a question that failed.
const REST: Duration = Duration::from_secs(1);

/// The connection to one Redis database. Clones share it; it is made when first needed, and again
/// after it broke.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    state: Arc<Mutex<State>>,
}

struct State {
    manager: ConnectionManager,
    /// Which manager this is, so that many who fail on one replace it once.
    generation: u64,
    away: Option<Away>,
}

/// The last question failed.
struct Away {
    /// Until then the next ones fail at once.
    until: Instant,
    why: BusError,
}

/// The way to Redis for one question.
struct Way {
    manager: ConnectionManager,
    generation: u64,
}

impl Redis {
    /// Reads the address. Nothing is connected yet: a Redis that is away does not stop a start.
    pub fn connect(url: &str) -> Result<Self, BusError> {
        let client = Client::open(url).map_err(|error| address(&error))?;
        let state = Arc::new(Mutex::new(State {
            manager: manager(&client)?,
            generation: 0,
            away: None,
        }));
        Ok(Self { client, state })
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Which of the server's databases this is.
    pub(crate) fn database(&self) -> i64 {
        self.client.get_connection_info().redis_settings().db()
    }

    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, BusError> {
        let way = self.way_unless_away()?;
        self.ask_by(way, command).await
    }

    /// Asks even while others fail at once.
    pub(crate) async fn ask_for_real<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, BusError> {
        let way = self.state().way();
        self.ask_by(way, command).await
    }

    /// Sends many commands in one go.
    pub(crate) async fn tell(&self, commands: &Pipeline) -> Result<(), BusError> {
        let mut way = self.way_unless_away()?;
        let outcome = timeout(ANSWER_LIMIT, commands.query_async(&mut way.manager)).await;
        self.settle(way.generation, outcome)
    }

    async fn ask_by<T: FromRedisValue>(&self, mut way: Way, command: &Cmd) -> Result<T, BusError> {
        let outcome = timeout(ANSWER_LIMIT, command.query_async::<Value>(&mut way.manager)).await;
        let answer = self.settle(way.generation, outcome)?;
        // The client's own words would repeat the answer, and it may be a secret.
        redis::from_redis_value(answer).map_err(|_| self.refused("the answer is of another kind than asked for"))
    }

    fn way_unless_away(&self) -> Result<Way, BusError> {
        let mut state = self.state();
        if let Some(away) = &mut state.away {
            let now = Instant::now();
            if now < away.until {
                return Err(away.why.clone());
            }
            // This one finds out for all; whoever comes while it waits fails at once.
            away.until = now + ANSWER_LIMIT + REST;
        }
        Ok(state.way())
    }

    fn settle<T>(&self, generation: u64, outcome: Result<RedisResult<T>, Elapsed>) -> Result<T, BusError> {
        let reason = match outcome {
            Ok(Ok(answer)) => {
                self.state().away = None;
                return Ok(answer);
            }
            Ok(Err(error)) if is_about_the_question(&error) => {
                self.state().away = None;
                return Err(self.refused(error.to_string()));
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {} ms", ANSWER_LIMIT.as_millis()),
        };
        let why = BusError::Unavailable {
            place: self.place(),
            reason,
        };
        // The manager connects again when a connection breaks, but not when Redis refused it (still
        // loading its data, not knowing the password yet), nor when it fell silent.
        let fresh = manager(&self.client);
        let mut state = self.state();
        if let Ok(fresh) = fresh
            && state.generation == generation
        {
            state.manager = fresh;
            state.generation += 1;
        }
        state.away = Some(Away {
            until: Instant::now() + REST,
            why: why.clone(),
        });
        Err(why)
    }

    fn refused(&self, reason: impl Into<String>) -> BusError {
        BusError::Refused {
            place: self.place(),
            reason: reason.into(),
        }
    }

    fn place(&self) -> String {
        self.client.get_connection_info().addr().to_string()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn way(&self) -> Way {
        Way {
            manager: self.manager.clone(),
            generation: self.generation,
        }
    }
}

/// Whether a Redis that works well answered this: then the next question may fare better.
fn is_about_the_question(error: &RedisError) -> bool {
    // Only an answer to a command is an error of the server's; a refused connection is not.
    let answered = error.clone().into_server_errors().is_some();
    let unwell = matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::BusyLoading
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::TryAgain
        )
    );
    answered && !unwell
}

fn manager(client: &Client) -> Result<ConnectionManager, BusError> {
    let config = ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT_LIMIT))
        .set_response_timeout(Some(ANSWER_LIMIT))
        // Whoever asks next is the next try.
        .set_number_of_retries(0);
    ConnectionManager::new_lazy_with_config(client.clone(), config).map_err(|error| address(&error))
}

fn address(error: &RedisError) -> BusError {
    BusError::Address(error.to_string())
}
