//! The sheet that says what each key does.

use leptos::html::Dialog;
use leptos::prelude::*;
use texts::Key;
use ui::{Icon, IconName, Whole as _};

use crate::bootstrap::facts;
use crate::frame::overlay::overlay;
use crate::frame::places::{HELP, PLACES};
use crate::pages::words::{t, t_with};

#[component]
pub fn Keys() -> impl IntoView {
    let overlay = overlay();
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            // Fails only when it is open already.
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get() {
            dialog.close();
        }
    };
    let everywhere = [
        (t(Key::PaletteTitle), vec![facts().command_key, "K".to_owned()]),
        (t(Key::PaletteUpload), vec!["U".to_owned()]),
        (t(Key::KeysTitle), vec!["?".to_owned()]),
        (t(Key::KeysClose), vec!["Esc".to_owned()]),
    ];
    let going = PLACES.iter().chain([&HELP]).map(|place| {
        (
            t_with(Key::KeysGo, &[("place", &t(place.words))]),
            place.keys.map(str::to_owned).to_vec(),
        )
    });
    view! {
        <dialog
            class="keys"
            node_ref=dialog
            aria-labelledby="keys-title"
            on:close=move |_| overlay.close()
            on:click=move |event| {
                // The dialog itself is hit only beside its content.
                if event.target() == event.current_target() {
                    close();
                }
            }
        >
            <div class="keys-body">
                <header>
                    <h2 id="keys-title">{t(Key::KeysTitle)}</h2>
                    <button type="button" class="btn icon" autofocus aria-label=t(Key::KeysClose) on:click=move |_| close()>
                        <Icon name=IconName::Close />
                    </button>
                </header>
                <dl>{everywhere.into_iter().chain(going).map(line).collect_view()}</dl>
            </div>
        </dialog>
    }
    .whole()
}

fn line((words, keys): (String, Vec<String>)) -> AnyView {
    let keys = keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view();
    view! {
        <div>
            <dt>{words}</dt>
            <dd>{keys}</dd>
        </div>
    }
    .whole()
}
