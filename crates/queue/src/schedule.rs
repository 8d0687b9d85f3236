//! Jobs that return on time, once for all nodes together.

use std::sync::Arc;
use std::time::Duration;

use domain::ambient::Ambient;
use domain::time::Timestamp;
use store::jobs::{self, NewJob};
use store::{Store, StoreError};

use crate::handle::{Jobs, Order};
use crate::job::Job;
use crate::patience::in_time;

/// When a schedule is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Again and again, the first time at once.
    Every(Duration),
    /// Each day at this minute (UTC), and the first time at once.
    DailyAt { minute: u16 },
}

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
const MINUTE: i64 = 60 * 1_000_000;

impl When {
    /// The next time after `now`. What was missed is not made up for.
    pub fn next(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(pause) => now.plus(pause),
            Self::DailyAt { minute } => {
                let at = i64::from(minute) * MINUTE;
                let today = now.micros().div_euclid(DAY).saturating_mul(DAY);
                let later = today.saturating_add(at);
                Timestamp::from_micros(if later > now.micros() {
                    later
                } else {
                    later.saturating_add(DAY)
                })
            }
        }
    }

    /// No next time is later than that, unless a clock was put back since.
    fn latest(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(pause) => now.plus(pause),
            Self::DailyAt { .. } => Timestamp::from_micros(now.micros().saturating_add(DAY)),
        }
    }
}

/// Makes the job of a schedule anew.
type Maker = Arc<dyn Fn(&dyn Ambient) -> Result<NewJob, StoreError> + Send + Sync>;

/// A job that is enqueued when its time comes. While one of it waits or runs there is no second.
#[derive(Clone)]
pub struct Schedule {
    name: &'static str,
    when: When,
    job: Maker,
}

impl Schedule {
    pub fn new<J: Job>(name: &'static str, when: When, job: fn() -> J) -> Self {
        Self {
            name,
            when,
            job: Arc::new(move |ambient| Jobs::row(Order::of(job()).key(Self::key(name)), ambient)),
        }
    }

    /// The key of its jobs, for those who want one at another time.
    pub fn key(name: &str) -> String {
        format!("schedule/{name}")
    }
}

/// Enqueues what is due. Returns how many jobs came in.
pub(crate) async fn keep(store: &Store, schedules: &[Schedule], ambient: &dyn Ambient) -> Result<u32, StoreError> {
    let now = ambient.now();
    let names: Vec<_> = schedules
        .iter()
        .map(|schedule| (schedule.name, schedule.when.latest(now)))
        .collect();
    let mut enqueued = 0;
    for name in in_time(jobs::due(store, &names, now)).await? {
        let Some(schedule) = schedules.iter().find(|schedule| schedule.name == name) else {
            continue;
        };
        let job = match (schedule.job)(ambient) {
            Ok(job) => job,
            Err(error) => {
                tracing::error!(schedule = schedule.name, %error, "a job that is due cannot be made");
                continue;
            }
        };
        let (next, latest) = (schedule.when.next(now), schedule.when.latest(now));
        let moving_on = store.write(move |transaction| {
            Box::pin(async move {
                let ours = jobs::keep_schedule(transaction, &name, next, latest, now).await?;
                if ours {
                    jobs::enqueue(transaction, &job).await?;
                }
                Ok(ours)
            })
        });
        enqueued += u32::from(in_time(moving_on).await?);
    }
    Ok(enqueued)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64, minute: i64) -> Timestamp {
        Timestamp::from_micros(20_000 * DAY + (hour * 60 + minute) * MINUTE)
    }

    #[test]
    fn a_daily_time_is_today_or_tomorrow() {
        let three = When::DailyAt { minute: 180 };
        assert_eq!(three.next(at(1, 0)), at(3, 0));
        assert_eq!(three.next(at(3, 0)), at(27, 0));
        assert_eq!(three.next(at(23, 59)), at(27, 0));
        assert!(three.next(at(3, 1)) <= three.latest(at(3, 1)));
    }

    #[test]
    fn before_the_epoch_a_day_is_a_day() {
        let noon = When::DailyAt { minute: 720 };
        assert_eq!(noon.next(Timestamp::from_micros(-1)), Timestamp::from_micros(DAY / 2));
    }
}
