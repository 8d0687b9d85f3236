//! The pages there are. The server's route table is checked against this list.

/// Addresses of all pages, as the server's router spells them.
pub const PAGES: [&str; 2] = ["/", "/status"];
