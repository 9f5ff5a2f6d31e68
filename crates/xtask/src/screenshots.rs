//! `cargo xtask screenshots`: photographs every page of the web apps into `docs/screenshots`.

use crate::cli::Screenshots;
use crate::shell::{self, cargo, root, target};
use crate::tools::{self, Links, isolated, npm};
use std::io;

pub(crate) fn run(options: &Screenshots) -> io::Result<()> {
    tools::node()?;
    tools::programs()?;
    tools::typefaces()?;
    tools::languages()?;
    shell::run(npm(&["ci", "--no-audit", "--no-fund"]))?;
    shell::run(npm(&["run", "build"]))?;
    // It embeds what was built just now. As the tests build it: for a package by itself cargo chooses
    // other features, and compiles most dependencies anew.
    shell::run(cargo(&["build", "--workspace", "--bins"]))?;
    let mut arguments = vec!["screenshots/take.mjs".to_owned()];
    arguments.extend(options.pages.iter().cloned());
    let mut take = isolated(Links::Loopback, "node", &arguments);
    take.current_dir(root().join("web/e2e"))
        .env("STOA_BIN", target().join("debug/stoa"));
    shell::run(take)
}
