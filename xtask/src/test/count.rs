//! How many tests passed and failed, read from what test runners report.
//! Not here: running them.

use std::fmt;
use std::iter::Sum;

use anyhow::{Context, Result};
use serde::Deserialize;

/// Passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Passed.
    pub(crate) passed: u32,
    /// Failed.
    pub(crate) failed: u32,
}

impl Count {
    /// One thing that passed.
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0 };
    /// One thing that failed.
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1 };

    /// A runner that failed without a failed test (it did not compile, it crashed) counts as one failure.
    pub(crate) fn with_outcome(self, success: bool) -> Self {
        if !success && self.failed == 0 {
            Self { failed: 1, ..self }
        } else {
            self
        }
    }

    /// From the report of nextest in JUnit's format.
    pub(crate) fn of_junit(xml: &str) -> Result<Self> {
        let start = xml.find("<testsuites").context("no <testsuites> in the report")?;
        let head = xml[start..].split('>').next().unwrap_or_default();
        let attribute = |name: &str| -> Result<u32> {
            let value = head
                .split_once(&format!(" {name}=\""))
                .and_then(|(_, rest)| rest.split('"').next())
                .with_context(|| format!("no {name} in the report"))?;
            Ok(value.parse()?)
        };
        let failed = attribute("failures")? + attribute("errors")?;
        Ok(Self {
            passed: attribute("tests")?.saturating_sub(failed),
            failed,
        })
    }

    /// From the lines `test result: ok. 3 passed; 0 failed; ...` of Rust's own test runner and its like.
    pub(crate) fn of_libtest(output: &str) -> Self {
        output
            .lines()
            .filter_map(|line| line.trim().strip_prefix("test result: "))
            .map(|line| {
                let number = |word: &str| {
                    line.split([';', '.'])
                        .find_map(|part| part.trim().strip_suffix(word)?.trim().parse().ok())
                        .unwrap_or(0)
                };
                Self {
                    passed: number("passed"),
                    failed: number("failed"),
                }
            })
            .sum()
    }

    /// From Playwright's JSON report. A test that passed only when repeated counts as failed.
    pub(crate) fn of_playwright(json: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Report {
            stats: Stats,
        }
        #[derive(Deserialize)]
        struct Stats {
            expected: u32,
            unexpected: u32,
            flaky: u32,
        }
        let Report { stats } = serde_json::from_str(json).context("cannot read Playwright's report")?;
        Ok(Self {
            passed: stats.expected,
            failed: stats.unexpected + stats.flaky,
        })
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, count| Self {
            passed: sum.passed + count.passed,
            failed: sum.failed + count.failed,
        })
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u32, failed: u32) -> Count {
        Count { passed, failed }
    }

    #[test]
    fn junit_counts_errors_as_failures() {
        let xml = r#"<?xml version="1.0"?>
            <testsuites name="nextest-run" tests="38" failures="2" errors="1" uuid="x" time="2.5">
              <testsuite name="a" tests="5" failures="1" errors="0"/></testsuites>"#;
        assert_eq!(Count::of_junit(xml).unwrap(), count(35, 3));
        assert!(Count::of_junit("<html>").is_err());
        assert!(Count::of_junit("<testsuites name=\"tests=\">").is_err());
    }

    #[test]
    fn libtest_results_are_summed() {
        let output = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 33 filtered out; \
                      finished in 0.30s\n\ntest result: FAILED. 1 passed; 2 failed; 0 ignored\nnoise 9 passed";
        assert_eq!(Count::of_libtest(output), count(4, 2));
        assert_eq!(Count::of_libtest(""), count(0, 0));
    }

    #[test]
    fn playwright_forgives_nothing() {
        let json = r#"{"config":{},"stats":{"startTime":"x","duration":1.5,"expected":7,"skipped":1,"unexpected":1,"flaky":2}}"#;
        assert_eq!(Count::of_playwright(json).unwrap(), count(7, 3));
        assert!(Count::of_playwright("").is_err());
    }

    #[test]
    fn a_runner_that_fails_without_a_failed_test_fails() {
        assert_eq!(count(5, 0).with_outcome(false), count(5, 1));
        assert_eq!(count(5, 2).with_outcome(false), count(5, 2));
        assert_eq!(count(5, 0).with_outcome(true), count(5, 0));
    }
}
