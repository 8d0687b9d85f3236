use leptos::prelude::*;
use ui::{Breadcrumbs, Crumb, Whole as _};

use super::{Case, Section};

fn way(steps: &[&str]) -> Vec<Crumb> {
    let crumb = |step: &&str| Crumb {
        words: (*step).to_owned(),
        href: "/files".to_owned(),
    };
    steps.iter().map(crumb).collect()
}

pub fn section() -> AnyView {
    let crumbs = |id: &'static str, above: &[&str], here: &'static str| {
        view! {
            <div class="specimen-way">
                <Breadcrumbs id label=format!("Way to {here}") more="Folders in between" above=way(above) here />
            </div>
        }
    };
    view! {
        <Section id="breadcrumbs" title="Breadcrumbs">
            <Case name="At the top" wide=true>
                {crumbs("crumbs-top", &[], "Files")}
            </Case>
            <Case name="One below" wide=true>
                {crumbs("crumbs-one", &["Files"], "Studio")}
            </Case>
            <Case name="A few" wide=true>
                {crumbs("crumbs-few", &["Files", "Studio"], "Lofoten wedding")}
            </Case>
            <Case name="Many" wide=true>
                {crumbs("crumbs-many", &["Files", "Studio", "2026", "Norway", "Lofoten", "Wedding"], "Selects")}
            </Case>
            <Case name="Long names" wide=true>
                {crumbs(
                    "crumbs-long",
                    &["Files", "صور العائلة ٢٠٢٦", "2026-07-14 Summer by the sea, all the pictures that were too good to throw away"],
                    "Everything that did not fit into any of the other folders, sorted by the day on which it was taken",
                )}
            </Case>
        </Section>
    }
    .whole()
}
