//! Ids: UUIDv7 behind a type per thing, so that a node's id never passes for a blob's.
//!
//! An id sorts by the time it was made. It is not a secret: slugs and tokens are separate random
//! values.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ambient::Ambient;

/// The text is not an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: expected 32 hexadecimal digits in the usual five groups")]
pub struct InvalidId;

fn new_uuid(ambient: &dyn Ambient) -> Uuid {
    let mut random = [0; 10];
    ambient.fill(&mut random);
    let millis = u64::try_from(ambient.now().millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id, stamped with the given time.
            pub fn new(ambient: &dyn Ambient) -> Self {
                Self(new_uuid(ambient))
            }

            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                // Only the hyphenated form: one thing has one address.
                if text.len() != 36 {
                    return Err(InvalidId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ids! {
    /// A file or folder in a space.
    NodeId,
    /// Stored bytes; names their object in the blob store.
    BlobId,
    /// A person with a role.
    UserId,
    /// A durable unit of background work.
    JobId,
    /// One process that works on jobs, from its start to its end.
    WorkerId,
    /// One request, in logs, headers and error answers.
    RequestId,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    struct Fixed(i64);

    impl Ambient for Fixed {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(self.0)
        }

        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xa5);
        }
    }

    #[test]
    fn ids_are_version_seven_and_sort_by_time() {
        let early = NodeId::new(&Fixed(1_000_000));
        let late = NodeId::new(&Fixed(2_000_000));
        assert_eq!(early.uuid().get_version_num(), 7);
        assert!(early < late);
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let id = BlobId::new(&Fixed(1_700_000_000_000_000));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.uuid().simple().to_string().parse::<BlobId>(), Err(InvalidId));
        assert_eq!("".parse::<BlobId>(), Err(InvalidId));
    }
}
