//! Breadcrumbs: the way down to where one is. A long way folds in its middle; on a phone all but
//! the last step up does.

use leptos::prelude::*;

use crate::{Icon, IconName, Menu, MenuItem, Whole};

/// A way longer than this folds: the first, the last step up and where one is stay.
const LONGEST: usize = 4;

/// A name of that many letters is never cut for the sake of longer ones.
const SHORT: usize = 12;

#[derive(Clone, Debug)]
pub struct Crumb {
    pub words: String,
    pub href: String,
}

#[component]
pub fn Breadcrumbs(
    #[prop(into)] id: String,
    /// What the way is called.
    #[prop(into)]
    label: String,
    /// What the button that unfolds it is called.
    #[prop(into)]
    more: String,
    /// From the top down; without where one is.
    above: Vec<Crumb>,
    /// Where one is.
    #[prop(into)]
    here: String,
    /// Where one is is the page's heading.
    #[prop(optional)]
    heading: bool,
) -> impl IntoView {
    let steps = above.len();
    let folds = steps + 1 > LONGEST;
    // On a phone everything above the parent is folded, so that one has something to unfold there
    // even if the way is short.
    let fold = (steps > 1).then(|| {
        let items: Vec<_> = above[..steps - 1]
            .iter()
            .enumerate()
            .map(|(at, crumb)| {
                let Crumb { words, href } = crumb.clone();
                let item = view! {
                    <MenuItem icon=IconName::Folder href=href>
                        <bdi>{words}</bdi>
                    </MenuItem>
                };
                view! { <div role="none" class:only-phone=at == 0>{item}</div> }
            })
            .collect();
        view! {
            <li class="fold" class:only-phone=!folds>
                <Menu id label=more icon=IconName::More tight=true>
                    {items}
                </Menu>
            </li>
        }
        .whole()
    });
    let mut fold = fold;
    let mut links: Vec<AnyView> = Vec::new();
    for (at, Crumb { words, href }) in above.into_iter().enumerate() {
        let is_parent = at + 1 == steps;
        if is_parent {
            links.extend(fold.take());
        } else if folds && at > 0 {
            continue;
        }
        let title = words.clone();
        let is_short = words.chars().count() <= SHORT;
        links.push(
            view! {
                <li class:not-phone=!is_parent class:short=is_short>
                    <a href=href title=title>
                        <Icon name=IconName::Back />
                        <bdi class="cut">{words}</bdi>
                    </a>
                </li>
            }
            .whole(),
        );
    }
    let title = here.clone();
    let here = view! { <bdi class="cut">{here}</bdi> };
    let last = if heading {
        view! {
            <h1 aria-current="page" title=title>
                {here}
            </h1>
        }
        .whole()
    } else {
        view! {
            <span aria-current="page" title=title>
                {here}
            </span>
        }
        .whole()
    };
    view! {
        <nav class="crumbs" aria-label=label>
            <ol>{links} <li class="here">{last}</li></ol>
        </nav>
    }
    .whole()
}
