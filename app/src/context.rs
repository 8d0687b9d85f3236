//! What the server hands to a page about this request.

use serde::{Deserialize, Serialize};

/// The colour scheme somebody chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text)
    }
}

/// Who can use this installation; pages say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// No accounts yet, and only this computer is let in.
    Loopback,
    /// No accounts yet, and whoever reaches this address is let in.
    Everyone,
}

/// Where the front end's files are in this build.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FrontEnd {
    /// The folder's address, `/pkg/<hash>`.
    pub base: String,
    pub js: String,
    pub wasm: String,
    pub css: String,
    /// The chunk loader's file name, when pages are split.
    pub split_js: Option<String>,
    /// Symbols of all icons, as one hidden SVG.
    pub sprite: String,
    /// Chunk files (without ending) by lazy function.
    pub chunks: std::collections::HashMap<String, Vec<String>>,
}

#[cfg(feature = "ssr")]
pub use server_side::PageContext;

#[cfg(feature = "ssr")]
mod server_side {
    use std::sync::Arc;

    use super::{Audience, FrontEnd, Theme};

    /// Everything a page may know of its request. The server provides one with each.
    #[derive(Clone)]
    pub struct PageContext {
        pub services: service::Services,
        pub actor: domain::access::Actor,
        /// What the key for commands is called on the visitor's computer.
        pub command_key: String,
        pub language: texts::Language,
        /// What stands before the address of every page: the language where the address names one
        /// (`/de`), else nothing.
        pub base: &'static str,
        /// The page's address without it, as in the table of routes; never with a query.
        pub path: String,
        /// The origin of the links by which search engines find this page in each language. None
        /// where the owner named no address, and where there is no page.
        pub canonical_origin: Option<String>,
        pub theme: Theme,
        pub audience: Audience,
        /// The visitor's time zone.
        pub zone: texts::Zone,
        /// Largest file this installation takes.
        pub max_file_bytes: u64,
        pub front: Arc<FrontEnd>,
        /// Where this installation says it is, without a slash at the end.
        pub origin: String,
    }

    impl PageContext {
        /// Whether the visitor may use this installation.
        pub fn let_in(&self) -> bool {
            self.actor.may(domain::access::Access::Member).is_ok()
        }
    }
}
