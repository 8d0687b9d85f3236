//! Cookies that a page writes: what it knows about its reader, for the server's next first paint.
//! None of them is a secret. Where they are blocked the page works and forgets.

use leptos::prelude::*;

const YEAR: u32 = 365 * 24 * 60 * 60;

/// Keeps `value` for a year.
pub fn keep(name: &str, value: &str) {
    let secure = match window().location().protocol() {
        Ok(protocol) if protocol == "https:" => "; Secure",
        _ => "",
    };
    let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR}; SameSite=Lax{secure}");
    // Throws where cookies are blocked.
    let _ = js_sys::Reflect::set(&document(), &"cookie".into(), &cookie.into());
}
