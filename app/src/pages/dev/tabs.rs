use leptos::prelude::*;
use ui::{TabPanel, Tabs, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    let chosen = RwSignal::new(0);
    let far = RwSignal::new(1);
    let names = ["Details", "Versions", "Activity"].map(str::to_owned).to_vec();
    let seasons = 0..14;
    let many = seasons.clone().map(season).collect();
    let panels = seasons
        .map(|at| {
            view! {
                <TabPanel id="tabs-seasons" at chosen=far>
                    <p>{season(at)}</p>
                </TabPanel>
            }
        })
        .collect_view();
    view! {
        <Section id="tabs" title="Tabs">
            <Case name="Three views" wide=true>
                <Tabs id="tabs-file" label="About the film" names chosen />
                <TabPanel id="tabs-file" at=0 chosen>
                    <p>"3840 × 2160, 25 fps, H.264, English, stereo AAC"</p>
                </TabPanel>
                <TabPanel id="tabs-file" at=1 chosen>
                    <p>"Four versions. The newest is the current one."</p>
                </TabPanel>
                <TabPanel id="tabs-file" at=2 chosen>
                    <p>"Changed today at 09:12, from the desk."</p>
                </TabPanel>
            </Case>
            <Case name="More than fit" wide=true>
                <Tabs id="tabs-seasons" label="Seasons" names=many chosen=far />
                {panels}
            </Case>
        </Section>
    }
    .whole()
}

fn season(at: usize) -> String {
    format!("Season {}", at + 1)
}
