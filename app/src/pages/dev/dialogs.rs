use leptos::prelude::*;
use ui::{Button, ButtonKind, Confirm, Dialog, Field, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    view! {
        <Section id="dialogs" title="Dialogs and sheets">
            <Case name="Fill in">
                <Rename />
            </Case>
            <Case name="Long content">
                <Read />
            </Case>
            <Case name="Gone for good">
                <Delete />
            </Case>
        </Section>
    }
    .whole()
}

#[component]
fn Rename() -> impl IntoView {
    let open = RwSignal::new(false);
    let name = RwSignal::new(String::from("First look.mov"));
    let kept = RwSignal::new(name.get_untracked());
    let error = Signal::derive(move || {
        name.with(|name| name.trim().is_empty())
            .then(|| "A file needs a name.".to_owned())
    });
    let submit = move |()| {
        if error.with_untracked(Option::is_none) {
            kept.set(name.get_untracked());
            open.set(false);
        }
    };
    let foot = move || {
        view! {
            <Button kind=ButtonKind::Line on_press=move |()| open.set(false)>
                "Cancel"
            </Button>
            <Button kind=ButtonKind::Primary submit=true>
                "Rename"
            </Button>
        }
    };
    view! {
        <Button kind=ButtonKind::Line on_press=move |()| open.set(true)>
            "Rename a file"
        </Button>
        <p class="muted" data-testid="dialog-kept">
            {kept}
        </p>
        <Dialog id="dialog-rename" title="Rename" open close="Close" on_submit=submit foot>
            <Field id="dialog-name" label="Name" value=name error required=true />
        </Dialog>
    }
    .whole()
}

#[component]
fn Read() -> impl IntoView {
    let open = RwSignal::new(false);
    let lines = (1..=40)
        .map(|line| view! { <p>{format!("{line}. What scrolls does so between the head and the foot, which stay.")}</p> })
        .collect_view();
    let foot = move || view! { <Button kind=ButtonKind::Primary submit=true>"I have read it"</Button> };
    view! {
        <Button kind=ButtonKind::Line on_press=move |()| open.set(true)>
            "Read the terms"
        </Button>
        <Dialog
            id="dialog-terms"
            title="A title that is long enough to need a second line on every screen, and then some"
            open
            close="Close"
            text="Forty lines, to see what happens."
            foot
        >
            {lines}
        </Dialog>
    }
    .whole()
}

#[component]
fn Delete() -> impl IntoView {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let losses: Vec<String> = [
        "First look, lookbook film.mov",
        "صور العائلة ٢٠٢٦.jpg",
        "2026-07-14 Summer by the sea, all the pictures that were too good to throw away.tar.gz",
    ]
    .map(str::to_owned)
    .to_vec();
    let confirm = move |()| {
        // Nothing is behind it here: it is busy until it is closed.
        busy.set(true);
    };
    Effect::new(move |_| {
        if open.get() {
            busy.set(false);
        }
    });
    view! {
        <Button kind=ButtonKind::Line on_press=move |()| open.set(true)>
            "Empty the trash"
        </Button>
        <Confirm
            id="dialog-delete"
            title="Delete 3 files for good?"
            open
            text="Nobody can bring them back, and 7 links to them stop working."
            losses=losses
            confirm="Delete 3 files"
            cancel="Keep them"
            busy
            on_confirm=confirm
        />
    }
    .whole()
}
