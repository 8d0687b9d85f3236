//! The two ways in, from every page: a button that opens the file chooser, and the whole window as
//! a target.

use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;
use texts::Key;
use ui::{Icon, IconName, Whole as _};
use web_sys::{DragEvent, HtmlElement};

use crate::pages::words::t;
use crate::providers::uploads::uploads;

/// The app's main action.
#[component]
pub fn UploadButton() -> impl IntoView {
    view! {
        <label class="btn primary upload">
            <Icon name=IconName::Upload />
            <span>{t(Key::FilesUpload)}</span>
            <Chooser />
        </label>
    }
    .whole()
}

/// The same, where there is nothing yet.
#[component]
pub fn ChooseButton() -> impl IntoView {
    view! {
        <label class="btn line">
            {t(Key::FilesChoose)}
            <Chooser />
        </label>
    }
    .whole()
}

/// Opens the file chooser as the button does. The browser allows it within a key press or click.
pub fn open_chooser() {
    if let Ok(Some(input)) = document().query_selector(".upload input") {
        input.unchecked_into::<HtmlElement>().click();
    }
}

/// Opens the file chooser. The input is a real one, so that it can be reached by keyboard and voice.
#[component]
fn Chooser() -> impl IntoView {
    let uploads = uploads();
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get() else { return };
        if let Some(list) = input.files() {
            uploads.add(gloo_file::FileList::from(list).to_vec());
        }
        // The same file may be chosen again.
        input.set_value("");
    };
    view! { <input node_ref=input class="vh" type="file" multiple data-testid="upload-input" on:change=chosen /> }
        .whole()
}

/// Takes files dropped anywhere on the page, and shows that it would.
#[component]
pub fn DropZone() -> impl IntoView {
    let uploads = uploads();
    let over = RwSignal::new(false);
    // The frame outlives every page, so nobody stops listening.
    Effect::new(move |_| {
        let entering = window_event_listener(ev::dragover, move |event| {
            if carries_files(&event) {
                event.prevent_default();
                over.set(true);
            }
        });
        let leaving = window_event_listener(ev::dragleave, move |event| {
            // Only leaving the window counts, not moving between its parts.
            if event.related_target().is_none() {
                over.set(false);
            }
        });
        let dropping = window_event_listener(ev::drop, move |event| {
            if carries_files(&event) {
                event.prevent_default();
                over.set(false);
                if let Some(list) = event.data_transfer().and_then(|data| data.files()) {
                    uploads.add(gloo_file::FileList::from(list).to_vec());
                }
            }
        });
        on_cleanup(move || {
            entering.remove();
            leaving.remove();
            dropping.remove();
        });
    });
    view! {
        <div class="drop-target" class:shown=over aria-hidden="true">
            <div>
                <p>
                    <Icon name=IconName::CloudUpload large=true />
                    {t(Key::FilesDropTitle)}
                </p>
                <p class="muted">{t(Key::FilesDropText)}</p>
            </div>
        </div>
    }
    .whole()
}

fn carries_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().includes(&"Files".into(), 0))
}
