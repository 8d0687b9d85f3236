use leptos::prelude::*;
use ui::{Banner, Button, ButtonKind, Notice, Tone, Verdict, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    let reload = || view! { <Button tight=true kind=ButtonKind::Line>"Reload"</Button> };
    let retry = || view! { <Button tight=true kind=ButtonKind::Line>"Try again"</Button> };
    view! {
        <Section id="banners" title="Banners, notices, verdicts">
            <Case name="Banner" wide=true>
                <div class="specimen-page">
                    <Banner tone=Tone::Neutral words="A new version is ready." action=reload dismiss="Dismiss" />
                    <Banner tone=Tone::Ok words="All 312 files arrived." dismiss="Dismiss" />
                    <Banner tone=Tone::Warn words="The disk has 2 GB left. New files wait until there is room." />
                    <Banner
                        tone=Tone::Danger
                        words="No connection to the server since 09:12. What you change is kept here and sent as soon as it answers again."
                        action=retry
                        dismiss="Dismiss"
                    />
                </div>
            </Case>
            <Case name="Notice" wide=true>
                <div class="specimen-page">
                    <Notice tone=Tone::Neutral title="Only this computer.">"There are no accounts yet."</Notice>
                    <Notice tone=Tone::Warn title="Everyone is let in.">"Whoever reaches this address sees all files."</Notice>
                </div>
            </Case>
            <Case name="Verdict" wide=true>
                <Verdict tone=Tone::Ok title="All is well">
                    "Every part answered."
                </Verdict>
                <Verdict tone=Tone::Danger title="Files cannot be read">
                    "The storage does not answer. Nothing is lost."
                </Verdict>
            </Case>
        </Section>
    }
    .whole()
}
