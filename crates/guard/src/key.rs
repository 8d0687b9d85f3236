//! Who has an allowance of their own.

use std::net::IpAddr;

use sha2::{Digest as _, Sha256};

/// Sixteen bytes: enough that no two keys meet by accident.
pub type Short = [u8; 16];

/// Whoever a limit counts: an address, or any text such as the name of an account.
///
/// Of an IPv6 address the first 64 bits count, because whoever has one has them all. A text is
/// taken as it is: whoever takes "Ann" and "ann" for the same says so before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    own: Short,
    crowd: Short,
}

impl Key {
    /// What is counted.
    pub(crate) fn own(self) -> Short {
        self.own
    }

    /// What is counted where there are too many to count each: the network around an address.
    pub(crate) fn crowd(self) -> Short {
        self.crowd
    }

    /// The name under which nodes and restarts find it again. A digest, so that neither database
    /// nor Redis lists who came from where. It is no secret: addresses are few enough to try them
    /// all. What protects those is that a mark that means nothing any more is forgotten.
    pub(crate) fn shared(self, limit: &str) -> String {
        let mut hasher = Sha256::new();
        hasher.update(limit.as_bytes());
        hasher.update([0]);
        hasher.update(self.own);
        format!("{limit}:{}", hex::encode(short(&hasher.finalize())))
    }
}

impl From<IpAddr> for Key {
    fn from(address: IpAddr) -> Self {
        let (kept, together) = match address.to_canonical() {
            // Written as IPv6, an IPv4 address has its four bytes at the end.
            IpAddr::V4(_) => (16, 14),
            IpAddr::V6(_) => (8, 4),
        };
        let octets = match address.to_canonical() {
            IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
            IpAddr::V6(address) => address.octets(),
        };
        Self {
            own: first(octets, kept),
            crowd: first(octets, together),
        }
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        let own = short(&Sha256::digest(text.as_bytes()));
        Self {
            own,
            crowd: first(own, 2),
        }
    }
}

/// The first bytes, the others zero.
fn first(mut bytes: Short, kept: usize) -> Short {
    bytes[kept..].fill(0);
    bytes
}

fn short(digest: &[u8]) -> Short {
    let mut short = [0; 16];
    for (to, from) in short.iter_mut().zip(digest) {
        *to = *from;
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Key {
        text.parse::<IpAddr>().expect("an address").into()
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        assert_eq!(address("2001:db8:1:2::1"), address("2001:db8:1:2:ffff::1"));
        assert_ne!(address("2001:db8:1:2::1").own(), address("2001:db8:1:3::1").own());
        assert_eq!(address("2001:db8:1:2::1").crowd(), address("2001:db8:9::1").crowd());
        assert_ne!(address("2001:db8::1").crowd(), address("2001:db9::1").crowd());
    }

    #[test]
    fn an_ipv4_address_is_the_same_however_it_is_written() {
        assert_eq!(address("203.0.113.9"), address("::ffff:203.0.113.9"));
        assert_ne!(address("203.0.113.9").own(), address("203.0.113.10").own());
        assert_eq!(address("203.0.113.9").crowd(), address("203.0.7.1").crowd());
        assert_ne!(address("203.0.113.9").crowd(), address("203.1.113.9").crowd());
    }

    #[test]
    fn what_is_stored_names_nobody() {
        let stored = address("203.0.113.9").shared("sign-in");
        assert!(stored.starts_with("sign-in:") && !stored.contains("203"), "{stored}");
        assert_eq!(stored.len(), "sign-in:".len() + 32);
        assert_ne!(
            stored["sign-in:".len()..],
            address("203.0.113.9").shared("reset")["reset:".len()..]
        );
        let ann = Key::from("ann@example.org").shared("sign-in");
        assert_eq!(ann, Key::from("ann@example.org").shared("sign-in"));
        assert_ne!(ann, Key::from("Ann@example.org").shared("sign-in"));
    }
}
