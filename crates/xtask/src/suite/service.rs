//! A server for the time of one test program.

use crate::shell::{self, root, target};
use crate::tools::isolated;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

const ADDRESS: &str = "127.0.0.1:17870";

/// Starts the server, waits until it takes calls, runs "$@", and ends the server. All in one
/// shell, because all of it has to be in the same network namespace.
const AROUND: &str = r#"
"$STOA_BIN" serve --dev >"$STOA_TEST_OUTPUT" 2>&1 &
server=$!
trap 'kill -KILL $server 2>/dev/null' EXIT
until python3 -c "import os, urllib.request as u; u.urlopen('http://$STOA_HTTP_LISTEN/readyz')" 2>/dev/null; do
    kill -0 $server 2>/dev/null || { cat "$STOA_TEST_OUTPUT"; exit 1; }
    sleep 0.1
done
"$@"
"#;

/// Runs a Python test program from `tests/python` beside a server of its own.
///
/// # Errors
/// The tests fail, or the server does not start; its output is in the target folder.
pub(super) fn around(python: &Path, name: &str, arguments: &[&str]) -> io::Result<()> {
    let scratch = target().join("tests").join(name);
    fs::create_dir_all(&scratch)?;
    let database = scratch.join("stoa.sqlite");
    // Left over from the last time.
    let _ = fs::remove_file(&database);
    let mut script: Vec<&OsStr> = vec![
        "-c".as_ref(),
        AROUND.as_ref(),
        "sh".as_ref(),
        python.as_os_str(),
    ];
    script.extend(arguments.iter().map(OsStr::new));
    let mut command = isolated("sh", &script);
    command
        .current_dir(root().join("tests/python"))
        .env("STOA_BIN", target().join("debug/stoa"))
        .env("STOA_TEST_OUTPUT", scratch.join("stoa.log"))
        .env("STOA_HTTP_LISTEN", ADDRESS)
        .env("STOA_MEDIA_UDP_PORT", "17872")
        .env("STOA_MEDIA_TCP_PORT", "17871")
        .env("STOA_STORE_PATH", database)
        .env("LIVEKIT_URL", format!("ws://{ADDRESS}"))
        .env("LIVEKIT_API_KEY", "devkey")
        .env("LIVEKIT_API_SECRET", "secret");
    shell::run(command)
}
