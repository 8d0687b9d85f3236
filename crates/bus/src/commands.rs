//! What can be asked of Redis. Every key gets the prefix of this program, and everything that is
//! kept has an end: what nobody takes away goes by itself.

use std::time::Duration;

use redis::Cmd;

use crate::error::BusError;
use crate::redis::Redis;
use crate::script::{Answer, Arg, Script};

/// Redis may be shared with other programs.
const PREFIX: &str = "dropcast:";
/// A century in milliseconds: Redis refuses ends that do not fit its clock.
const MAX_LIFETIME: u64 = 100 * 365 * 24 * 60 * 60 * 1_000;

impl Redis {
    /// Whether Redis answers. It is asked for real, whatever came of the last question.
    pub async fn ping(&self) -> Result<(), BusError> {
        let _: String = self.ask_for_real(&redis::cmd("PING")).await?;
        Ok(())
    }

    /// Runs a script in one step. After [`BusError::Unavailable`] it may have run all the same.
    pub async fn run<A: Answer>(&self, script: &Script, keys: &[&str], args: &[Arg<'_>]) -> Result<A, BusError> {
        let mut command = redis::cmd("EVAL");
        command.arg(script.source()).arg(keys.len());
        for key in keys {
            command.arg(prefixed(key));
        }
        for arg in args {
            command.arg(arg);
        }
        self.ask(&command).await
    }

    /// Sets `key` for `lifetime` if it is not there yet, and says whether it did.
    pub async fn set_if_absent(&self, key: &str, value: &str, lifetime: Duration) -> Result<bool, BusError> {
        let mut command = set(key, value, lifetime);
        command.arg("NX");
        let done: Option<String> = self.ask(&command).await?;
        Ok(done.is_some())
    }

    /// Sets `key` for `lifetime`, whatever it was.
    pub async fn set(&self, key: &str, value: &str, lifetime: Duration) -> Result<(), BusError> {
        self.ask(&set(key, value, lifetime)).await
    }

    /// The value of `key`, if it is there.
    pub async fn get(&self, key: &str) -> Result<Option<String>, BusError> {
        self.ask(&on("GET", key)).await
    }

    /// Takes `key` away, and says whether it was there.
    pub async fn delete(&self, key: &str) -> Result<bool, BusError> {
        let gone: i64 = self.ask(&on("DEL", key)).await?;
        Ok(gone > 0)
    }

    /// How long `key` stays; nothing if it is not there.
    pub async fn time_left(&self, key: &str) -> Result<Option<Duration>, BusError> {
        let left: i64 = self.ask(&on("PTTL", key)).await?;
        Ok(match left {
            // There, and without an end: not set from here.
            -1 => Some(Duration::MAX),
            left => u64::try_from(left).ok().map(Duration::from_millis),
        })
    }
}

fn prefixed(key: &str) -> String {
    [PREFIX, key].concat()
}

fn on(name: &str, key: &str) -> Cmd {
    let mut command = redis::cmd(name);
    command.arg(prefixed(key));
    command
}

fn set(key: &str, value: &str, lifetime: Duration) -> Cmd {
    let millis = u64::try_from(lifetime.as_millis())
        .unwrap_or(u64::MAX)
        .clamp(1, MAX_LIFETIME);
    let mut command = on("SET", key);
    command.arg(value).arg("PX").arg(millis);
    command
}
