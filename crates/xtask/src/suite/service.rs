//! A server for the time of one test program.

use crate::shell::{self, root, target};
use crate::tools::{Environment, Links, isolated};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

const ADDRESS: &str = "127.0.0.1:17870";

/// Starts the server, waits until it takes calls, runs "$@", and ends the server. All in one
/// shell, because all of it has to be in the same network namespace.
///
/// Only this server is given its ports by the environment: tests that start servers of their own
/// pass theirs on.
const AROUND: &str = r#"
STOA_HTTP_LISTEN="$SERVER_ADDRESS" STOA_MEDIA_UDP_PORT=17872 STOA_MEDIA_TCP_PORT=17871 \
    "$STOA_BIN" serve --dev >"$SERVER_OUTPUT" 2>&1 &
server=$!
trap 'kill -KILL $server 2>/dev/null' EXIT
until python3 -c "import urllib.request as u; u.urlopen('http://$SERVER_ADDRESS/readyz')" 2>/dev/null; do
    kill -0 $server 2>/dev/null || { cat "$SERVER_OUTPUT"; exit 1; }
    sleep 0.1
done
"$@"
"#;

/// Runs a module of `tests/python` beside a server of its own.
///
/// # Errors
/// The tests fail, or the server does not start; its output is in the target folder.
pub(super) fn beside_python(environment: &Environment, module: &str) -> io::Result<()> {
    let python = environment.ready()?;
    let program = [
        python.as_os_str(),
        "-m".as_ref(),
        "unittest".as_ref(),
        "-v".as_ref(),
        module.as_ref(),
    ];
    beside(module, &root().join("tests/python"), &program)
}

/// Runs a program of `web/e2e` beside a server of its own.
///
/// # Errors
/// As of [`beside_python`].
pub(super) fn beside_node(file: &str) -> io::Result<()> {
    let name = file.replace('/', "-");
    beside(
        &name,
        &root().join("web/e2e"),
        &["node".as_ref(), file.as_ref()],
    )
}

fn beside(name: &str, folder: &Path, program: &[&OsStr]) -> io::Result<()> {
    let scratch = target().join("tests").join(name);
    fs::create_dir_all(&scratch)?;
    let mut script: Vec<&OsStr> = vec!["-c".as_ref(), AROUND.as_ref(), "sh".as_ref()];
    script.extend(program);
    let mut command = isolated(Links::LoopbackAndOther, "sh", &script);
    command
        .current_dir(folder)
        .env("STOA_BIN", target().join("debug/stoa"))
        .env("SERVER_OUTPUT", scratch.join("stoa.log"))
        .env("SERVER_ADDRESS", ADDRESS)
        .env("LIVEKIT_URL", format!("ws://{ADDRESS}"))
        .env("LIVEKIT_API_KEY", "devkey")
        .env("LIVEKIT_API_SECRET", "secret");
    shell::run(command)
}
