//! The one gate: who is asking, and what they may reach.
//!
//! Store functions that return nodes take a [`Scope`]. Only this module can make one, and only
//! from an [`Actor`], so that no route can read around the decision.

use std::net::IpAddr;

/// Who a request speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at the machine itself, while the installation has no accounts yet.
    LocalOwner,
    /// Nobody we know.
    Stranger,
}

/// What a route asks of its caller. Each route of the table names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Everybody: health for load balancers, static assets, pages that show nothing private.
    Public,
    /// Whoever may use this installation.
    Member,
    /// Whoever runs it: figures and states.
    Operator,
}

/// The right to see nodes. It cannot be made outside this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope(Reach);

/// What a scope covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All nodes of the installation.
    Everything,
}

impl Scope {
    pub const fn reach(self) -> Reach {
        self.0
    }
}

/// The caller may not do this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("access denied")]
pub struct Denied;

/// How an installation without accounts treats its callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Openness {
    /// Only the machine itself.
    Loopback,
    /// Everybody who reaches it: the owner said so in the configuration.
    Everyone,
}

impl Actor {
    /// Who speaks from `address` while there are no accounts.
    ///
    /// `named_as_ours` says that the request named this installation by a host name of its own
    /// (`localhost`, a loopback address, the public URL). Without that, any web page could point a
    /// name of its own at this machine and read along.
    pub fn without_accounts(openness: Openness, address: IpAddr, named_as_ours: bool) -> Self {
        let near = match openness {
            Openness::Everyone => true,
            Openness::Loopback => address.to_canonical().is_loopback(),
        };
        if near && named_as_ours {
            Self::LocalOwner
        } else {
            Self::Stranger
        }
    }

    /// Decides whether this actor may use a route of this class.
    pub fn may(self, access: Access) -> Result<(), Denied> {
        match (access, self) {
            (Access::Public, _) | (Access::Member | Access::Operator, Self::LocalOwner) => Ok(()),
            (Access::Member | Access::Operator, Self::Stranger) => Err(Denied),
        }
    }

    /// The nodes this actor may see.
    pub fn scope(self) -> Result<Scope, Denied> {
        match self {
            Self::LocalOwner => Ok(Scope(Reach::Everything)),
            Self::Stranger => Err(Denied),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn without_accounts_only_the_machine_itself_is_let_in() {
        for near in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            let actor = Actor::without_accounts(Openness::Loopback, address(near), true);
            assert_eq!(actor, Actor::LocalOwner, "{near}");
        }
        for far in [
            "192.168.1.4",
            "10.0.0.1",
            "203.0.113.9",
            "::ffff:192.168.1.4",
            "fe80::1",
            "0.0.0.0",
        ] {
            let actor = Actor::without_accounts(Openness::Loopback, address(far), true);
            assert_eq!(actor, Actor::Stranger, "{far}");
        }
    }

    #[test]
    fn a_foreign_host_name_is_a_stranger_even_from_loopback() {
        for openness in [Openness::Loopback, Openness::Everyone] {
            assert_eq!(
                Actor::without_accounts(openness, address("127.0.0.1"), false),
                Actor::Stranger
            );
        }
    }

    #[test]
    fn strangers_get_public_routes_and_no_scope() {
        assert_eq!(Actor::Stranger.may(Access::Public), Ok(()));
        assert_eq!(Actor::Stranger.may(Access::Member), Err(Denied));
        assert_eq!(Actor::Stranger.may(Access::Operator), Err(Denied));
        assert_eq!(Actor::Stranger.scope(), Err(Denied));
    }
}
