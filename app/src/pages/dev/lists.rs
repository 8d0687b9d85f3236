use leptos::prelude::*;
use ui::{Button, Chip, ChipKind, IconName, List, Row, Whole as _};

use super::{Case, Section};

const FILES: [(&str, IconName, &str, &str); 6] = [
    ("Selects", IconName::Folder, "214 items", "Yesterday"),
    ("First look, lookbook film.mov", IconName::FileVideo, "2.41 GB", "Today"),
    ("صور العائلة ٢٠٢٦.jpg", IconName::FileImage, "5.1 MB", "Sun 15 Nov"),
    (
        "2026-07-14 Summer by the sea, all the pictures that were too good to throw away (final, really).tar.gz",
        IconName::FileArchive,
        "918 MB",
        "Tue 17 Nov",
    ),
    ("日本旅行の記録.mov", IconName::FileVideo, "6.08 GB", "Mon 16 Nov"),
    ("notes", IconName::FileText, "31 kB", "Fri 13 Nov"),
];

pub fn section() -> AnyView {
    let selected = RwSignal::new(1);
    let rows = FILES
        .into_iter()
        .enumerate()
        .map(|(at, (name, icon, size, when))| {
            let facts = move || {
                view! {
                    <span class="size num">{size}</span>
                    <span class="when">{when}</span>
                }
            };
            let acts = move || {
                view! {
                    <Button icon=IconName::Check label=format!("Select {name}") on_press=move |()| selected.set(at) />
                    <Button icon=IconName::More label=format!("More about {name}") />
                }
            };
            let is_selected = Signal::derive(move || selected.get() == at);
            view! { <Row icon name href="/files" facts acts selected=is_selected /> }
        })
        .collect_view();
    let state = || view! { <Chip kind=ChipKind::Busy percent=43_u8>"Preparing 43 %"</Chip> };
    view! {
        <Section id="lists" title="Lists">
            <Case name="Rows" wide=true>
                <List label="Files">{rows}</List>
            </Case>
            <Case name="Without a link" wide=true>
                <List label="Parts">
                    <Row icon=IconName::FileVideo name="Ceremony, camera B.mkv" facts=state />
                </List>
            </Case>
        </Section>
    }
    .whole()
}
