//! The palette: a field, and a list that follows what is typed. The focus stays in the field; the
//! arrows move through the list.

use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use texts::Key;
use ui::{Icon, IconName, Whole as _};

use super::commands::{self, Command};
use super::find::matching;
use crate::frame::overlay::overlay;
use crate::pages::words::{t, t_with};

const LIST: &str = "palette-list";

#[component]
pub fn Palette() -> impl IntoView {
    let overlay = overlay();
    let navigate = use_navigate();
    let dialog = NodeRef::<Dialog>::new();
    let field = NodeRef::<Input>::new();
    let commands = StoredValue::new(commands::all());
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let found = Signal::derive(move || {
        query.with(|query| {
            commands.with_value(|commands| matching(commands.iter().map(|command| command.words.as_str()), query))
        })
    });

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
    let run = StoredValue::new(move |place: usize| {
        let act = commands.with_value(|commands| commands[place].act);
        close();
        overlay.close();
        act.run(overlay, &|path| navigate(path, NavigateOptions::default()));
    });
    let pressed = move |event: leptos::ev::KeyboardEvent| {
        let count = found.with(Vec::len);
        match event.key().as_str() {
            "ArrowDown" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + 1) % count),
            "ArrowUp" if count > 0 => chosen.update(|chosen| *chosen = (*chosen + count - 1) % count),
            "Enter" => {
                if let Some(place) = found.with(|found| found.get(chosen.get_untracked()).copied()) {
                    run.with_value(|run| run(place));
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let entry = move |(order, place): (usize, usize)| {
        let Command { words, icon, keys, .. } = commands.with_value(|commands| commands[place].clone());
        let is_chosen = move || (chosen.get() == order).to_string();
        view! {
            <li
                role="option"
                id=option_id(order)
                aria-selected=is_chosen
                on:pointermove=move |_| chosen.set(order)
                on:click=move |_| run.with_value(|run| run(place))
            >
                <Icon name=icon />
                <span class="cut">{words}</span>
                {keys.iter().map(|key| view! { <kbd aria-hidden="true">{*key}</kbd> }).collect_view()}
            </li>
        }
        .whole()
    };
    let entries = move || {
        let entries = found.get().into_iter().enumerate().map(entry);
        entries.collect::<Vec<_>>()
    };
    let nothing = move || t_with(Key::PaletteNothing, &[("query", query.get().trim())]);
    let active = move || found.with(|found| (!found.is_empty()).then(|| option_id(chosen.get())));
    // The chosen one stays in sight.
    Effect::new(move |_| {
        let id = option_id(chosen.get());
        if let Some(option) = document().get_element_by_id(&id) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            option.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });

    view! {
        <dialog
            class="palette"
            node_ref=dialog
            aria-label=t(Key::PaletteTitle)
            on:close=move |_| overlay.close()
            on:click=move |event| {
                // The dialog itself is hit only beside its content.
                if event.target() == event.current_target() {
                    close();
                }
            }
        >
            <div class="palette-field">
                <Icon name=IconName::Search />
                <input
                    node_ref=field
                    type="text"
                    role="combobox"
                    autofocus
                    autocomplete="off"
                    spellcheck="false"
                    aria-expanded="true"
                    aria-controls=LIST
                    aria-activedescendant=active
                    aria-label=t(Key::PaletteTitle)
                    placeholder=t(Key::PaletteHint)
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        chosen.set(0);
                    }
                    on:keydown=pressed
                />
                <kbd aria-hidden="true">"Esc"</kbd>
            </div>
            <ul id=LIST role="listbox" aria-label=t(Key::PaletteTitle)>
                {entries}
            </ul>
            <p class="palette-nothing muted" role="status" hidden=move || found.with(|found| !found.is_empty())>
                {nothing}
            </p>
        </dialog>
    }
    .whole()
}

fn option_id(order: usize) -> String {
    format!("palette-{order}")
}
