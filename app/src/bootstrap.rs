//! The few facts that travel inside the page, so that the browser starts from exactly what the
//! server rendered: the texts of one language, the clock's offset, who is let in.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use texts::{Catalogue, Language};

use crate::context::{Audience, Theme};

/// Id of the script element that carries the facts.
pub const ELEMENT: &str = "dropcast-page";

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bootstrap {
    pub language: String,
    /// A [`Catalogue`] in its JSON form.
    pub texts: String,
    pub theme: Theme,
    pub audience: Audience,
    pub utc_offset: i32,
    pub max_file_bytes: u64,
    pub origin: String,
}

/// The same facts, ready for use.
#[derive(Clone)]
pub struct PageFacts {
    pub language: Language,
    pub catalogue: Catalogue,
    pub theme: Theme,
    pub audience: Audience,
    pub utc_offset: i32,
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
            catalogue: Catalogue::embedded(page.language),
            theme: page.theme,
            audience: page.audience,
            utc_offset: page.utc_offset,
            max_file_bytes: page.max_file_bytes,
            origin: page.origin,
        },
        None => PageFacts {
            language: Language::En,
            catalogue: Catalogue::embedded(Language::En),
            theme: Theme::System,
            audience: Audience::Loopback,
            utc_offset: 0,
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
        Some(PageFacts {
            language: Language::from_tag(&bootstrap.language)?,
            catalogue: Catalogue::from_json(&bootstrap.texts).ok()?,
            theme: bootstrap.theme,
            audience: bootstrap.audience,
            utc_offset: bootstrap.utc_offset,
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
