//! The command line, read by hand: a parser crate would take longer to compile than all of this.

use anyhow::{Context, Result, bail};

#[derive(Debug, Default, PartialEq)]
pub struct Args {
    pub task: String,
    /// Also the slow forms of the tests.
    pub all: bool,
    /// Only the checks that need no compiler; a benchmark that is small and not judged.
    pub quick: bool,
    /// Rebuild and restart on every change.
    pub dev: bool,
    /// One browser journey by name.
    pub only: Option<String>,
    /// A finished binary, instead of building one.
    pub binary: Option<String>,
    pub profile: Option<String>,
    /// Which benchmark, how large, how often.
    pub name: Option<String>,
    pub size: Option<String>,
    pub rounds: Option<String>,
    /// What follows `--`, for the program that is run.
    pub rest: Vec<String>,
}

impl Args {
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut args = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("`{word}` needs a value"));
            match word.as_str() {
                "--all" => args.all = true,
                "--quick" => args.quick = true,
                "--dev" => args.dev = true,
                "--only" => args.only = Some(value()?),
                "--binary" => args.binary = Some(value()?),
                "--profile" => args.profile = Some(value()?),
                "--size" => args.size = Some(value()?),
                "--rounds" => args.rounds = Some(value()?),
                "--help" | "-h" => args.task = "help".into(),
                "--" => {
                    args.rest = words.collect();
                    break;
                }
                _ if word.starts_with('-') => bail!("`{word}` is not an option of any task"),
                _ if args.task.is_empty() => args.task = word,
                _ if args.task == "bench" && args.name.is_none() => args.name = Some(word),
                _ => bail!("`{word}` is one word too many"),
            }
        }
        if args.task.is_empty() {
            args.task = "help".into();
        }
        Ok(args)
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn parse(line: &str) -> Result<Args, String> {
        Args::parse(line.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string())
    }

    #[test]
    fn words_after_two_dashes_belong_to_the_program() {
        let args = parse("serve --dev -- --config x.toml").unwrap();
        assert!(args.dev);
        assert_eq!(args.rest, ["--config", "x.toml"]);
    }

    #[test]
    fn unknown_options_and_second_tasks_are_refused() {
        assert!(parse("test --fast").unwrap_err().contains("--fast"));
        assert!(parse("test serve").unwrap_err().contains("too many"));
        assert!(parse("e2e --only").unwrap_err().contains("needs a value"));
    }

    #[test]
    fn a_benchmark_is_chosen_by_its_name() {
        let args = parse("bench upload --size 1G --rounds 3").unwrap();
        assert_eq!(args.name.as_deref(), Some("upload"));
        assert_eq!((args.size.as_deref(), args.rounds.as_deref()), (Some("1G"), Some("3")));
        assert_eq!(parse("bench").unwrap().name, None);
        assert!(parse("bench upload download").unwrap_err().contains("too many"));
    }

    #[test]
    fn nothing_at_all_asks_for_help() {
        assert_eq!(parse("").unwrap().task, "help");
    }
}
