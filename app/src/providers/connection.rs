//! Whether the server can be reached. The browser knows when it is offline; that the server is gone
//! shows when a request gets no answer, and then it is asked until it is back.

use std::cell::Cell;
use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// An address that answers whenever the program runs.
const ALIVE: &str = "/healthz";
/// Between two questions.
const PAUSE: Duration = Duration::from_secs(3);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Up,
    /// This device has no network.
    Offline,
    /// The network is there, the server is not.
    ServerAway,
}

#[derive(Clone, Copy)]
pub struct Connection(RwSignal<Line>);

pub fn connection() -> Connection {
    expect_context()
}

thread_local! {
    /// For those who hear nothing where there is no context: answers to requests come anywhere.
    static OF_THIS_PAGE: Cell<Option<Connection>> = const { Cell::new(None) };
}

/// A request got no answer.
pub fn heard_nothing() {
    if let Some(connection) = OF_THIS_PAGE.get() {
        connection.lost();
    }
}

pub fn provide() {
    let connection = Connection(RwSignal::new(Line::Up));
    provide_context(connection);
    if cfg!(not(feature = "ssr")) {
        OF_THIS_PAGE.set(Some(connection));
    }
    Effect::new(move |_| {
        if !window().navigator().on_line() {
            connection.0.set(Line::Offline);
        }
        let lost = window_event_listener(ev::offline, move |_| connection.0.set(Line::Offline));
        let found = window_event_listener(ev::online, move |_| connection.ask());
        on_cleanup(move || {
            lost.remove();
            found.remove();
        });
    });
}

impl Connection {
    pub fn line(self) -> Line {
        self.0.get()
    }

    fn lost(self) {
        if self.0.get_untracked() == Line::Up {
            self.0.set(Line::ServerAway);
            self.ask();
        }
    }

    /// Asks until the server answers.
    fn ask(self) {
        spawn_local(async move {
            if is_alive().await {
                self.0.set(Line::Up);
            } else if window().navigator().on_line() {
                self.0.set(Line::ServerAway);
                set_timeout(move || self.ask(), PAUSE);
            }
        });
    }
}

async fn is_alive() -> bool {
    let answer = JsFuture::from(window().fetch_with_str(ALIVE)).await;
    answer.is_ok_and(|answer| answer.unchecked_into::<Response>().ok())
}
