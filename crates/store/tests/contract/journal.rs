use crate::database::Database;
use base::Redacted;
use store::room_journal::JournalEntry;

stories![
    a_room_is_read_again_in_its_order,
    a_number_is_never_given_twice,
    rooms_are_forgotten_apart,
    an_event_is_found_by_a_word_of_it_and_rewritten,
];

fn entry(seq: u64) -> JournalEntry {
    JournalEntry {
        seq,
        at_ms: seq * 10,
        payload: Redacted::new(format!("{{\"text\":\"你好 {seq}\"}}")),
    }
}

async fn appended(db: &Database, room: &str, seqs: &[u64]) {
    let entries: Vec<_> = seqs.iter().map(|seq| entry(*seq)).collect();
    db.write(async |tx| tx.room_journal().append(room, &entries).await)
        .await;
}

async fn read(db: &Database, room: &str, after: u64, limit: u32) -> Vec<u64> {
    let entries = db
        .read(async |r| r.room_journal().read(room, after, limit).await)
        .await;
    for found in &entries {
        let expected = entry(found.seq);
        assert_eq!(found.at_ms, expected.at_ms);
        assert_eq!(found.payload.expose(), expected.payload.expose());
    }
    entries.iter().map(|entry| entry.seq).collect()
}

async fn a_room_is_read_again_in_its_order(db: &Database) {
    appended(db, "r", &[3, 1, 2]).await;
    appended(db, "r", &[10, 4]).await;
    assert_eq!(read(db, "r", 0, 3).await, [1, 2, 3]);
    assert_eq!(read(db, "r", 3, 9).await, [4, 10]);
    assert!(read(db, "r", 10, 9).await.is_empty());
}

async fn a_number_is_never_given_twice(db: &Database) {
    appended(db, "r", &[1]).await;
    let again = [entry(2), entry(1)];
    assert!(
        db.conflicts(async |tx| tx.room_journal().append("r", &again).await)
            .await
    );
    assert_eq!(read(db, "r", 0, 9).await, [1], "nothing of it stays");
}

async fn rooms_are_forgotten_apart(db: &Database) {
    appended(db, "r", &[1, 2]).await;
    appended(db, "s", &[1]).await;
    let forgotten = db
        .write(async |tx| tx.room_journal().forget("r").await)
        .await;
    assert_eq!(forgotten, 2);
    assert!(read(db, "r", 0, 9).await.is_empty());
    assert_eq!(read(db, "s", 0, 9).await, [1]);
}

async fn an_event_is_found_by_a_word_of_it_and_rewritten(db: &Database) {
    let say = async |room: &str, seq, text: &str| {
        let entry = JournalEntry {
            payload: Redacted::new(text.to_owned()),
            ..entry(seq)
        };
        db.write(async |tx| tx.room_journal().append(room, &[entry]).await)
            .await;
    };
    let texts = [
        "a%b_c~d\\e",
        "axbxcxdxe",
        "a%b_c~d\\e again",
        "a%b_c~d\\e too late",
    ];
    for (seq, text) in (1..).zip(texts) {
        say("r", seq, text).await;
    }
    say("s", 1, texts[0]).await;
    let found = db
        .write(async |tx| tx.room_journal().mentioning("r", 4, "%b_c~d\\").await)
        .await;
    let seqs: Vec<_> = found.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [3, 1], "latest first, and nothing is a wildcard");

    let left = Redacted::new("{}".to_owned());
    db.write(async |tx| tx.room_journal().replace("r", 3, &left).await)
        .await;
    let after: Vec<_> = db
        .read(async |r| r.room_journal().read("r", 0, 9).await)
        .await
        .into_iter()
        .map(|entry| (entry.seq, entry.at_ms, entry.payload.expose().clone()))
        .collect();
    assert_eq!(after[2], (3, 30, "{}".to_owned()));
    assert_eq!(after[0].2, texts[0]);
    assert_eq!(after[3].2, texts[3]);
}
