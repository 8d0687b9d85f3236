use leptos::prelude::*;
use ui::{Button, ButtonKind, Icon, IconName, VirtualList, Whole as _};

use super::{Case, Section};

const LENGTH: usize = 10_000;

pub fn section() -> AnyView {
    let here = RwSignal::new(true);
    let place = RwSignal::new(0);
    let list = move || {
        here.get().then(|| {
            let row = |number: usize| {
                let number = number + 1;
                view! {
                    <Icon name=IconName::FileImage />
                    <span class="cut">{format!("DSC_{number:05}.ARW")}</span>
                    <span class="specimen-end muted num">{format!("{} MB", 20 + number * 7 % 40)}</span>
                }
                .whole()
            };
            view! {
                <div class="specimen-window">
                    <VirtualList id="endless" label="Pictures" count=LENGTH row place />
                </div>
            }
        })
    };
    view! {
        <Section id="endless" title="Virtual list">
            <Case name="10,000 rows" wide=true>
                {list}
            </Case>
            <Case name="Comes back to its place">
                <Button kind=ButtonKind::Line on_press=move |()| here.update(|here| *here = !*here)>
                    {move || if here.get() { "Leave the list" } else { "Come back" }}
                </Button>
            </Case>
        </Section>
    }
    .whole()
}
