//! How the installation is doing.

use serde::{Deserialize, Serialize};

/// The state of one part, or of the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// Works.
    Ok,
    /// Works, but somebody should look.
    Degraded,
    /// Does not work.
    Down,
}

/// A part that Dropcast stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HealthPart {
    /// The database.
    Database,
    /// Where the bytes are.
    Storage,
    /// The line between nodes; only in a cluster.
    Redis,
}

/// One part's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HealthCheck {
    /// Which part.
    pub part: HealthPart,
    /// How it is.
    pub state: HealthState,
    /// What it is: `sqlite`, `postgres`, `disk`, `s3`, `redis`.
    pub kind: String,
    /// How long it took to answer, in milliseconds.
    pub latency_ms: u64,
    /// Free bytes, where that can be known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_bytes: Option<u64>,
}

/// The whole installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HealthReport {
    /// The worst of its parts; without Redis it is degraded, not down.
    pub state: HealthState,
    /// The running version.
    pub version: String,
    /// Whether it is being maintained, so that nobody is let in.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub maintenance: bool,
    /// Each part.
    pub checks: Vec<HealthCheck>,
}
