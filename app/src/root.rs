//! The root component: providers, frame, routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{Lazy, SsrMode, path};

use crate::bootstrap;
use crate::frame::{Frame, overlay};
use crate::pages::dev::ComponentsPage;
use crate::pages::docs::{ArticlePage, DocsPage};
use crate::pages::files::FilesPage;
use crate::pages::home::HomePage;
use crate::pages::not_found::NotFound;
use crate::pages::status::StatusPage;
use crate::providers::{clock, connection, pwa, uploads};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let facts = bootstrap::find();
    let base = facts.base;
    provide_context(facts);
    connection::provide();
    uploads::provide();
    pwa::provide();
    overlay::provide();
    clock::remember_zone();
    let (travelling, set_travelling) = signal(false);

    view! {
        <Router base set_is_routing=set_travelling>
            <Frame travelling>
                <FlatRoutes fallback=NotFound transition=true>
                    <Route path=path!("/") view={Lazy::<HomePage>::new()} ssr=SsrMode::InOrder />
                    <Route path=path!("/files") view={Lazy::<FilesPage>::new()} ssr=SsrMode::InOrder />
                    <Route path=path!("/status") view={Lazy::<StatusPage>::new()} ssr=SsrMode::InOrder />
                    <Route path=path!("/docs") view={Lazy::<DocsPage>::new()} ssr=SsrMode::InOrder />
                    <Route path=path!("/docs/:article") view={Lazy::<ArticlePage>::new()} ssr=SsrMode::InOrder />
                    <Route path=path!("/dev/components") view={Lazy::<ComponentsPage>::new()} ssr=SsrMode::InOrder />
                </FlatRoutes>
            </Frame>
        </Router>
    }
    .into_any()
}
