//! The layers around every route, and the order they stand in.
//!
//! A layer treats all requests alike; what differs between routes it reads from the route's row.
//! From the outside in: `observe` names, measures and logs the request; `present` writes problems
//! out; `headers` adds what protects browsers; then come the panic catcher, compression, CORS,
//! `linger` (hears a refused upload out), the cross-site check, the size of headers, `maintenance`
//! (nobody is let in), `gate` (who is asking, may they), rate limits, time-outs and the size of bodies. A layer may answer by itself; those outside of it still see that answer.
//!
//! To add a layer: a module with one function, and its line in [`around`], with the reason for its
//! place if it has one.

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};

use crate::state::AppState;

mod body;
pub mod client;
mod compression;
mod cors;
mod cross_site;
pub mod figures;
mod gate;
mod headers;
pub mod idle;
mod linger;
mod maintenance;
mod observe;
mod panics;
mod present;
pub mod rate;
pub mod request;
mod timeout;

pub use headers::UserContent;

/// Puts all layers around the routes. The last one added is the outermost.
pub fn around(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let server = &state.config().server;
    let router = router
        .layer(from_fn_with_state(state.clone(), body::limit))
        .layer(from_fn_with_state(state.clone(), timeout::respond_in_time))
        .layer(from_fn_with_state(state.clone(), rate::limit))
        .layer(from_fn(gate::admit))
        .layer(from_fn_with_state(state.clone(), maintenance::refuse))
        .layer(from_fn_with_state(state.clone(), body::limit_headers))
        .layer(cross_site::layer(server))
        // Outside of everything that may refuse a request before its body was read.
        .layer(from_fn(linger::hear_out));
    let router = match cors::layer(server) {
        Some(layer) => router.layer(layer),
        None => router,
    };
    router
        .layer(compression::layer())
        .layer(panics::layer())
        .layer(from_fn(headers::protect))
        .layer(from_fn_with_state(state.clone(), present::problems))
        .layer(from_fn_with_state(state.clone(), observe::request))
}
