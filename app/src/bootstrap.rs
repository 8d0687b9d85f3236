//! The few facts that travel inside the page, so that the browser starts from exactly what the
//! server rendered: the texts of one language, the time zone, who is let in.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use texts::{Catalogue, Language, Zone};

use crate::context::{Audience, Theme};

/// Id of the script element that carries the facts.
pub const ELEMENT: &str = "dropcast-page";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bootstrap {
    pub language: String,
    /// Whether the address names the language.
    pub in_address: bool,
    /// A [`Catalogue`] as lines.
    pub texts: String,
    pub theme: Theme,
    pub audience: Audience,
    /// Whether the visitor may use this installation; a stranger sees public pages only.
    pub let_in: bool,
    /// What the key for commands is called on the visitor's computer.
    pub command_key: String,
    /// This is a development build.
    pub dev: bool,
    /// A [`Zone`] as text.
    pub zone: String,
    pub max_file_bytes: u64,
    pub origin: String,
}

/// The same facts, ready for use.
#[derive(Clone)]
pub struct PageFacts {
    pub language: Language,
    /// What stands before the address of every page: the language where the address names one
    /// (`/de`), else nothing.
    pub base: &'static str,
    pub catalogue: Catalogue,
    pub theme: Theme,
    pub audience: Audience,
    /// Whether the visitor may use this installation; a stranger sees public pages only.
    pub let_in: bool,
    /// What the key for commands is called on the visitor's computer.
    pub command_key: String,
    /// This is a development build.
    pub dev: bool,
    /// The visitor's time zone.
    pub zone: Zone,
    pub max_file_bytes: u64,
    pub origin: String,
}

/// The facts of the page being rendered, on either side.
pub fn facts() -> PageFacts {
    expect_context()
}

/// On the server: from the request. While the list of routes is made there is no request.
#[cfg(feature = "ssr")]
pub fn find() -> PageFacts {
    use crate::context::PageContext;

    match use_context::<PageContext>() {
        Some(page) => PageFacts {
            language: page.language,
            base: page.base,
            catalogue: Catalogue::embedded(page.language),
            theme: page.theme,
            audience: page.audience,
            let_in: page.let_in(),
            command_key: page.command_key,
            dev: cfg!(debug_assertions),
            zone: page.zone,
            max_file_bytes: page.max_file_bytes,
            origin: page.origin,
        },
        None => PageFacts {
            language: Language::En,
            base: "",
            catalogue: Catalogue::embedded(Language::En),
            theme: Theme::System,
            audience: Audience::Loopback,
            let_in: true,
            command_key: String::new(),
            dev: cfg!(debug_assertions),
            zone: Zone::utc(),
            max_file_bytes: u64::MAX,
            origin: String::new(),
        },
    }
}

/// In the browser: from the script element.
#[cfg(not(feature = "ssr"))]
pub fn find() -> PageFacts {
    let text = document()
        .get_element_by_id(ELEMENT)
        .and_then(|element| element.text_content())
        .unwrap_or_default();
    let read = serde_json::from_str::<Bootstrap>(&text).ok().and_then(|bootstrap| {
        let language = Language::from_tag(&bootstrap.language)?;
        Some(PageFacts {
            language,
            base: if bootstrap.in_address { language.prefix() } else { "" },
            catalogue: Catalogue::from_lines(language, bootstrap.texts)?,
            theme: bootstrap.theme,
            audience: bootstrap.audience,
            let_in: bootstrap.let_in,
            command_key: bootstrap.command_key,
            dev: bootstrap.dev,
            zone: Zone::from_text(&bootstrap.zone)?,
            max_file_bytes: bootstrap.max_file_bytes,
            origin: bootstrap.origin,
        })
    });
    match read {
        Some(facts) => facts,
        // Without its texts a page cannot be taken over; what the server rendered stays usable.
        None => wasm_bindgen::throw_str("the page's facts are missing or damaged"),
    }
}
