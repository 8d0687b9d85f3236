use leptos::prelude::*;
use ui::{Avatar, Badge, Chip, ChipKind, IconName, Kbd, Whole as _};

use super::{Case, Section};

const PEOPLE: [&str; 8] = [
    "Studio North",
    "Living Room",
    "Team Archive",
    "Épicerie",
    "写真 係",
    "غرفة الصور",
    "Şehir Arşivi",
    "House by the Sea",
];
/// Stands in for somebody's picture.
const PICTURE: &str = "/icon.svg";

pub fn section() -> AnyView {
    let faces = PEOPLE.map(|name| view! { <Avatar name /> });
    let group = ["Living Room", "Team Archive", "Studio North"].map(|name| view! { <Avatar name /> });
    view! {
        <Section id="marks" title="People, chips, badges, keys">
            <Case name="Avatar">{faces} <div class="faces">{group}</div></Case>
            <Case name="Large, with a picture">
                <Avatar name="Studio North" large=true />
                <Avatar name="Living Room" large=true picture=PICTURE />
            </Case>
            <Case name="Chip">
                <Chip>"Original"</Chip>
                <Chip kind=ChipKind::Busy percent=43_u8>
                    "Preparing 43 %"
                </Chip>
                <Chip kind=ChipKind::On>"Starred"</Chip>
                <Chip kind=ChipKind::Ok icon=IconName::Check>
                    "In sync"
                </Chip>
                <Chip kind=ChipKind::Warn icon=IconName::Warning>
                    "Expires tomorrow"
                </Chip>
                <Chip kind=ChipKind::Danger icon=IconName::Alert>
                    "Failed"
                </Chip>
                <Chip icon=IconName::Folder>
                    "A chip with a name that is longer than any screen is wide, so that it has to end somewhere before its end, whatever happens"
                </Chip>
            </Case>
            <Case name="Badge">
                <span>"Links " <Badge count="9" label="links" /></span>
                <span>"Shared " <Badge count="3" label="new" loud=true /></span>
            </Case>
            <Case name="Keys">
                <Kbd keys="Ctrl K" />
                <Kbd keys="⌘ K" />
                <Kbd keys="?" />
                <Kbd keys="Del" />
            </Case>
        </Section>
    }
    .whole()
}
