//! `stoa doctor`: looks at the machine with the eyes of the configuration, and says in a sentence
//! each what is well, what may hurt, and what has to be done.

mod certificate;
mod checks;
mod der;
mod mail;

use crate::config::Config;
use crate::problem::Problem;
use std::fmt;
use std::process::ExitCode;

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Finding {
    Ok(String),
    /// It works, but not for everybody or not for long.
    Warning(String),
    /// The server will not start, or calls will fail.
    Problem(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, text) = match self {
            Self::Ok(text) => ("ok", text),
            Self::Warning(text) => ("warning", text),
            Self::Problem(text) => ("problem", text),
        };
        write!(f, "{word:<9}{text}")
    }
}

/// Prints the findings; fails if one of them is a problem.
pub(crate) fn run(config: &Config) -> Result<ExitCode, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Problem::new("start a thread", error, "check the limits of this process")
        })?;
    let findings = runtime.block_on(checks::all(config));
    for finding in &findings {
        println!("{finding}");
    }
    let count = |wanted: fn(&Finding) -> bool| findings.iter().filter(|f| wanted(f)).count();
    let problems = count(|finding| matches!(finding, Finding::Problem(_)));
    let warnings = count(|finding| matches!(finding, Finding::Warning(_)));
    println!("\n{problems} problems, {warnings} warnings");
    Ok(if problems == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(Problem::EXIT_CODE)
    })
}
