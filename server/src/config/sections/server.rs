//! Where Dropcast listens and how it treats requests before anybody looks at them.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use ipnet::IpNet;
use service::zones;
use texts::Zone;

use super::Chapter;
use crate::config::setting::{Row, Setting};
use crate::config::value::{Maintenance, MemorySize, Networks, Origins, WebAddress};
use crate::config::{Reader, Section};

const LISTEN: Setting<SocketAddr> =
    Setting::new("DROPCAST_LISTEN", "server.listen", "The address and port to listen on.").default("127.0.0.1:8080");

const PUBLIC_URL: Setting<WebAddress> = Setting::new(
    "DROPCAST_PUBLIC_URL",
    "server.public_url",
    "How people reach this installation; links that leave it, in mails and feeds, are built from this and from nothing else.",
);

const TIME_ZONE: Setting<Zone> = Setting::new(
    "DROPCAST_TIME_ZONE",
    "server.time_zone",
    "The time zone of dates that are shown to somebody whose own is not known yet.",
)
.follows("the one this machine is set to, else `UTC`");

const OPEN_ACCESS: Setting<bool> = Setting::new(
    "DROPCAST_OPEN_ACCESS",
    "server.open_access",
    "While there are no accounts only this machine itself is let in; `true` lets in everybody who can reach the address.",
)
.default("false");

const TRUSTED_PROXIES: Setting<Networks> = Setting::new(
    "DROPCAST_TRUSTED_PROXIES",
    "server.trusted_proxies",
    "The networks whose word about the client's address is believed; without them the forwarding headers are ignored.",
);

const CLIENT_ADDRESS_HEADER: Setting<HeaderName> = Setting::new(
    "DROPCAST_CLIENT_ADDRESS_HEADER",
    "server.client_address_header",
    "The header in which a trusted proxy names the client's address.",
)
.default("x-forwarded-for");

const CORS_ORIGINS: Setting<Origins> = Setting::new(
    "DROPCAST_CORS_ORIGINS",
    "server.cors_origins",
    "The other sites whose pages may call the API in a browser.",
);

const MAINTENANCE: Setting<Maintenance> = Setting::new(
    "DROPCAST_MAINTENANCE",
    "server.maintenance",
    "While it is set, people read that Dropcast is being maintained, with your sentence if there is one, programs get 503, and no background work begins; health stays as it is.",
)
.default("false");

const RESPONSE_TIMEOUT: Setting<Duration> = Setting::new(
    "DROPCAST_RESPONSE_TIMEOUT",
    "server.response_timeout",
    "How long a response may take to begin; file bodies may then take as long as they need.",
)
.default("30s");

const HEADER_TIMEOUT: Setting<Duration> = Setting::new(
    "DROPCAST_HEADER_TIMEOUT",
    "server.header_timeout",
    "How long a client may take to send the headers of a request.",
)
.default("15s");

const MAX_HEADER_BYTES: Setting<MemorySize> = Setting::new(
    "DROPCAST_MAX_HEADER_BYTES",
    "server.max_header_bytes",
    "How large the headers of one request may be together.",
)
.default("32KiB");

const MAX_JSON_BODY: Setting<MemorySize> = Setting::new(
    "DROPCAST_MAX_JSON_BODY",
    "server.max_json_body",
    "How large a body may be that is not a file: JSON and forms.",
)
.default("1MiB");

const SHUTDOWN_NOTICE: Setting<Duration> = Setting::new(
    "DROPCAST_SHUTDOWN_NOTICE",
    "server.shutdown_notice",
    "How long to go on taking connections after turning not ready; behind a load balancer, a little more than its check interval.",
)
.default("0s");

const SHUTDOWN_DRAIN: Setting<Duration> = Setting::new(
    "DROPCAST_SHUTDOWN_DRAIN",
    "server.shutdown_drain",
    "How long open requests may take to finish before they are cut; keep it below the time after which your supervisor kills.",
)
.default("20s");

pub const CHAPTER: Chapter = Chapter {
    title: "Server",
    about: "Where Dropcast listens, and how requests are treated before anybody looks at them.",
    rows: ROWS,
};

const ROWS: &[Row] = &[
    LISTEN.row,
    PUBLIC_URL.row,
    TIME_ZONE.row,
    OPEN_ACCESS.row,
    TRUSTED_PROXIES.row,
    CLIENT_ADDRESS_HEADER.row,
    CORS_ORIGINS.row,
    MAINTENANCE.row,
    RESPONSE_TIMEOUT.row,
    HEADER_TIMEOUT.row,
    MAX_HEADER_BYTES.row,
    MAX_JSON_BODY.row,
    SHUTDOWN_NOTICE.row,
    SHUTDOWN_DRAIN.row,
];

/// Where Dropcast listens, and how it treats requests before anybody looks at them.
#[derive(Clone, Debug)]
pub struct Server {
    pub listen: SocketAddr,
    pub public_url: Option<WebAddress>,
    pub time_zone: Zone,
    /// Whether everybody is let in while there are no accounts.
    pub open_access: bool,
    pub trusted_proxies: Vec<IpNet>,
    pub client_address_header: HeaderName,
    pub cors_origins: Vec<HeaderValue>,
    pub maintenance: Maintenance,
    pub response_timeout: Duration,
    pub header_timeout: Duration,
    pub max_header_bytes: usize,
    pub max_json_body: usize,
    pub shutdown_notice: Duration,
    pub shutdown_drain: Duration,
}

impl Server {
    pub fn read(from: &mut Reader) -> Option<Self> {
        let listen = from.get(&LISTEN);
        let public_url = from.maybe(&PUBLIC_URL);
        let time_zone = from.maybe(&TIME_ZONE);
        let open_access = from.get(&OPEN_ACCESS);
        let trusted_proxies = from.maybe(&TRUSTED_PROXIES);
        let client_address_header = from.get(&CLIENT_ADDRESS_HEADER);
        let cors_origins = from.maybe(&CORS_ORIGINS);
        let maintenance = from.get(&MAINTENANCE);
        let response_timeout = from.get(&RESPONSE_TIMEOUT);
        let header_timeout = from.get(&HEADER_TIMEOUT);
        let max_header_bytes = from.get(&MAX_HEADER_BYTES);
        let max_json_body = from.get(&MAX_JSON_BODY);
        let shutdown_notice = from.get(&SHUTDOWN_NOTICE);
        let shutdown_drain = from.get(&SHUTDOWN_DRAIN);
        Some(Self {
            listen: listen?,
            public_url: public_url?,
            time_zone: time_zone?.unwrap_or_else(zones::of_this_machine),
            open_access: open_access?,
            trusted_proxies: trusted_proxies?.unwrap_or_default().0,
            client_address_header: client_address_header?,
            cors_origins: cors_origins?.unwrap_or_default().0,
            maintenance: maintenance?,
            response_timeout: response_timeout?,
            header_timeout: header_timeout?,
            max_header_bytes: max_header_bytes?.0.get(),
            max_json_body: max_json_body?.0.get(),
            shutdown_notice: shutdown_notice?,
            shutdown_drain: shutdown_drain?,
        })
    }
}

impl Section for Server {
    fn validate(&self, reader: &mut Reader) {
        for (setting, value) in [
            (&RESPONSE_TIMEOUT, self.response_timeout),
            (&HEADER_TIMEOUT, self.header_timeout),
        ] {
            if value < Duration::from_millis(100) {
                reader.refuse(
                    &setting.row,
                    "is shorter than any request takes",
                    "write at least `100ms`",
                );
            }
        }
        // Below 8 KiB ordinary browsers with ordinary cookies fail, and so does the connection loop.
        if !(8 << 10..=256 << 10).contains(&self.max_header_bytes) {
            reader.refuse(
                &MAX_HEADER_BYTES.row,
                "is not between 8 KiB and 256 KiB",
                "write a size in between",
            );
        }
        if !(1 << 10..=64 << 20).contains(&self.max_json_body) {
            reader.refuse(
                &MAX_JSON_BODY.row,
                "is not between 1 KiB and 64 MiB",
                "write a size in between",
            );
        }
        if self.shutdown_notice > Duration::from_mins(5) {
            reader.refuse(
                &SHUTDOWN_NOTICE.row,
                "is longer than five minutes",
                "write at most `5m`",
            );
        }
        if self.trusted_proxies.iter().any(|network| network.prefix_len() == 0) {
            let what = "trusts every address, so that anybody could claim to be anybody";
            reader.refuse(&TRUSTED_PROXIES.row, what, "name only the networks of your proxies");
        }
        if reader.is_set(&CLIENT_ADDRESS_HEADER.row) && self.trusted_proxies.is_empty() {
            let what = "has no effect while no proxy is trusted";
            reader.refuse(
                &CLIENT_ADDRESS_HEADER.row,
                what,
                "set DROPCAST_TRUSTED_PROXIES too, or unset this",
            );
        }
    }
}
