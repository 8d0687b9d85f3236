//! The command line, as `cargo xtask bench` writes it.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail, ensure};

#[derive(Debug, Default, PartialEq)]
pub struct Args {
    /// Which benchmark.
    pub name: String,
    /// The server to measure, and the profile it was built in.
    pub binary: PathBuf,
    pub profile: String,
    /// Where peers are that no package manager keeps.
    pub peers: PathBuf,
    /// Where reports go.
    pub reports: PathBuf,
    /// Where there is room for data, on a real disk.
    pub scratch: PathBuf,
    pub size: Option<u64>,
    pub rounds: Option<usize>,
    /// Small and once, to see that everything runs; never judged.
    pub quick: bool,
}

impl Args {
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "--binary" => args.binary = value()?.into(),
                "--profile" => args.profile = value()?,
                "--peers" => args.peers = value()?.into(),
                "--reports" => args.reports = value()?.into(),
                "--scratch" => args.scratch = value()?.into(),
                "--size" => args.size = Some(size(&value()?)?),
                "--rounds" => args.rounds = Some(value()?.parse().context("`--rounds` takes a number")?),
                "--quick" => args.quick = true,
                _ if word.starts_with('-') => bail!("`{word}` is not an option"),
                _ if args.name.is_empty() => args.name = word,
                _ => bail!("`{word}` is one word too many"),
            }
        }
        let places = [&args.binary, &args.peers, &args.reports, &args.scratch];
        ensure!(
            !args.name.is_empty()
                && !args.profile.is_empty()
                && places.iter().all(|place| !place.as_os_str().is_empty()),
            "start this with `cargo xtask bench NAME`"
        );
        ensure!(args.rounds != Some(0), "no rounds, no figures");
        Ok(args)
    }
}

/// `4G`, `512M`, `64K` or plain bytes.
fn size(text: &str) -> Result<u64> {
    let (digits, shift) = match text.as_bytes().last() {
        Some(b'G') => (&text[..text.len() - 1], 30),
        Some(b'M') => (&text[..text.len() - 1], 20),
        Some(b'K') => (&text[..text.len() - 1], 10),
        _ => (text, 0),
    };
    let number: u64 = digits
        .parse()
        .with_context(|| format!("`{text}` is no size: write it as `4G` or `512M`"))?;
    let bytes = number.checked_mul(1 << shift).context("that size is too large")?;
    ensure!(bytes >= 16 << 20, "below 16M there is nothing to measure");
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::{Args, size};

    const PLACES: &str = "--binary b --profile serve --peers p --reports r --scratch s";

    fn parse(line: &str) -> Result<Args, String> {
        let words = format!("{PLACES} {line}");
        Args::parse(words.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string())
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(size("4G").unwrap(), 4 << 30);
        assert_eq!(size("64M").unwrap(), 64 << 20);
        assert_eq!(size("20000000").unwrap(), 20_000_000);
        for wrong in ["", "G", "4T", "-1G", "1K", "99999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_name_and_all_places_are_needed() {
        let args = parse("download --rounds 3 --quick").unwrap();
        assert_eq!(
            (args.name.as_str(), args.rounds, args.quick),
            ("download", Some(3), true)
        );
        assert!(parse("").unwrap_err().contains("cargo xtask bench"));
        assert!(Args::parse(["download".to_owned()]).is_err());
        assert!(parse("download upload").is_err());
        assert!(parse("download --rounds 0").is_err());
        assert!(parse("download --fast").is_err());
    }
}
