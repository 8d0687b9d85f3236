use leptos::prelude::*;
use ui::{Skeleton, SkeletonShape, Whole as _};

use super::{Case, Section};

pub fn section() -> AnyView {
    view! {
        <Section id="skeletons" title="Skeletons">
            <Case name="Rows" wide=true>
                <Skeleton count=4 label="Files are on their way" />
            </Case>
            <Case name="Tiles" wide=true>
                <Skeleton shape=SkeletonShape::Tiles count=4 label="Pictures are on their way" />
            </Case>
            <Case name="Text" wide=true>
                <Skeleton shape=SkeletonShape::Text count=3 label="The text is on its way" />
            </Case>
        </Section>
    }
    .whole()
}
