//! The root component: providers, frame, routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

use crate::bootstrap;
use crate::frame::Frame;
use crate::pages::files::FilesPage;
use crate::pages::not_found::NotFound;
use crate::pages::status::StatusPage;
use crate::providers::{clock, uploads};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(bootstrap::find());
    uploads::provide();
    clock::remember_offset();

    view! {
        <Router>
            <Frame>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view={Lazy::<FilesPage>::new()} ssr=SsrMode::InOrder />
                    <Route path=path!("/status") view={Lazy::<StatusPage>::new()} ssr=SsrMode::InOrder />
                </Routes>
            </Frame>
        </Router>
    }
    .into_any()
}
