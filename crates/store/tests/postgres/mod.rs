//! A Postgres of our own for the time of a test program: made anew, reached by a socket in its
//! folder, and gone when the program ends, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Postgres refuses to run as root; Debian's package brings this user.
const USER: &str = "postgres";

const PROGRAMS: [&str; 4] = ["initdb", "postgres", "createdb", "pg_isready"];

/// Runs until its standard input ends, which it does with the test program. Nothing here outlives
/// the machine, so nothing needs to be waited for on the disk.
const KEEPER: &str = r#"
cd "$FOLDER"
"$BIN/initdb" -D data -U stoa -A trust -E UTF8 --locale=C --no-sync >initdb.log 2>&1 || exit 1
"$BIN/postgres" -D data -k "$FOLDER" -c listen_addresses= -c fsync=off -c max_connections=300 >server.log 2>&1 &
read -r end
kill -INT $!
wait
cd /
rm -rf "$FOLDER"
"#;

/// A running Postgres.
#[derive(Debug)]
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    keeper: Child,
    databases: AtomicU32,
}

/// The one of this program.
pub(crate) fn cluster() -> &'static Cluster {
    // A failure is kept too: who asks next need not wait for it again.
    static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
    match CLUSTER.get_or_init(Cluster::start) {
        Ok(cluster) => cluster,
        Err(why) => panic!("{why}"),
    }
}

impl Cluster {
    fn start() -> Result<Self, String> {
        let bin = programs()
            .ok_or("Postgres is not installed; `apt-get install postgresql` brings it")?;
        let folder = tempfile::tempdir().expect("a folder").keep();
        let mut keeper = if is_root() {
            let owned = Command::new("chown").arg(USER).arg(&folder).status();
            assert!(owned.is_ok_and(|status| status.success()), "no user {USER}");
            let mut keeper = Command::new("setpriv");
            keeper.args(["--reuid", USER, "--regid", USER, "--clear-groups", "sh"]);
            keeper
        } else {
            Command::new("sh")
        };
        let keeper = keeper
            .args(["-c", KEEPER])
            .env("BIN", &bin)
            .env("FOLDER", &folder)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell");
        let mut cluster = Self {
            bin,
            folder,
            keeper,
            databases: AtomicU32::new(0),
        };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// The URL of a fresh database.
    pub(crate) fn database(&self) -> String {
        let name = format!("stoa{}", self.databases.fetch_add(1, Ordering::Relaxed));
        assert!(self.succeeds("createdb", &[&name]), "a database");
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://stoa@localhost/{name}?host={folder}")
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        // Generous: the machine may be building at the same time.
        for _ in 0..600 {
            if self.succeeds("pg_isready", &["-q"]) {
                return Ok(());
            }
            if self.keeper.try_wait().expect("its state").is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err(format!("Postgres did not become ready: {}", self.logs()))
    }

    fn succeeds(&self, program: &str, arguments: &[&str]) -> bool {
        Command::new(self.bin.join(program))
            .arg("-h")
            .arg(&self.folder)
            .args(["-U", "stoa"])
            .args(arguments)
            .status()
            .is_ok_and(|status| status.success())
    }

    fn logs(&self) -> String {
        ["initdb.log", "server.log"]
            .map(|name| std::fs::read_to_string(self.folder.join(name)).unwrap_or_default())
            .concat()
    }
}

/// Where they are; Debian keeps them out of the search path.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let debian = versions.into_iter().flatten().flatten();
    folders.extend(debian.map(|version| version.path().join("bin")));
    folders
        .into_iter()
        .find(|folder| PROGRAMS.iter().all(|name| folder.join(name).exists()))
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // The owner of this process, without asking libc.
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|owned| owned.uid() == 0)
}
