//! What a run of a fuzz target came to, read from libFuzzer's log.
//! Not here: running it.

use std::fmt::Write as _;
use std::path::PathBuf;

/// A run of one target.
#[derive(Debug)]
pub(crate) struct Report {
    target: String,
    executions: Option<u64>,
    per_second: Option<u64>,
    added: usize,
    success: bool,
    /// The input that fails, and the first line of what it fails with.
    reproducer: Option<String>,
    reason: Option<String>,
    log: PathBuf,
}

impl Report {
    /// Reads the log of a run that ended with or without success and added so many entries to its corpus.
    pub(crate) fn read(target: &str, text: &str, success: bool, added: usize, log: PathBuf) -> Self {
        let number = |name: &str| {
            let line = text
                .lines()
                .find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name))?;
            line.trim_start_matches(':').trim().parse().ok()
        };
        let after = |mark: &str| {
            text.lines()
                .find_map(|line| Some(line.split_once(mark)?.1.trim().to_owned()))
        };
        // A panic says where in one line and what in the next.
        let mut panic = text.lines().skip_while(|line| !line.contains("panicked at"));
        let place = panic.next().and_then(|line| line.split_once("panicked at "));
        let panicked = place.map(|(_, place)| {
            let what = panic.next().unwrap_or_default();
            format!("{} {what}", place.trim())
        });
        Self {
            target: target.to_owned(),
            executions: number("number_of_executed_units"),
            per_second: number("average_exec_per_sec"),
            added,
            success,
            reproducer: after("Test unit written to "),
            reason: panicked.or_else(|| after("ERROR: ")),
            log,
        }
    }

    /// Whether nothing was found.
    pub(crate) const fn is_clean(&self) -> bool {
        self.success
    }

    /// What to tell of a failure.
    pub(crate) fn complaint(&self) -> Option<String> {
        if self.success {
            return None;
        }
        let reason = self.reason.as_deref().unwrap_or("did not run to its end");
        let target = &self.target;
        let mut text = format!("{target}: {reason} (log: {})", self.log.display());
        if let Some(reproducer) = &self.reproducer {
            // It cannot fail: the text is in memory.
            let _ = write!(
                text,
                "\n  {reproducer}\n  rustup run nightly cargo fuzz run --fuzz-dir fuzz {target} {reproducer}"
            );
        }
        Some(text)
    }
}

/// The reports as a table.
pub(crate) fn table(reports: &[Report]) -> String {
    let mut text = format!(
        "{:<28}{:>12}{:>10}{:>14}{:>9}",
        "target", "executions", "exec/s", "new entries", "crashes"
    );
    for report in reports {
        let shown = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let _ = write!(
            text,
            "\n{:<28}{:>12}{:>10}{:>14}{:>9}",
            report.target,
            shown(report.executions),
            shown(report.per_second),
            report.added,
            u8::from(!report.success),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAN: &str = "#2\tINITED cov: 1 ft: 1\nDone 204597 runs in 26 second(s)\n\
        stat::number_of_executed_units: 204597\nstat::average_exec_per_sec:     7869\nstat::new_units_added:          1696\n";
    const CRASH: &str = "\nthread '<unnamed>' (1) panicked at fuzz_targets/dpop_proof.rs:70:33:\naccepted without a signature\n\
        stack backtrace:\n==1== ERROR: libFuzzer: deadly signal\n\
        artifact_prefix='/r/'; Test unit written to /r/crash-a3f9\nstat::number_of_executed_units: 5\n";

    fn read(text: &str, success: bool) -> Report {
        Report::read(
            "dpop_proof",
            text,
            success,
            12,
            PathBuf::from("/l/dpop_proof.log"),
        )
    }

    #[test]
    fn a_clean_run_has_numbers_and_no_complaint() {
        let report = read(CLEAN, true);
        assert_eq!(
            (report.executions, report.per_second),
            (Some(204_597), Some(7869))
        );
        assert_eq!(report.complaint(), None);
        let table = table(&[report]);
        let words: Vec<&str> = table.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(words, ["dpop_proof", "204597", "7869", "12", "0"]);
    }

    #[test]
    fn a_crash_names_the_reproducer_and_the_reason() {
        let complaint = read(CRASH, false).complaint().unwrap();
        for part in [
            "fuzz_targets/dpop_proof.rs:70:33: accepted without a signature",
            "/r/crash-a3f9",
            "/l/dpop_proof.log",
        ] {
            assert!(complaint.contains(part), "{complaint}");
        }
        let timeout = read("==1== ERROR: libFuzzer: timeout after 11 seconds\n", false);
        assert!(timeout.complaint().unwrap().contains("timeout after 11 seconds"));
        assert!(table(&[timeout]).ends_with('1'));
    }

    #[test]
    fn a_run_that_did_not_begin_is_a_failure() {
        let report = read("error: could not compile", false);
        assert!(!report.is_clean() && report.complaint().is_some());
        assert!(table(&[report]).contains('-'));
    }
}
