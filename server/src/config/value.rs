//! The types a setting can have, and how they are written.

use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use ipnet::IpNet;
use service::zones;
use texts::Zone;
use url::Url;

use super::secret::Secret;

/// A type that can be read from a setting.
pub trait Value: Sized {
    /// What a value looks like; ends the sentence "write …".
    const FORM: &'static str;

    /// Reads it. An error ends the sentence "…, which …".
    fn parse(text: &str) -> Result<Self, String>;
}

impl Value for String {
    const FORM: &'static str = "text";

    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Value for Secret {
    const FORM: &'static str = "text";

    fn parse(text: &str) -> Result<Self, String> {
        Ok(Self::new(text))
    }
}

impl Value for bool {
    const FORM: &'static str = "`true` or `false`";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "is neither true nor false".to_owned())
    }
}

impl Value for SocketAddr {
    const FORM: &'static str = "an IP address with a port, such as `127.0.0.1:8080` or `[::]:8080`";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "is not an IP address with a port".to_owned())
    }
}

impl Value for PathBuf {
    const FORM: &'static str = "a path";

    fn parse(text: &str) -> Result<Self, String> {
        if text.contains('\0') {
            Err("is not a path".to_owned())
        } else {
            Ok(text.into())
        }
    }
}

impl Value for NonZeroU32 {
    const FORM: &'static str = "a whole number of at least 1";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|_| "is not a whole number of at least 1".to_owned())
    }
}

impl Value for HeaderName {
    const FORM: &'static str = "the name of a header, such as `x-forwarded-for`";

    fn parse(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "is not the name of a header".to_owned())
    }
}

/// A duration. Reads `500ms`, `30s`, `5m`, `2h`; a bare number is seconds.
impl Value for Duration {
    const FORM: &'static str = "a duration, such as `500ms`, `30s` or `5m`";

    fn parse(text: &str) -> Result<Self, String> {
        let (number, unit) = number_and_unit(text);
        let millis = match unit {
            "ms" => 1,
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => return Err("is not a duration".to_owned()),
        };
        let number: u64 = number.parse().map_err(|_| "is not a duration".to_owned())?;
        number
            .checked_mul(millis)
            .map(Self::from_millis)
            .ok_or_else(|| "is longer than can be counted".to_owned())
    }
}

/// A number of bytes. Reads `64KiB`, `10GiB`, `5GB`; a bare number is bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl Value for Size {
    const FORM: &'static str = "a size, such as `512KiB`, `100MiB` or `2TB`";

    fn parse(text: &str) -> Result<Self, String> {
        let (number, unit) = number_and_unit(text);
        let bytes: u64 = match unit.to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            "tib" => 1 << 40,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            "tb" => 1_000_000_000_000,
            _ => return Err("is not a size".to_owned()),
        };
        let number: u64 = number.parse().map_err(|_| "is not a size".to_owned())?;
        number
            .checked_mul(bytes)
            .map(Self)
            .ok_or_else(|| "is larger than can be counted".to_owned())
    }
}

/// A number of bytes that are held in memory at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemorySize(pub NonZeroUsize);

impl Value for MemorySize {
    const FORM: &'static str = Size::FORM;

    fn parse(text: &str) -> Result<Self, String> {
        let Size(bytes) = Size::parse(text)?;
        let bytes = usize::try_from(bytes).map_err(|_| "is larger than the memory of this machine".to_owned())?;
        NonZeroUsize::new(bytes)
            .map(Self)
            .ok_or_else(|| "is nothing at all".to_owned())
    }
}

/// Networks, each as an address with a prefix length; a bare address is that address alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(pub Vec<IpNet>);

impl Value for Networks {
    const FORM: &'static str = "networks, such as `10.0.0.0/8` or `fd00::/8`";

    fn parse(text: &str) -> Result<Self, String> {
        let network = |item: &str| {
            item.parse::<IpNet>()
                .or_else(|_| item.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| format!("contains `{item}`, not a network"))
        };
        items(text).map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// Origins as browsers send them: scheme, host and perhaps a port, nothing more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins(pub Vec<HeaderValue>);

impl Value for Origins {
    const FORM: &'static str = "origins without a path, such as `https://files.example.org`";

    fn parse(text: &str) -> Result<Self, String> {
        let origin = |item: &str| {
            let WebAddress { origin, .. } =
                WebAddress::parse(item).map_err(|fault| format!("contains `{item}`, which {fault}"))?;
            HeaderValue::from_str(&origin).map_err(|_| format!("contains `{item}`, not an origin"))
        };
        items(text).map(origin).collect::<Result<_, _>>().map(Self)
    }
}

/// Where a site is: scheme, host and perhaps a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress {
    /// As a browser writes it, without a slash at the end: `https://files.example.org`.
    pub origin: String,
    /// The host alone, without the port: `files.example.org`.
    pub host: String,
    pub is_https: bool,
}

impl Value for WebAddress {
    const FORM: &'static str = "an http or https address without a path, such as `https://files.example.org`";

    fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("is not an address ({error})"))?;
        let is_https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err("does not start with http:// or https://".to_owned()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("contains a user name or a password".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("goes on after the host".to_owned());
        }
        let host = url.host_str().ok_or_else(|| "has no host".to_owned())?.to_owned();
        Ok(Self {
            origin: url.origin().ascii_serialization(),
            host,
            is_https,
        })
    }
}

impl Value for Zone {
    const FORM: &'static str = "a time zone by its IANA name, such as `Europe/Berlin`";

    fn parse(text: &str) -> Result<Self, String> {
        zones::find(text).ok_or_else(|| "is not the name of a time zone".to_owned())
    }
}

/// Whether the installation is being maintained, and what people are told about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maintenance {
    Off,
    On,
    /// On, for a reason in the owner's own words.
    Because(String),
}

impl Maintenance {
    pub fn is_on(&self) -> bool {
        *self != Self::Off
    }

    /// The owner's own words.
    pub fn sentence(&self) -> Option<&str> {
        match self {
            Self::Because(sentence) => Some(sentence),
            Self::Off | Self::On => None,
        }
    }
}

impl Value for Maintenance {
    const FORM: &'static str = "`true`, `false`, or a sentence for people, such as `New disks. Back at 18:00.`";

    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "false" => Ok(Self::Off),
            "true" => Ok(Self::On),
            // `no`, `1` or `on` would be a strange thing to tell people, and is never meant as that.
            _ if !text.contains(char::is_whitespace) => Err("is neither true nor false nor a sentence".to_owned()),
            _ if text.len() > LONGEST_SENTENCE => Err(format!("is longer than {LONGEST_SENTENCE} bytes")),
            _ if text.contains(char::is_control) => Err("is more than one line".to_owned()),
            _ => Ok(Self::Because(text.to_owned())),
        }
    }
}

/// What still reads as a sentence.
const LONGEST_SENTENCE: usize = 500;

/// Splits `30s` into `30` and `s`.
fn number_and_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim())
}

fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_and_sizes_take_units() {
        assert_eq!(Duration::parse("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(Duration::parse("30"), Ok(Duration::from_secs(30)));
        assert_eq!(Duration::parse("5 m"), Ok(Duration::from_mins(5)));
        assert!(Duration::parse("5 fortnights").is_err());
        assert!(Duration::parse("-1s").is_err());
        assert!(Duration::parse("18446744073709551615h").is_err());
        assert_eq!(Size::parse("64KiB"), Ok(Size(65_536)));
        assert_eq!(Size::parse("5 GB"), Ok(Size(5_000_000_000)));
        assert_eq!(Size::parse("12"), Ok(Size(12)));
        assert!(Size::parse("1.5GiB").is_err());
        assert!(Size::parse("99999999999TiB").is_err());
        assert!(MemorySize::parse("0").is_err());
    }

    #[test]
    fn maintenance_is_a_switch_or_a_sentence() {
        assert_eq!(Maintenance::parse("false"), Ok(Maintenance::Off));
        assert_eq!(Maintenance::parse("true"), Ok(Maintenance::On));
        let because = Maintenance::parse("Back at six.").expect("a sentence");
        assert_eq!(because.sentence(), Some("Back at six."));
        assert!(because.is_on() && !Maintenance::Off.is_on());
        for text in ["no", "1", "True", "two\nlines of it", &"so long ".repeat(100)] {
            assert!(Maintenance::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn networks_may_be_single_addresses() {
        let networks = Networks::parse("10.0.0.0/8, ::1").expect("two networks");
        assert_eq!(networks.0.len(), 2);
        assert!(networks.0[1].contains(&"::1".parse::<IpAddr>().expect("an address")));
        assert_eq!(
            Networks::parse("10.0.0.0/33"),
            Err("contains `10.0.0.0/33`, not a network".to_owned())
        );
    }

    #[test]
    fn a_time_zone_is_one_of_the_table() {
        assert_eq!(Zone::parse("Europe/Berlin").expect("a zone").name(), "Europe/Berlin");
        for bad in ["Berlin", "CEST", "+02:00", "Europe/", "../UTC"] {
            assert!(Zone::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_web_address_is_an_origin_and_nothing_more() {
        let address = WebAddress::parse("https://Files.Example.org:8443/").expect("an address");
        assert_eq!(address.origin, "https://files.example.org:8443");
        assert_eq!(address.host, "files.example.org");
        assert!(address.is_https);
        assert_eq!(
            WebAddress::parse("https://example.org:443").expect("an address").origin,
            "https://example.org"
        );
        for bad in [
            "example.org",
            "ftp://example.org",
            "https://a:b@example.org",
            "https://example.org/files",
            "https://",
        ] {
            assert!(WebAddress::parse(bad).is_err(), "{bad}");
        }
    }
}
