//! Versions, as far as the comparison with `min_binary` needs them.

/// Major, minor, patch. What follows a `-` or `+` is not compared: a pre-release of a version
/// brings that version's migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u64; 3]);

impl Version {
    pub fn parse(text: &str) -> Option<Self> {
        let numbers = text.split(['-', '+']).next()?;
        let mut parts = numbers.split('.').map(|part| part.parse().ok());
        let version = Self([parts.next()??, parts.next()??, parts.next()??]);
        parts.next().is_none().then_some(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert!(Version::parse("0.9.0") < Version::parse("0.10.0"));
        assert!(Version::parse("1.0.0") > Version::parse("0.99.99"));
        assert_eq!(Version::parse("1.2.3-rc.1+7"), Version::parse("1.2.3"));
    }

    #[test]
    fn anything_else_is_not_a_version() {
        for text in ["", "1", "1.2", "1.2.3.4", "v1.2.3", "1.2.x", "-1.2.3"] {
            assert_eq!(Version::parse(text), None, "{text}");
        }
    }
}
