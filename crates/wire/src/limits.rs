//! Limits that both sides know, so that a client can say "too large" before a byte travels.

/// Files on one page of a listing, when the client does not say.
pub const DEFAULT_PAGE: u32 = 100;
/// Files on one page of a listing, at most.
pub const MAX_PAGE: u32 = 500;
