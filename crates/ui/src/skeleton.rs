//! A skeleton: the shape of what is still on its way, so that nothing jumps when it comes.

use leptos::prelude::*;

use crate::Whole;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SkeletonShape {
    #[default]
    Rows,
    Tiles,
    Text,
}

#[component]
pub fn Skeleton(
    #[prop(optional)] shape: SkeletonShape,
    count: usize,
    /// What is on its way, for those who do not see the shape.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let class = match shape {
        SkeletonShape::Rows => "rows skeletons",
        SkeletonShape::Tiles => "tiles skeletons",
        SkeletonShape::Text => "lines skeletons",
    };
    let part = move |_| match shape {
        SkeletonShape::Rows => {
            view! { <li class="row skeleton"><span class="thumb"></span><span class="bar"></span></li> }.whole()
        }
        SkeletonShape::Tiles => {
            view! { <li class="skeleton"><span class="pic"></span><span class="bar"></span></li> }.whole()
        }
        SkeletonShape::Text => view! { <li class="skeleton"><span class="bar"></span></li> }.whole(),
    };
    let parts: Vec<_> = (0..count).map(part).collect();
    view! {
        <div aria-busy="true" role="status" aria-label=label>
            <ul class=class aria-hidden="true">
                {parts}
            </ul>
        </div>
    }
    .whole()
}
