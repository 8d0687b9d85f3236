//! Who is at the other end: address, whether the line is encrypted, and what that makes of them.
//!
//! Without accounts the machine itself is let in and nobody else, so the address has to be the
//! truth. Two things can bend it: a proxy, which makes everybody look like itself, and a name
//! somebody points at this machine, which makes any web page look like ours.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use domain::access::{Actor, Openness};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Uri, header};
use ipnet::IpNet;

use crate::config::Server;
use crate::listener::Peer;

/// Headers that only a proxy adds.
const MARKS_OF_A_PROXY: [&str; 6] = [
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-real-ip",
    "true-client-ip",
    "cf-connecting-ip",
];

/// The rules of this installation.
#[derive(Clone, Debug)]
pub struct ClientRules {
    trusted: Vec<IpNet>,
    header: HeaderName,
    openness: Openness,
    public_host: Option<String>,
    listen: SocketAddr,
}

/// The other end of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Whose allowance a request uses up: the client's address, or the proxy's if that is all we know.
    pub address: IpAddr,
    pub actor: Actor,
    /// The client's own line is encrypted.
    pub https: bool,
    /// The browser treats this origin as secure: encrypted, or the machine itself.
    pub secure_context: bool,
    /// The request named this installation by a name of its own.
    pub named_as_ours: bool,
}

impl ClientRules {
    pub fn new(server: &Server) -> Self {
        Self {
            trusted: server.trusted_proxies.clone(),
            header: server.client_address_header.clone(),
            openness: if server.open_access {
                Openness::Everyone
            } else {
                Openness::Loopback
            },
            public_host: server
                .public_url
                .as_ref()
                .map(|url| bare(&url.host).to_ascii_lowercase()),
            listen: server.listen,
        }
    }

    /// Judges a request. Without a known peer it comes from nobody.
    pub fn judge(&self, request: &Parts) -> Client {
        let peer = request.extensions.get::<Peer>().copied();
        let near = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| {
            peer.remote.ip().to_canonical()
        });
        let proxied = peer.is_some() && self.trusts(near);
        let origin = if proxied {
            self.forwarded_for(&request.headers)
        } else {
            unproxied(near, &request.headers)
        };
        let host = host_of(&request.uri, &request.headers);
        let local = peer.and_then(|peer| peer.local);
        let named_as_ours = host.as_deref().is_some_and(|host| self.is_ours(host, local));
        let https = proxied && forwarded_proto_is_https(&request.headers);
        // An unknown origin is no loopback address, which is all that matters about it.
        let judged = origin.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        Client {
            address: origin.unwrap_or(near),
            actor: Actor::without_accounts(self.openness, judged, named_as_ours),
            https,
            secure_context: https || host.as_deref().is_some_and(names_this_machine),
            named_as_ours,
        }
    }

    pub fn openness(&self) -> Openness {
        self.openness
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The client as a trusted proxy names it: the rightmost address that is not a trusted proxy's.
    /// What stands further left was written by the client itself. Nothing, if it cannot be told.
    fn forwarded_for(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let values: Vec<&str> = headers
            .get_all(&self.header)
            .iter()
            .map(|value| value.to_str().ok())
            .collect::<Option<_>>()?;
        let mut client = None;
        for item in values.iter().flat_map(|value| value.split(',')).rev() {
            let address = address_in(item.trim())?;
            client = Some(address);
            if !self.trusts(address) {
                break;
            }
        }
        client
    }

    /// Whether `host` is a name of this installation that nobody else can point at it.
    ///
    /// Host names other than ours are refused because anybody can register one for our address.
    /// An address cannot be pointed elsewhere: the browser really is on the page of that address.
    fn is_ours(&self, host: &str, local: Option<SocketAddr>) -> bool {
        if names_this_machine(host) || self.public_host.as_deref() == Some(host) {
            return true;
        }
        let Ok(address) = host.parse::<IpAddr>() else {
            return false;
        };
        let address = address.to_canonical();
        let listened = self.listen.ip().to_canonical();
        self.openness == Openness::Everyone
            || (!listened.is_unspecified() && address == listened)
            || local.is_some_and(|local| local.ip().to_canonical() == address)
    }
}

/// A client without a trusted proxy. Loopback with the marks of a proxy is a proxy nobody told us
/// of: everybody it serves would look like the machine itself, so nobody does.
fn unproxied(near: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let marked = MARKS_OF_A_PROXY.iter().any(|name| headers.contains_key(*name)) || headers.contains_key(header::VIA);
    (!(marked && near.is_loopback())).then_some(near)
}

fn forwarded_proto_is_https(headers: &HeaderMap) -> bool {
    let last = headers.get_all("x-forwarded-proto").iter().next_back();
    last.and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
}

/// The host a request names, in lower case, without port and brackets.
fn host_of(uri: &Uri, headers: &HeaderMap) -> Option<String> {
    authority_of(uri, headers).map(|authority| bare(authority.host()).trim_end_matches('.').to_ascii_lowercase())
}

/// The authority a request names: from its target (HTTP/2), else from its one `Host` header.
pub fn authority_of(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    if let Some(authority) = uri.authority() {
        return Some(authority.clone());
    }
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Authority::try_from(host.as_bytes()).ok(),
        _ => None,
    }
}

fn names_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}

fn bare(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address_in(text: &str) -> Option<IpAddr> {
    let address = text
        .parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address
        .or_else(|| bare(text).parse().ok())
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
