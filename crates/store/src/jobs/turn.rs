//! Places in a queue.
//!
//! A new job stands behind the last one that is ready in its lane, and not before what is served
//! now. So a lane with thousands of jobs and one with a single job alternate.
//!
//! A place grows old while a job does not stand in line: it runs, waits for its time or is over. In
//! the meantime the queue moved on, or emptied and began anew. Whoever makes such a job ready gives
//! it a place of today, or a lane would jump the queue with all of them at once, or wait behind
//! places that nobody takes any more.

use super::RUNNING;
use super::dialect::Dialect;

const READY: &str = "ready.state = 'pending' AND ready.run_at IS NULL";

/// The place that is served now in the queue of the row `of`.
pub(super) fn front(dialect: Dialect, of: &str) -> String {
    format!(
        "{greatest}(\
         COALESCE((SELECT max(turn) FROM jobs AS busy WHERE busy.queue = {of}.queue AND {RUNNING}), 0), \
         COALESCE((SELECT min(turn) FROM jobs AS ready WHERE ready.queue = {of}.queue AND {READY} \
         AND ready.suspect = FALSE), 0))",
        greatest = dialect.greatest,
    )
}

/// The place of a new job in the queue and the lane of the row `of`.
pub(super) fn place(dialect: Dialect, of: &str) -> String {
    format!(
        "{greatest}({front}, \
         COALESCE((SELECT max(turn) FROM jobs AS ready WHERE ready.queue = {of}.queue \
         AND ready.lane = {of}.lane AND {READY}) + 1, 0))",
        greatest = dialect.greatest,
        front = front(dialect, of),
    )
}
