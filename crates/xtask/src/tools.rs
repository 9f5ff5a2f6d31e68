//! What the tests need beyond Rust and Node, and how it is installed.

use crate::shell::{self, command, has, root, target};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs that tests call, and the Debian packages that hold them.
const PROGRAMS: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    ("ffmpeg", "ffmpeg"),
    ("fc-list", "fontconfig"),
    ("ip", "iproute2"),
    ("iptables", "iptables"),
    ("openssl", "openssl"),
    ("unshare", "util-linux"),
    ("python3", "python3"),
];

/// What stands in for the faces of phones and desktops, and the Debian packages that hold it.
const TYPEFACES: &[(&str, &str)] = &[
    ("Inter", "fonts-inter"),
    ("Noto Sans CJK SC", "fonts-noto-cjk"),
    ("Noto Color Emoji", "fonts-noto-color-emoji"),
];

/// The published SDK as a participant, and the server SDK.
pub(crate) const SDK: Environment = Environment {
    name: "sdk",
    packages: include_str!("../python/sdk.txt"),
};

/// The published agent framework. It pins another version of the SDK, hence its own environment.
pub(crate) const AGENTS: Environment = Environment {
    name: "agents",
    packages: include_str!("../python/agents.txt"),
};

/// What makes requests from the OpenAPI document.
pub(crate) const FUZZ: Environment = Environment {
    name: "fuzz",
    packages: include_str!("../python/fuzz.txt"),
};

/// A Python environment of our own, under the target folder, with every version pinned.
#[derive(Debug)]
pub(crate) struct Environment {
    name: &'static str,
    /// As pip freezes them.
    packages: &'static str,
}

impl Environment {
    /// Makes it, unless it is there with just these packages; returns its interpreter.
    ///
    /// # Errors
    /// Python or the network does not do its part.
    pub(crate) fn ready(&self) -> io::Result<PathBuf> {
        let folder = target().join("python").join(self.name);
        let (python, marker) = (folder.join("bin/python"), folder.join("packages"));
        if fs::read_to_string(&marker).is_ok_and(|there| there == self.packages) {
            return Ok(python);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        shell::run(command(
            "python3",
            &[OsString::from("-m"), "venv".into(), folder.into()],
        ))?;
        let list = root()
            .join("crates/xtask/python")
            .join(self.name)
            .with_extension("txt");
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--requirement",
        ];
        let arguments = pip.into_iter().map(OsString::from).chain([list.into()]);
        shell::run(command(&python, &arguments.collect::<Vec<_>>()))?;
        fs::write(marker, self.packages)?;
        Ok(python)
    }
}

/// Installs from Debian's packages whatever program is missing.
///
/// # Errors
/// A sentence that names what is missing, where it cannot be installed.
pub(crate) fn programs() -> io::Result<()> {
    let mut missing: Vec<&str> = PROGRAMS
        .iter()
        .filter(|(program, _)| !has(program))
        .map(|(_, package)| *package)
        .collect();
    // Debian's python3 comes without the part that makes environments.
    if !command("python3", &["-c", "import ensurepip, venv"])
        .stderr(std::process::Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
    {
        missing.push("python3-venv");
    }
    if !has_postgres() {
        missing.push("postgresql");
    }
    install(&missing)
}

/// Installs the typefaces of the pictures in `docs/screenshots` from Debian's packages.
///
/// # Errors
/// A sentence that names what is missing, where it cannot be installed.
pub(crate) fn typefaces() -> io::Result<()> {
    let installed = shell::output("fc-list", &[":", "family"])?;
    let missing: Vec<&str> = TYPEFACES
        .iter()
        .filter(|(face, _)| !installed.contains(face))
        .map(|(_, package)| *package)
        .collect();
    install(&missing)
}

/// Installs Chromium's own words in other languages, which Debian keeps apart, for the fields of
/// dates in the pictures. Chromium of another origin has them with it.
///
/// # Errors
/// They cannot be installed.
pub(crate) fn languages() -> io::Result<()> {
    let folder = Path::new("/usr/lib/chromium/locales");
    if folder.is_dir() && !folder.join("zh-CN.pak").is_file() {
        return install(&["chromium-l10n"]);
    }
    Ok(())
}

fn install(missing: &[&str]) -> io::Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let cannot = |why: &str| {
        io::Error::other(format!(
            "{list}: missing, and {why}; install with `apt-get install {list}`"
        ))
    };
    if !has("apt-get") {
        return Err(cannot("there is no apt-get here"));
    }
    if !is_root() {
        return Err(cannot("installing needs root"));
    }
    shell::run(apt(&["update", "-qq"])).map_err(|_| cannot("the package lists cannot be read"))?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(missing);
    shell::run(apt(&arguments)).map_err(|_| cannot("apt-get failed"))
}

/// Debian keeps the server's programs out of the search path.
fn has_postgres() -> bool {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    has("pg_ctl")
        || versions
            .flatten()
            .any(|version| version.path().join("bin/pg_ctl").exists())
}

fn apt(arguments: &[&str]) -> Command {
    let mut apt = command("apt-get", arguments);
    // Without a terminal nobody can answer questions.
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

fn is_root() -> bool {
    shell::output("id", &["-u"]).is_ok_and(|id| id.trim() == "0")
}

/// Node and npm, which cannot be had in a fitting version from Debian.
///
/// # Errors
/// A sentence that says what is missing.
pub(crate) fn node() -> io::Result<()> {
    if has("node") && has("npm") {
        return Ok(());
    }
    Err(io::Error::other(
        "Node.js (20.19 or later, with npm) is missing; nodejs.org tells how to install it",
    ))
}

/// `npm` in the web workspace.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut npm = command("npm", arguments);
    npm.current_dir(root().join("web"));
    npm
}

/// What a program in a network namespace of its own finds there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    Loopback,
    /// And another address, for clients that make no use of loopback.
    LoopbackAndOther,
}

/// Runs a program in a network namespace of its own, where it can reach nothing but itself and
/// offers no addresses of this machine. Where namespaces cannot be made it runs without.
pub(crate) fn isolated(
    links: Links,
    program: impl AsRef<OsStr>,
    arguments: &[impl AsRef<OsStr>],
) -> Command {
    let script = match links {
        Links::Loopback => "ip link set lo up && exec \"$@\"",
        Links::LoopbackAndOther => {
            "ip link set lo up && ip link add here type veth peer name there && \
             ip addr add 10.77.0.1/24 dev here && ip link set here up && ip link set there up && \
             exec \"$@\""
        }
    };
    let can = has("ip")
        && command("unshare", &["--net", "true"])
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
    if !can {
        return command(program, arguments);
    }
    let mut inside = command("unshare", &["--net", "sh", "-c", script, "sh"]);
    inside.arg(program).args(arguments);
    inside
}
