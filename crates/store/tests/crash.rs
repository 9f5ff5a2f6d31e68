//! A process that is killed while it writes loses nothing that it had acknowledged.
//!
//! The parent starts itself as a writer, reads the acknowledgements, and kills it (SIGKILL) in the
//! middle of its work; then it opens the same file. Several rounds, one database.

use base::Redacted;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use store::Store;
use store::webhooks::NewDelivery;

const CHILD: &str = "STORE_CRASH_TEST_DATABASE";
const ROUNDS: usize = 6;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    match std::env::var_os(CHILD) {
        Some(path) => runtime.block_on(write_for_ever(Path::new(&path))),
        None => {
            runtime.block_on(nothing_acknowledged_is_lost());
            println!("test nothing_acknowledged_is_lost ... ok");
        }
    }
}

/// Enqueues and delivers without end, and says so on standard output after each commit.
async fn write_for_ever(path: &Path) {
    let store = Store::open(path).await.expect("the database opens");
    let mut out = std::io::stdout();
    for n in 0u64.. {
        let mut tx = store.begin().await.expect("a transaction");
        let first = tx
            .webhooks()
            .enqueue(n, &delivery("a"))
            .await
            .expect("enqueued");
        let second = tx
            .webhooks()
            .enqueue(n, &delivery("b"))
            .await
            .expect("enqueued");
        tx.commit().await.expect("committed");
        writeln!(out, "enqueued {} {}", first.0, second.0).expect("the parent reads");

        let mut tx = store.begin().await.expect("a transaction");
        tx.webhooks()
            .mark_delivered(first)
            .await
            .expect("delivered");
        tx.commit().await.expect("committed");
        writeln!(out, "delivered {}", first.0).expect("the parent reads");
    }
}

async fn nothing_acknowledged_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("stoa.db");
    let mut expected = BTreeSet::new();
    for round in 0..ROUNDS {
        let mut newest_pair = None;
        for line in run_and_kill(&path, 7 + round * 5) {
            let words: Vec<&str> = line.split(' ').collect();
            let id = |at: usize| words[at].parse::<i64>().expect("an id");
            if words[0] == "enqueued" {
                expected.extend([id(1), id(2)]);
                newest_pair = Some(id(1));
            } else {
                assert!(expected.remove(&id(1)), "delivered what was never enqueued");
            }
        }

        let pending = pending(&path).await;
        // A commit may have succeeded without its acknowledgement getting out: one delivery less,
        // or one pair more. Nothing else.
        let missing: Vec<_> = expected.difference(&pending).copied().collect();
        assert!(
            missing.is_empty() || missing == newest_pair.as_slice(),
            "round {round}: lost {missing:?}"
        );
        let unexpected = pending.difference(&expected).count();
        assert!(
            matches!(unexpected, 0 | 2),
            "round {round}: {unexpected} rows from a torn transaction or returned from the dead"
        );
        expected = pending;
    }
    assert!(
        expected.len() > ROUNDS * 3,
        "the writer left only {}",
        expected.len()
    );
}

async fn pending(path: &Path) -> BTreeSet<i64> {
    let store = Store::open(path)
        .await
        .expect("the database opens after a crash");
    let mut reader = store.reader().await.expect("a reader");
    let listed = reader.webhooks().pending(u32::MAX).await.expect("a list");
    drop(reader);
    store.close().await;
    listed.into_iter().map(|listed| listed.id.0).collect()
}

/// Runs the writer until it has said `lines` things, kills it, and returns all that it said.
fn run_and_kill(path: &Path, lines: usize) -> Vec<String> {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("the writer starts");
    let mut said = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut heard: Vec<String> = said.by_ref().take(lines).map_while(Result::ok).collect();
    child.kill().expect("killed");
    child.wait().expect("gone");
    // A line is written in one piece, but the pipe may end within one.
    heard.extend(said.map_while(Result::ok).filter(|line| line.contains(' ')));
    heard
}

fn delivery(lane: &str) -> NewDelivery {
    NewDelivery {
        event_id: "EV_1".into(),
        event: "room_started".into(),
        endpoint: "http://127.0.0.1/hook".into(),
        lane: Redacted::new(lane.into()),
        body: Redacted::new(vec![7; 700]),
    }
}
