//! The visitor's time zone. The server learns it from a cookie, so that the next first paint is
//! already right; a page is never repainted for it.

use leptos::prelude::*;

/// Name of the cookie: minutes ahead of UTC.
pub const COOKIE: &str = "dc_offset";

/// Writes the cookie when the browser's clock differs from what the server assumed.
pub fn remember_offset() {
    let assumed = crate::bootstrap::facts().utc_offset;
    Effect::new(move |_| {
        // JavaScript counts the other way round: minutes that UTC is ahead.
        let offset = -js_sys::Date::new_0().get_timezone_offset();
        if (offset - f64::from(assumed)).abs() >= 1.0 {
            let cookie = format!("{COOKIE}={offset}; Path=/; Max-Age=31536000; SameSite=Lax");
            let _ = js_sys::Reflect::set(&document(), &"cookie".into(), &cookie.into());
        }
    });
}
