//! The pages there are. The server's route table is checked against this list.

/// Addresses of all pages, as the server's router spells them.
pub const PAGES: [&str; 6] = ["/", "/files", "/status", "/docs", "/docs/{article}", "/dev/components"];
