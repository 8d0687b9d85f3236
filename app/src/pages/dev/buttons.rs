use leptos::prelude::*;
use ui::{Button, ButtonKind, IconName, LinkButton, Whole as _};

use super::{Case, Section};

const KINDS: [(ButtonKind, &str); 4] = [
    (ButtonKind::Primary, "Upload"),
    (ButtonKind::Line, "Show more"),
    (ButtonKind::Plain, "Changed"),
    (ButtonKind::Danger, "Delete 3 files"),
];

pub fn section() -> AnyView {
    let each = |busy: bool, disabled: bool| {
        KINDS.map(|(kind, words)| {
            view! {
                <Button kind busy disabled>
                    {words}
                </Button>
            }
        })
    };
    let with_icons = [
        (ButtonKind::Primary, IconName::Upload, "Upload"),
        (ButtonKind::Line, IconName::Link, "Copy link"),
        (ButtonKind::Plain, IconName::Retry, "Retry"),
        (ButtonKind::Danger, IconName::Trash, "Delete for good"),
    ]
    .map(|(kind, icon, words)| {
        view! {
            <Button kind icon>
                {words}
            </Button>
        }
    });
    view! {
        <Section id="buttons" title="Buttons">
            <Case name="Primary, line, plain, danger">{each(false, false)}</Case>
            <Case name="With an icon">{with_icons}</Case>
            <Case name="Icon alone">
                <Button icon=IconName::Trash label="Move to trash" />
                <Button icon=IconName::More label="More" kind=ButtonKind::Line />
                <Button icon=IconName::Close label="Close" tight=true />
            </Case>
            <Case name="Tight">
                <Button tight=true kind=ButtonKind::Line>
                    "Apply"
                </Button>
                <Button tight=true icon=IconName::Retry>
                    "Retry"
                </Button>
            </Case>
            <Case name="Busy">{each(true, false)} <Waits /></Case>
            <Case name="Disabled">{each(false, true)}</Case>
            <Case name="Link">
                <LinkButton href="/files" kind=ButtonKind::Line icon=IconName::Folder>
                    "Open files"
                </LinkButton>
                <LinkButton href="/api/openapi.json" external=true icon=IconName::Download label="Download" />
            </Case>
            <Case name="Long words">
                <Button kind=ButtonKind::Line icon=IconName::Folder>
                    "Hinzufügen zur Sammlung „Sommerferien an der dänischen Nordseeküste mit allen Großeltern, Vettern und Nachbarn“"
                </Button>
            </Case>
        </Section>
    }
    .whole()
}

/// Busy for as long as it is told to be: a second press says that it is done.
#[component]
fn Waits() -> impl IntoView {
    let busy = RwSignal::new(false);
    view! {
        <Button kind=ButtonKind::Line icon=IconName::Retry busy on_press=move |()| busy.set(true)>
            "Check again"
        </Button>
        <Button on_press=move |()| busy.set(false)>"Done"</Button>
    }
    .whole()
}
