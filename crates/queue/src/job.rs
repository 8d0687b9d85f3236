//! What a kind of job is.

use std::time::Duration;

use domain::job::JobState;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;
use crate::run::Run;

/// A kind of job: its fields say what to do and are kept as JSON, so they change like a file
/// format does, with defaults for what is new.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What jobs of this house work with.
    type World: Clone + Send + Sync + 'static;

    /// Its name in the database; never reused for something else.
    const KIND: &'static str;
    /// The queue it waits in.
    const QUEUE: &'static str;
    const MAX_ATTEMPTS: u16 = 5;
    /// An attempt that takes longer hangs.
    const TIME_LIMIT: Duration = Duration::from_hours(1);
    /// `Analyzing` for kinds that first find out what there is to do; they call
    /// [`Run::processing`] when they know.
    const BEGINS_AS: JobState = JobState::Processing;

    /// Does it. Dropped where it stands when it has to stop and does not, so whatever it holds
    /// cleans up after itself.
    fn run(self, run: Run, world: Self::World) -> impl Future<Output = Result<(), Failure>> + Send;
}
