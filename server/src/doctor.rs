//! Looks at everything Dropcast stands on and says what it finds, one line each. It changes
//! nothing: what does not exist yet is not created, and programs are found but never run.

use std::fmt::Write as _;

use serde::Serialize;

use crate::config::{Config, Refusals};

mod checks;

/// How a finding is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    /// Dropcast runs, but somebody should look.
    Warn,
    /// Dropcast does not start, or does not work.
    Fail,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    pub what: &'static str,
    pub verdict: Verdict,
    /// What was found, and what to do about it.
    pub detail: String,
}

impl Finding {
    fn ok(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            verdict: Verdict::Ok,
            detail: detail.into(),
        }
    }

    fn warn(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            verdict: Verdict::Warn,
            detail: detail.into(),
        }
    }

    fn fail(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            verdict: Verdict::Fail,
            detail: detail.into(),
        }
    }
}

/// Looks at everything that this configuration names. A refused configuration names nothing.
pub async fn examine(config: Result<Config, Refusals>) -> Vec<Finding> {
    let config = match config {
        Ok(config) => config,
        Err(refusals) => {
            return refusals
                .0
                .iter()
                .map(|refusal| Finding::fail("configuration", refusal.to_string()))
                .collect();
        }
    };
    let mut findings = vec![
        Finding::ok("configuration", "every setting can be used"),
        checks::listen(&config),
        checks::public_url(&config),
        checks::data_folder(&config),
        checks::database(&config).await,
        checks::storage(&config).await,
    ];
    findings.extend(checks::redis(&config).await);
    findings.extend(checks::programs(&config));
    findings
}

/// Whether nothing keeps Dropcast from working.
pub fn is_well(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.verdict != Verdict::Fail)
}

/// For people.
pub fn as_text(findings: &[Finding]) -> String {
    let width = findings.iter().map(|finding| finding.what.len()).max().unwrap_or(0);
    let mut out = String::new();
    for Finding { what, verdict, detail } in findings {
        let verdict = match verdict {
            Verdict::Ok => "ok",
            Verdict::Warn => "warn",
            Verdict::Fail => "fail",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{verdict:4}  {what:width$}  {detail}");
    }
    out.truncate(out.trim_end().len());
    out
}

/// For programs.
pub fn as_json(findings: &[Finding]) -> String {
    serde_json::json!({ "ok": is_well(findings), "checks": findings }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_no_failure() {
        let well = [
            Finding::ok("database", "answers"),
            Finding::warn("ffmpeg", "is missing"),
        ];
        assert!(is_well(&well));
        assert!(!is_well(&[Finding::fail("database", "is away")]));
        assert_eq!(as_text(&well), "ok    database  answers\nwarn  ffmpeg    is missing");
        let json: serde_json::Value = serde_json::from_str(&as_json(&well)).expect("JSON");
        assert_eq!(json["ok"], true);
        assert_eq!(json["checks"][1]["verdict"], "warn");
    }
}
