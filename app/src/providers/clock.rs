//! The visitor's time zone. The server learns its name from a cookie, so that the next first paint
//! is already right; a page is never repainted for it.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::cookie;
use crate::bootstrap::facts;

/// Name of the cookie: an IANA name such as `Europe/Berlin`.
pub const COOKIE: &str = "dc_zone";

/// Writes the cookie when the device is set to another zone than the server assumed.
pub fn remember_zone() {
    let assumed = facts().zone;
    Effect::new(move |_| {
        if let Some(zone) = zone_of_device().filter(|zone| zone != assumed.name()) {
            cookie::keep(COOKIE, &zone);
        }
    });
}

/// What the device calls its zone. Nothing where it has no name for it.
fn zone_of_device() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let options = format.resolved_options();
    let zone = js_sys::Reflect::get(&options, &JsValue::from_str("timeZone"))
        .ok()?
        .as_string()?;
    // Whatever a browser may say: only a name, and nothing that ends a cookie's value.
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    (!zone.is_empty() && zone.bytes().all(is_name)).then_some(zone)
}
