//! What outlives a page: running uploads, the clock.

pub mod clock;
pub mod uploads;
