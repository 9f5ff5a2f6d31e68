//! The words of `cargo xtask`.

use clap::{Args, Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask", about = "Developer commands of Stoa")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build what is needed, start a development server and print a join link
    Up(Up),
    /// Run every check and test, and install what they need
    Test(Test),
    /// Measure: forward, join, memory, readers or browser
    Bench(Bench),
    /// Search for inputs that break a parser
    Fuzz(Fuzz),
    /// Check the rules of the repository
    Rules,
    /// Photograph every page of the web apps into docs/screenshots
    Screenshots(Screenshots),
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// Optimised; takes several minutes longer to build the first time
    #[arg(long)]
    pub(crate) release: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Only what needs no browser and no SDK: format, rules, clippy, unit tests
    #[arg(long)]
    pub(crate) quick: bool,
    /// Only steps whose title contains this
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) only: String,
}

#[derive(Debug, Args)]
pub(crate) struct Bench {
    /// Which benchmark, and its options. `browser [join|strokes|hands] [TIMES]` measures in Chromium
    /// how long joins, strokes and the way to the stage take; of the others
    /// `cargo run -p bench -- --help` tells
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Screenshots {
    /// Only pages whose name contains one of these, as in `meet/join`; else all
    pub(crate) pages: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Fuzz {
    /// Only this target
    pub(crate) target: Option<String>,
    /// How long to search in each target
    #[arg(long, default_value_t = 60)]
    pub(crate) seconds: u32,
}
