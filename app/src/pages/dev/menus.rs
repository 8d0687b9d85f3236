use leptos::prelude::*;
use ui::{ButtonKind, IconName, Menu, MenuItem, MenuLine, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    let done = RwSignal::new(String::from("nothing yet"));
    let does = move |what: &'static str| move |()| done.set(what.to_owned());
    let order = RwSignal::new("Changed");
    let orders = ["Name", "Changed", "Size", "Kind"].map(|name| {
        view! {
            <MenuItem checked=Signal::derive(move || order.get() == name) on_press=move |()| order.set(name)>
                {name}
            </MenuItem>
        }
    });
    let long = (1..=30)
        .map(|number| view! { <MenuItem>{format!("Season {number}")}</MenuItem> })
        .collect_view();
    view! {
        <Section id="menus" title="Menus">
            <Case name="What can be done">
                <Menu id="menu-file" label="Film.mkv" icon=IconName::More>
                    <MenuItem icon=IconName::Download keys="D" on_press=does("Download")>
                        "Download"
                    </MenuItem>
                    <MenuItem icon=IconName::Link on_press=does("Copy link")>"Copy link"</MenuItem>
                    <MenuItem icon=IconName::Rename keys="F2" on_press=does("Rename")>
                        "Rename"
                    </MenuItem>
                    <MenuItem icon=IconName::Folder disabled=true on_press=does("Move")>
                        "Move"
                    </MenuItem>
                    <MenuItem icon=IconName::Info href="/status">
                        "Details and a name so long that it does not fit"
                    </MenuItem>
                    <MenuLine />
                    <MenuItem icon=IconName::Trash danger=true keys="Del" on_press=does("Move to trash")>
                        "Move to trash"
                    </MenuItem>
                </Menu>
                <p class="muted" data-testid="menu-done">
                    {done}
                </p>
            </Case>
            <Case name="One of several">
                <Menu id="menu-order" label="Sort by" kind=ButtonKind::Line words="Sort">
                    {orders}
                </Menu>
                <Menu id="menu-quality" label="Quality" words="1080p">
                    <MenuItem checked=false disabled=true fact="Needs conversion">
                        "Original"
                    </MenuItem>
                    <MenuItem checked=true fact="8.2 Mb/s">
                        "1080p"
                    </MenuItem>
                    <MenuItem checked=false fact="1.1 Mb/s">
                        "360p"
                    </MenuItem>
                </Menu>
            </Case>
            <Case name="Long, and disabled">
                <Menu id="menu-long" label="Season" words="Season 1">
                    {long}
                </Menu>
                <Menu id="menu-off" label="More" icon=IconName::More disabled=true>
                    <MenuItem>"Never seen"</MenuItem>
                </Menu>
            </Case>
        </Section>
    }
    .whole()
}
