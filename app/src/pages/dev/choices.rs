use leptos::prelude::*;
use ui::{Checkbox, IconName, Segment, Segmented, Slider, Switch, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    let (links, captions) = (RwSignal::new(true), RwSignal::new(false));
    let all = [RwSignal::new(true), RwSignal::new(false)];
    let some = Signal::derive(move || all[0].get() != all[1].get());
    let every = RwSignal::new(false);
    let view_as = RwSignal::new(String::from("tiles"));
    let span = RwSignal::new(String::from("month"));
    let volume = RwSignal::new(60);
    let views = vec![
        segment("tiles", "Tiles", Some(IconName::Tiles)),
        segment("list", "List", Some(IconName::List)),
    ];
    let spans = || {
        [("day", "Day"), ("month", "Month"), ("year", "Year")]
            .map(|(value, words)| segment(value, words, None))
            .to_vec()
    };
    view! {
        <Section id="choices" title="Choices">
            <Case name="Check box">
                <Checkbox checked=all[0]>"Pictures"</Checkbox>
                <Checkbox checked=all[1]>"Films"</Checkbox>
                <Checkbox checked=every mixed=some>
                    "Everything"
                </Checkbox>
                <Checkbox checked=RwSignal::new(true) disabled=true>
                    "Always on"
                </Checkbox>
            </Case>
            <Case name="Switch">
                <div class="specimen-column">
                    <Switch id="switch-links" label="Public links" checked=links hint="Anybody with the link can look, without an account." />
                    <Switch id="switch-captions" label="Captions" checked=captions />
                    <Switch id="switch-off" label="Decided by the administrator" checked=RwSignal::new(true) disabled=true />
                </div>
            </Case>
            <Case name="Segments">
                <Segmented id="segments-view" label="View" value=view_as segments=views />
                <Segmented id="segments-span" label="Span" value=span segments=spans() />
                <Segmented id="segments-off" label="Span, disabled" value=span segments=spans() disabled=true />
            </Case>
            <Case name="Slider">
                <div class="specimen-column">
                    <Slider id="slider-volume" label="Volume" value=volume min=0 max=100 step=5 words=move || format!("{} %", volume.get()) />
                </div>
            </Case>
        </Section>
    }
    .whole()
}

fn segment(value: &'static str, words: &str, icon: Option<IconName>) -> Segment {
    Segment {
        value,
        words: words.to_owned(),
        icon,
    }
}
