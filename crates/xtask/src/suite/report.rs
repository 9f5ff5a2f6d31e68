//! What each step came to.

use base::clock::OsClock;
use std::io;
use std::process::ExitCode;

/// Collects results; prints as it goes, and the sum at the end.
#[derive(Debug)]
pub(super) struct Report {
    only: String,
    failed: Vec<String>,
    passed: usize,
}

impl Report {
    /// Steps whose title does not contain `only` are skipped.
    pub(super) fn new(only: &str) -> Self {
        Self {
            only: only.to_owned(),
            failed: Vec::new(),
            passed: 0,
        }
    }

    /// Whether it passed (or was skipped).
    pub(super) fn step(&mut self, title: &str, step: impl FnOnce() -> io::Result<()>) -> bool {
        if !title.contains(&self.only) {
            return true;
        }
        println!("\n── {title}");
        let began = OsClock.now();
        let result = step();
        let seconds = began.elapsed().as_secs_f64();
        match result {
            Ok(()) => {
                println!("── {title}: passed in {seconds:.1} s");
                self.passed += 1;
                true
            }
            Err(error) => {
                println!("── {title}: FAILED in {seconds:.1} s: {error}");
                self.failed.push(title.to_owned());
                false
            }
        }
    }

    /// A step that cannot pass unless `ready`.
    pub(super) fn step_if(
        &mut self,
        ready: bool,
        title: &str,
        step: impl FnOnce() -> io::Result<()>,
    ) -> bool {
        if ready {
            self.step(title, step)
        } else {
            self.step(title, || {
                Err(io::Error::other("not run: what it needs has failed"))
            })
        }
    }

    pub(super) fn finish(self) -> ExitCode {
        println!();
        for title in &self.failed {
            println!("failed: {title}");
        }
        println!("{} passed, {} failed", self.passed, self.failed.len());
        if self.failed.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_steps_run_and_failures_are_counted() {
        let mut report = Report::new("");
        let mut ran = Vec::new();
        assert!(!report.step("one", || Err(io::Error::other("broken"))));
        assert!(report.step("two", || {
            ran.push("two");
            Ok(())
        }));
        assert!(!report.step_if(false, "three", || {
            ran.push("three");
            Ok(())
        }));
        assert_eq!(ran, ["two"]);
        assert_eq!((report.passed, report.failed.len()), (1, 2));
        assert_eq!(
            format!("{:?}", report.finish()),
            format!("{:?}", ExitCode::FAILURE)
        );
    }

    #[test]
    fn only_the_named_steps_run() {
        let mut report = Report::new("web");
        report.step("format", || Err(io::Error::other("not asked for")));
        report.step("web: build", || Ok(()));
        assert_eq!((report.passed, report.failed.len()), (1, 0));
    }
}
