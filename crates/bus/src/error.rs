//! Why Redis was of no help. The texts are for the operator and hold no password.

/// What a question to Redis can end with instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    #[error("this is not the address of a Redis server ({0}); it looks like redis://[:password@]host:6379/0")]
    Address(String),
    #[error("Redis at {place} does not answer ({reason}); check that it runs and that this machine reaches it")]
    Unavailable { place: String, reason: String },
    /// Redis is there and does not do this: a faulty script, a key of another kind, no memory left.
    #[error("Redis at {place} refused a command ({reason})")]
    Refused { place: String, reason: String },
}
