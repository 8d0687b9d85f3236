//! How many passed, failed and were skipped, and reading that off what the test runners print.

use std::fmt;
use std::ops::AddAssign;
use std::process::ExitCode;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Tally {
    /// One check counts as one test.
    pub fn one(good: bool) -> Self {
        if good {
            Self {
                passed: 1,
                ..Self::default()
            }
        } else {
            Self {
                failed: 1,
                ..Self::default()
            }
        }
    }

    pub fn exit_code(self) -> ExitCode {
        if self.failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    /// The last line of nextest: `Summary [ 3.2s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped`.
    pub fn of_nextest(output: &str) -> Option<Self> {
        let line = output
            .lines()
            .rev()
            .find(|line| line.contains("Summary [") && line.contains("run:"))?;
        let outcome = line.split_once("run:")?.1;
        // A test that ran out of time or died is counted by nextest beside the failed ones.
        let failed = number_before(outcome, "failed").unwrap_or(0)
            + number_before(outcome, "timed out").unwrap_or(0)
            + number_before(outcome, "exec failed").unwrap_or(0);
        Some(Self {
            passed: number_before(outcome, "passed").unwrap_or(0),
            failed,
            skipped: number_before(outcome, "skipped").unwrap_or(0),
        })
    }

    /// The sum over the `test result:` lines of `cargo test`.
    pub fn of_cargo_test(output: &str) -> Option<Self> {
        let mut sum = None;
        for line in output.lines().filter(|line| line.starts_with("test result:")) {
            *sum.get_or_insert_with(Self::default) += Self {
                passed: number_before(line, "passed").unwrap_or(0),
                failed: number_before(line, "failed").unwrap_or(0),
                skipped: number_before(line, "ignored").unwrap_or(0),
            };
        }
        sum
    }

    /// The last line of the browser suite: `end2end: 4 passed, 0 failed`.
    pub fn of_end2end(output: &str) -> Option<Self> {
        let line = output.lines().rev().find_map(|line| line.strip_prefix("end2end:"))?;
        Some(Self {
            passed: number_before(line, "passed")?,
            failed: number_before(line, "failed")?,
            skipped: number_before(line, "skipped").unwrap_or(0),
        })
    }
}

/// The number directly before a word; `1 exec failed` does not count as `failed`.
fn number_before(line: &str, word: &str) -> Option<u32> {
    line.match_indices(word)
        .find_map(|(at, _)| line[..at].split_whitespace().next_back()?.parse().ok())
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.passed += more.passed;
        self.failed += more.failed;
        self.skipped += more.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(out, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn nextest_is_read() {
        let output = "   PASS [ 0.1s] x\n     Summary [   3.214s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, 2 skipped\n";
        assert_eq!(
            Tally::of_nextest(output),
            Some(Tally {
                passed: 10,
                failed: 2,
                skipped: 2
            })
        );
        let cut = "     Summary [   1.0s] 3/12 tests run: 2 passed, 1 failed, 0 skipped";
        assert_eq!(
            Tally::of_nextest(cut),
            Some(Tally {
                passed: 2,
                failed: 1,
                skipped: 0
            })
        );
        assert_eq!(Tally::of_nextest("error: could not compile"), None);
    }

    #[test]
    fn cargo_test_is_summed() {
        let output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\n\
                      test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured\n";
        assert_eq!(
            Tally::of_cargo_test(output),
            Some(Tally {
                passed: 4,
                failed: 2,
                skipped: 1
            })
        );
        assert_eq!(Tally::of_cargo_test(""), None);
    }

    #[test]
    fn end2end_is_read() {
        assert_eq!(
            Tally::of_end2end("…\nend2end: 4 passed, 1 failed\n"),
            Some(Tally {
                passed: 4,
                failed: 1,
                skipped: 0
            })
        );
        assert_eq!(Tally::of_end2end("crashed"), None);
    }

    #[test]
    fn the_closing_line_names_skipped_ones_only_when_there_are_any() {
        assert_eq!(
            Tally {
                passed: 7,
                failed: 0,
                skipped: 0
            }
            .to_string(),
            "7 passed, 0 failed"
        );
        assert_eq!(
            Tally {
                passed: 7,
                failed: 1,
                skipped: 2
            }
            .to_string(),
            "7 passed, 1 failed, 2 skipped"
        );
    }
}
