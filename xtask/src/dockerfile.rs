//! Reads from the Dockerfile what the last stage will be, so that it can be tried without an engine.

use anyhow::{Context, Result};

#[derive(Debug, PartialEq)]
pub struct Stage {
    pub variables: Vec<(String, String)>,
    /// The numeric user it runs as.
    pub user: u32,
    pub health: Vec<String>,
    pub command: Vec<String>,
    /// Debian packages that are installed.
    pub packages: Vec<String>,
}

pub fn last_stage(text: &str) -> Result<Stage> {
    let joined = text.replace("\\\n", " ");
    let lines: Vec<&str> = joined
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .collect();
    let from = lines
        .iter()
        .rposition(|line| line.starts_with("FROM "))
        .context("a Dockerfile has a FROM")?;
    let stage = &lines[from..];
    let instruction = |name: &str| {
        stage
            .iter()
            .rev()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    let user = instruction("USER ").context("the image must not run as root: USER is missing")?;
    let health = instruction("HEALTHCHECK ")
        .and_then(|line| line.split_once("CMD "))
        .context("HEALTHCHECK … CMD is missing")?;
    Ok(Stage {
        variables: stage
            .iter()
            .filter_map(|line| line.strip_prefix("ENV "))
            .flat_map(variables)
            .collect(),
        user: user
            .split(':')
            .next()
            .unwrap_or(user)
            .parse()
            .context("USER is a number, for those who forbid root by number")?,
        health: words(health.1)?,
        command: [instruction("ENTRYPOINT "), instruction("CMD ")]
            .into_iter()
            .flatten()
            .map(words)
            .collect::<Result<Vec<_>>>()?
            .concat(),
        packages: stage
            .iter()
            .filter(|line| line.starts_with("RUN "))
            .flat_map(|line| packages(line))
            .collect(),
    })
}

fn variables(line: &str) -> Vec<(String, String)> {
    line.split_whitespace()
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()))
        .collect()
}

fn words(list: &str) -> Result<Vec<String>> {
    serde_json::from_str(list.trim()).with_context(|| format!("commands are lists, to run without a shell: {list}"))
}

fn packages(line: &str) -> Vec<String> {
    let Some((_, rest)) = line.split_once("apt-get install ") else {
        return Vec::new();
    };
    let list = rest.split("&&").next().unwrap_or_default();
    list.split_whitespace()
        .filter(|word| !word.starts_with('-'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::last_stage;

    const TEXT: &str = "FROM a AS build\nENV X=1\nFROM b\n# a note\nRUN apt-get update \\\n    && apt-get install -y --no-install-recommends ffmpeg ca-certificates \\\n    && rm -rf x\n\
        ENV DATA=/data \\\n    LISTEN=0.0.0.0:1\nUSER 10001:10001\nHEALTHCHECK --interval=30s CMD [\"/d\", \"healthcheck\"]\nENTRYPOINT [\"/d\"]\nCMD [\"serve\"]\n";

    #[test]
    fn the_last_stage_is_read() {
        let stage = last_stage(TEXT).unwrap();
        assert_eq!(
            stage.variables,
            [("DATA".into(), "/data".into()), ("LISTEN".into(), "0.0.0.0:1".into())]
        );
        assert_eq!(stage.user, 10001);
        assert_eq!(stage.health, ["/d", "healthcheck"]);
        assert_eq!(stage.command, ["/d", "serve"]);
        assert_eq!(stage.packages, ["ffmpeg", "ca-certificates"]);
    }

    #[test]
    fn root_and_a_missing_health_check_are_refused() {
        assert!(last_stage(&TEXT.replace("USER 10001:10001", "")).is_err());
        assert!(last_stage(&TEXT.replace("USER 10001:10001", "USER dropcast")).is_err());
        assert!(last_stage(&TEXT.replace("HEALTHCHECK", "LABEL")).is_err());
    }
}
