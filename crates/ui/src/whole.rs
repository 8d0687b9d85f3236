//! Views that are taken over in one go.
//!
//! An erased view carries code for each way it may come to life. One of them waits for parts that
//! are loaded late, and it is by far the largest. Only the outer frame of a page has such parts;
//! everything inside them is there when it is needed. A whole view leaves that code out, which is
//! about a fifth of all that the browser loads.

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::ssr::StreamBuilder;
use leptos::tachys::view::{Position, PositionState};

/// Erases a view that has no lazy part inside. Use it wherever `into_any` would do.
pub trait Whole {
    fn whole(self) -> AnyView;
}

impl<V> Whole for V
where
    V: RenderHtml + Send + 'static,
{
    fn whole(self) -> AnyView {
        InOneGo(self).into_any()
    }
}

/// The view inside, with taking over late replaced by taking over now.
struct InOneGo<V>(V);

impl<V: Render> Render for InOneGo<V> {
    type State = V::State;

    fn build(self) -> Self::State {
        self.0.build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.0.rebuild(state);
    }
}

impl<V: RenderHtml + 'static> AddAnyAttr for InOneGo<V> {
    type Output<SomeNewAttr: Attribute> = <V as AddAnyAttr>::Output<SomeNewAttr>;

    fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
    where
        Self::Output<NewAttr>: RenderHtml,
    {
        self.0.add_any_attr(attr)
    }
}

impl<V: RenderHtml + 'static> RenderHtml for InOneGo<V> {
    type AsyncOutput = V::AsyncOutput;
    type Owned = InOneGo<V::Owned>;

    const MIN_LENGTH: usize = V::MIN_LENGTH;
    const EXISTS: bool = V::EXISTS;

    fn dry_resolve(&mut self) {
        self.0.dry_resolve();
    }

    fn resolve(self) -> impl Future<Output = Self::AsyncOutput> + Send {
        self.0.resolve()
    }

    fn html_len(&self) -> usize {
        self.0.html_len()
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0
            .to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
    }

    fn to_html_async_with_buf<const OUT_OF_ORDER: bool>(
        self,
        buf: &mut StreamBuilder,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        self.0
            .to_html_async_with_buf::<OUT_OF_ORDER>(buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.0.hydrate::<FROM_SERVER>(cursor, position)
    }

    // `hydrate_async` stays as the trait provides it: without waiting.

    fn into_owned(self) -> Self::Owned {
        InOneGo(self.0.into_owned())
    }
}
