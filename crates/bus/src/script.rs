//! Small programs that Redis runs in one step, and what goes in and comes out.

use redis::{FromRedisValue, RedisWrite, ToRedisArgs};

/// The source text of a Lua program. It touches only keys that it gets as `KEYS`, and one and the
/// same text serves every call: what varies travels as `ARGV`.
#[derive(Clone, Copy, Debug)]
pub struct Script(&'static str);

impl Script {
    pub const fn new(source: &'static str) -> Self {
        Self(source)
    }

    pub(crate) fn source(&self) -> &'static str {
        self.0
    }
}

/// One value for a script. In Lua each of them is a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    Number(i64),
    Text(&'a str),
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl ToRedisArgs for Arg<'_> {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        match self {
            Self::Number(number) => number.write_redis_args(out),
            Self::Text(text) => text.write_redis_args(out),
        }
    }
}

/// What a script may answer with: `i64` or `Vec<i64>`. (Lua's fractions are cut by Redis.)
pub trait Answer: FromRedisValue + sealed::Sealed {}

impl Answer for i64 {}
impl Answer for Vec<i64> {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
    impl Sealed for Vec<i64> {}
}
