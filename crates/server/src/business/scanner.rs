//! The virus scanner: a command of the operator's, run on each file before anybody can have it.

use api::{Promise, ScanVerdict, Scanner};
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Scanners read whole archives; longer than this somebody is waiting in vain.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How often to look whether a scan has ended; it takes longer than this to start one.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// Scans at a time: each is a process that wants a core.
const AT_A_TIME: usize = 2;
/// What clamscan and clamdscan end with for a file that they have found something in.
const INFECTED: i32 = 1;

#[derive(Debug)]
pub(crate) struct CommandScanner {
    program: String,
    arguments: Vec<String>,
    permits: Semaphore,
}

impl CommandScanner {
    /// `command` is the program and its arguments; the file's path comes after them. None for no
    /// command.
    pub(crate) fn new(command: &[String]) -> Option<Self> {
        let (program, arguments) = command.split_first()?;
        Some(Self {
            program: program.clone(),
            arguments: arguments.to_vec(),
            permits: Semaphore::new(AT_A_TIME),
        })
    }

    async fn run(&self, file: &Path) -> ScanVerdict {
        let Ok(_permit) = self.permits.acquire().await else {
            return ScanVerdict::Failed;
        };
        let status = async {
            let mut scan = Scan(
                Command::new(&self.program)
                    .args(&self.arguments)
                    .arg(file)
                    .stdin(Stdio::null())
                    .stdout(Stdio::null())
                    .stderr(Stdio::null())
                    .spawn()?,
            );
            loop {
                if let Some(status) = scan.0.try_wait()? {
                    return Ok::<_, io::Error>(status);
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        match tokio::time::timeout(TIMEOUT, status).await {
            Ok(Ok(status)) if status.success() => ScanVerdict::Clean,
            Ok(Ok(status)) if status.code() == Some(INFECTED) => ScanVerdict::Infected,
            Ok(Ok(status)) => {
                tracing::error!(%status, "the virus scanner failed");
                ScanVerdict::Failed
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the virus scanner cannot be run");
                ScanVerdict::Failed
            }
            Err(_) => {
                tracing::error!("the virus scanner took too long");
                ScanVerdict::Failed
            }
        }
    }
}

/// A running scan, ended when nobody waits for it any more.
struct Scan(Child);

impl Drop for Scan {
    fn drop(&mut self) {
        // One that has ended by itself cannot be ended; the second call leaves no zombie.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Scanner for CommandScanner {
    fn scan<'a>(&'a self, file: &'a Path) -> Promise<'a, ScanVerdict> {
        Box::pin(self.run(file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn verdict_of(script: &str) -> ScanVerdict {
        let command = ["sh", "-c", script].map(str::to_owned);
        let scanner = CommandScanner::new(&command).unwrap();
        scanner.scan(Path::new("/dev/null")).await
    }

    #[tokio::test]
    async fn the_exit_code_is_the_verdict() {
        assert_eq!(
            verdict_of("test \"$0\" = /dev/null").await,
            ScanVerdict::Clean
        );
        assert_eq!(verdict_of("exit 1").await, ScanVerdict::Infected);
        assert_eq!(verdict_of("exit 2").await, ScanVerdict::Failed);
    }

    #[tokio::test]
    async fn a_scanner_that_is_not_there_releases_nothing() {
        let command = ["/nowhere/scanner".to_owned()];
        let scanner = CommandScanner::new(&command).unwrap();
        assert_eq!(
            scanner.scan(Path::new("/dev/null")).await,
            ScanVerdict::Failed
        );
        assert!(CommandScanner::new(&[]).is_none());
    }
}
