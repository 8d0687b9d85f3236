use leptos::prelude::*;
use ui::{Button, ButtonKind, Whole as _, toasts};

use super::{Case, Section};

pub fn section() -> AnyView {
    let toasts = toasts();
    // Lives as long as the page that shows it, which is here as long as the toast.
    let back = RwSignal::new(0_u32);
    view! {
        <Section id="toasts" title="Toasts">
            <Case name="One sentence">
                <Button kind=ButtonKind::Line on_press=move |()| toasts.show("Link copied")>
                    "Copy a link"
                </Button>
                <Button
                    kind=ButtonKind::Line
                    on_press=move |()| {
                        toasts
                            .show(
                                "“2026-07-14 Summer by the sea, all the pictures that were too good to throw away.tar.gz” was moved to “Selects”",
                            );
                    }
                >
                    "Say more"
                </Button>
            </Case>
            <Case name="With Undo">
                <Button
                    kind=ButtonKind::Line
                    on_press=move |()| {
                        toasts.with_undo("3 files moved to trash", "Undo", move || back.update(|times| *times += 1));
                    }
                >
                    "Move to trash"
                </Button>
                <p class="muted">"Taken back: " <span class="num" data-testid="toast-undone">{back}</span></p>
            </Case>
        </Section>
    }
    .whole()
}
