//! The line between nodes.
//!
//! It carries hints ("something changed there, look again"), never facts: the database is the
//! truth, and whoever misses a hint finds out a little later. So nothing here may be needed for an
//! answer to be right, and no wait here is long. What this crate must not know: files, rows, rules,
//! or what a hint means.
//!
//! A single machine needs no Redis. Several nodes share one, and this is the connection to it.
//!
//! To add something that travels: a method of [`Redis`] that goes through its bounded `ask`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, RedisError};
use tokio::time::timeout;

/// How long a connection may take to come about.
const CONNECT_LIMIT: Duration = Duration::from_secs(1);
/// How long an answer may take, with a new connection if one is needed.
const ANSWER_LIMIT: Duration = Duration::from_millis(1_500);

/// Why the line did not carry something. The texts are for the operator and hold no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    #[error("this is not the address of a Redis server ({0}); it looks like redis://[:password@]host:6379/0")]
    Address(String),
    #[error("Redis at {place} does not answer ({reason}); check that it runs and that this machine reaches it")]
    Unavailable { place: String, reason: String },
}

/// The connection to one Redis database. Clones share it; it is made when first needed, and again
/// after it broke.
#[derive(Clone)]
pub struct Redis {
    client: Client,
    manager: Arc<Mutex<ConnectionManager>>,
}

impl Redis {
    /// Reads the address. Nothing is connected yet: a Redis that is away does not stop a start.
    pub fn connect(url: &str) -> Result<Self, BusError> {
        let client = Client::open(url).map_err(|error| address(&error))?;
        let manager = Arc::new(Mutex::new(manager(&client)?));
        Ok(Self { client, manager })
    }

    /// Whether Redis answers.
    pub async fn ping(&self) -> Result<(), BusError> {
        let _: String = self.ask(&redis::cmd("PING")).await?;
        Ok(())
    }

    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, BusError> {
        let mut manager = self.manager.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match timeout(ANSWER_LIMIT, command.query_async(&mut manager)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                // The manager connects again when a connection breaks, but not when Redis refused
                // it: still loading its data, or not knowing the password yet.
                if !error.is_io_error() {
                    self.start_over()?;
                }
                Err(self.unavailable(error.to_string()))
            }
            Err(_) => Err(self.unavailable(format!("no answer within {} ms", ANSWER_LIMIT.as_millis()))),
        }
    }

    fn start_over(&self) -> Result<(), BusError> {
        let fresh = manager(&self.client)?;
        *self.manager.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    fn unavailable(&self, reason: String) -> BusError {
        BusError::Unavailable {
            place: self.client.get_connection_info().addr().to_string(),
            reason,
        }
    }
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
