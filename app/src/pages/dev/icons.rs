use leptos::prelude::*;
use ui::{Icon, IconName, Whole as _};

use super::Section;

pub fn section() -> AnyView {
    let icons: Vec<_> = IconName::ALL
        .iter()
        .map(|&name| view! { <li title=name.symbol()><Icon name /> <span class="cut small muted">{name.symbol()}</span></li> })
        .collect();
    view! {
        <Section id="icons" title="Icons">
            <ul class="specimen-icons">{icons}</ul>
        </Section>
    }
    .whole()
}
