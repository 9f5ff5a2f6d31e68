use crate::database::Database;
use base::Redacted;
use store::jobs::{ClaimedJob, JobId};

stories![
    a_job_is_claimed_when_it_is_due_and_by_one_only,
    a_failed_job_comes_back_when_it_was_put_back_for,
    a_claim_runs_out_when_its_holder_says_nothing,
    what_was_given_up_is_kept_for_a_while,
    kinds_are_claimed_apart,
    two_servers_share_the_jobs_and_do_none_twice,
];

async fn enqueued(db: &Database, kind: &str, payload: &str, due_ms: u64) -> JobId {
    let payload = Redacted::new(payload.to_owned());
    db.write(async |tx| tx.jobs().enqueue(1, kind, &payload, due_ms).await)
        .await
}

async fn claimed(db: &Database, kind: &str, now_ms: u64) -> Vec<ClaimedJob> {
    db.write(async |tx| tx.jobs().claim(now_ms, now_ms + 1_000, kind, 8).await)
        .await
}

fn ids(jobs: &[ClaimedJob]) -> Vec<JobId> {
    jobs.iter().map(|job| job.id).collect()
}

async fn a_job_is_claimed_when_it_is_due_and_by_one_only(db: &Database) {
    let late = enqueued(db, "mail", "late", 500).await;
    let soon = enqueued(db, "mail", "soon", 100).await;
    assert_eq!(ids(&claimed(db, "mail", 99).await), []);
    let first = claimed(db, "mail", 100).await;
    assert_eq!(ids(&first), [soon]);
    assert_eq!(first[0].payload.expose(), "soon");
    assert_eq!((first[0].created_ms, first[0].attempts), (1, 0));
    assert_eq!(ids(&claimed(db, "mail", 500).await), [late]);

    db.write(async |tx| tx.jobs().finish(soon).await).await;
    db.write(async |tx| tx.jobs().finish(late).await).await;
    assert_eq!(ids(&claimed(db, "mail", 99_999).await), []);
}

async fn a_failed_job_comes_back_when_it_was_put_back_for(db: &Database) {
    let id = enqueued(db, "mail", "m", 0).await;
    claimed(db, "mail", 1).await;
    db.write(async |tx| tx.jobs().retry(id, 700, "no route").await)
        .await;
    assert_eq!(ids(&claimed(db, "mail", 699).await), []);
    let again = claimed(db, "mail", 700).await;
    assert_eq!((ids(&again), again[0].attempts), (vec![id], 1));
}

async fn a_claim_runs_out_when_its_holder_says_nothing(db: &Database) {
    let id = enqueued(db, "mail", "m", 0).await;
    assert_eq!(ids(&claimed(db, "mail", 1).await), [id]);
    assert_eq!(ids(&claimed(db, "mail", 1_000).await), []);
    assert_eq!(ids(&claimed(db, "mail", 1_001).await), [id]);
}

async fn what_was_given_up_is_kept_for_a_while(db: &Database) {
    let id = enqueued(db, "mail", "m", 0).await;
    db.write(async |tx| tx.jobs().give_up(id, 50, "gone").await)
        .await;
    assert_eq!(ids(&claimed(db, "mail", 9_999).await), []);
    for (before_ms, forgotten) in [(50, 0), (51, 1)] {
        let done = db
            .write(async |tx| tx.jobs().forget_given_up(before_ms).await)
            .await;
        assert_eq!(done, forgotten);
    }
}

async fn kinds_are_claimed_apart(db: &Database) {
    let mail = enqueued(db, "mail", "m", 0).await;
    let other = enqueued(db, "other", "o", 0).await;
    assert_eq!(ids(&claimed(db, "other", 1).await), [other]);
    assert_eq!(ids(&claimed(db, "mail", 1).await), [mail]);
}

async fn two_servers_share_the_jobs_and_do_none_twice(db: &Database) {
    const JOBS: u32 = 40;
    for n in 0..JOBS {
        enqueued(db, "mail", &n.to_string(), 0).await;
    }
    let other = db.another().await;
    let work = async |store: &store::Store| {
        let mut done = Vec::new();
        loop {
            let mut tx = store.begin().await.expect("a transaction");
            let jobs = tx.jobs().claim(1, 9_999, "mail", 3).await.expect("claimed");
            tx.commit().await.expect("committed");
            if jobs.is_empty() {
                return done;
            }
            done.extend(ids(&jobs));
        }
    };
    let (mut all, theirs) = tokio::join!(work(db), work(&other));
    all.extend(theirs);
    // Who finds that the other was faster stops early; what he left is still there.
    all.extend(work(db).await);
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!(all.len(), count, "one was done twice");
    assert_eq!(all.len(), JOBS as usize);
}
