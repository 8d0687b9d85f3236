//! What outlives a page: running uploads, the connection, the clock, the installed app.

pub mod clock;
pub mod connection;
pub mod cookie;
pub mod pwa;
pub mod uploads;
