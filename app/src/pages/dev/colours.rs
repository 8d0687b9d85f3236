use leptos::prelude::*;
use ui::Whole as _;

use super::{Case, Section};

const GROUNDS: [&str; 8] = [
    "canvas",
    "surface",
    "raised",
    "sunken",
    "inverse",
    "accent-soft",
    "warn-soft",
    "danger-soft",
];
const INKS: [&str; 6] = ["text", "muted", "accent", "ok", "warn", "danger"];
const SIZES: [&str; 5] = ["text-2xl", "text-xl", "text-l", "text-m", "text-s"];

pub fn section() -> AnyView {
    let grounds = GROUNDS.map(|name| {
        view! {
            <div class="specimen-swatch">
                <i style=("--c", format!("var(--{name})"))></i>
                <span class="small">{name}</span>
            </div>
        }
    });
    let inks =
        INKS.map(|name| view! { <span class="specimen-ink" style=("--c", format!("var(--{name})"))>{name}</span> });
    let sizes = SIZES.map(|name| view! { <p class="specimen-size" style=("--c", format!("var(--{name})"))>"Drop files in, cast them out"</p> });
    view! {
        <Section id="colours" title="Colours and type">
            <Case name="Grounds">{grounds}</Case>
            <Case name="Words">{inks}</Case>
            <Case name="Sizes" wide=true>
                {sizes}
            </Case>
        </Section>
    }
    .whole()
}
