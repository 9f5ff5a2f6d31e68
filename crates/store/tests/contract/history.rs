use crate::database::Database;
use crate::given::{room_id, room_row, session_row, stay, tenant_id};
use base::Redacted;
use store::history::SessionRow;
use store::room_journal::JournalEntry;

stories![
    a_session_is_opened_once_and_closed_once,
    a_session_knows_its_part_of_the_journal,
    what_happened_before_a_session_was_written_down_belongs_to_it,
    who_comes_twice_stays_twice_and_is_one_person,
    the_end_of_a_session_ends_its_stays,
    what_a_dead_server_left_open_is_closed_as_of_the_last_that_is_known,
    the_sessions_of_a_server_that_is_alive_stay_open,
    a_session_that_is_found_dead_late_ends_before_the_next_of_its_room,
    sessions_come_latest_first_in_whole_pages,
    the_sessions_of_all_rooms_come_together_with_their_rooms,
];

async fn a_room(db: &Database) {
    db.tenant(1).await;
    db.room(1, 1).await;
}

async fn opened(db: &Database, id: &str, started_ms: u64) -> bool {
    let session = session_row(id, 1, 1, started_ms);
    db.write(async |tx| tx.history().open(&session, "ND_1").await)
        .await
}

async fn alive(db: &Database, server: &str, now_ms: u64) -> Option<u64> {
    db.write(async |tx| tx.history().alive(server, now_ms).await)
        .await
}

/// As `ND_2` finds the others.
async fn left_open_closed(db: &Database, alive_ms: u64) -> u64 {
    db.write(async |tx| tx.history().close_left_open("ND_2", alive_ms).await)
        .await
}

async fn closed(db: &Database, id: &str, at_ms: u64) -> bool {
    db.write(async |tx| tx.history().close(id, at_ms).await)
        .await
}

async fn came(db: &Database, id: &str, session: &str, identity: &str, at_ms: u64) {
    let stay = stay(id, session, identity, at_ms);
    db.write(async |tx| tx.history().come(&stay).await).await;
}

async fn session(db: &Database, id: &str) -> SessionRow {
    db.read(async |r| r.history().session(&tenant_id(1), id).await)
        .await
        .expect("the session")
}

async fn stays(db: &Database, id: &str) -> Vec<(String, u64, Option<u64>)> {
    let stays = db
        .read(async |r| r.history().attendances(id, 99).await)
        .await;
    stays
        .into_iter()
        .map(|stay| (stay.identity, stay.joined_ms, stay.left_ms))
        .collect()
}

async fn told(db: &Database, seq: u64, at_ms: u64) {
    let entry = JournalEntry {
        seq,
        at_ms,
        payload: Redacted::new("{}".to_owned()),
    };
    db.write(async |tx| tx.room_journal().append("room_0001", &[entry]).await)
        .await;
}

async fn a_session_is_opened_once_and_closed_once(db: &Database) {
    a_room(db).await;
    assert!(opened(db, "RM_1", 1_000).await);
    assert!(!opened(db, "RM_1", 2_000).await);
    assert_eq!(session(db, "RM_1").await.started_ms, 1_000);
    assert!(closed(db, "RM_1", 5_000).await);
    assert!(!closed(db, "RM_1", 6_000).await);
    assert_eq!(session(db, "RM_1").await.ended_ms, Some(5_000));
    assert!(!closed(db, "RM_2", 6_000).await, "nobody had been there");
    let theirs = db
        .read(async |r| r.history().session(&tenant_id(2), "RM_1").await)
        .await;
    assert_eq!(theirs, None);
}

async fn a_session_knows_its_part_of_the_journal(db: &Database) {
    a_room(db).await;
    opened(db, "RM_1", 1_000).await;
    told(db, 1, 1_100).await;
    told(db, 2, 1_200).await;
    closed(db, "RM_1", 2_000).await;
    opened(db, "RM_2", 3_000).await;
    told(db, 3, 3_100).await;
    let (first, second) = (session(db, "RM_1").await, session(db, "RM_2").await);
    assert_eq!((first.first_seq, first.last_seq), (0, Some(2)));
    assert_eq!((second.first_seq, second.last_seq), (2, None));
}

async fn what_happened_before_a_session_was_written_down_belongs_to_it(db: &Database) {
    a_room(db).await;
    told(db, 1, 900).await;
    told(db, 2, 1_000).await;
    told(db, 3, 1_500).await;
    opened(db, "RM_1", 1_000).await;
    assert_eq!(session(db, "RM_1").await.first_seq, 1);
}

async fn who_comes_twice_stays_twice_and_is_one_person(db: &Database) {
    a_room(db).await;
    opened(db, "RM_1", 1_000).await;
    came(db, "PA_2", "RM_1", "ben", 1_500).await;
    came(db, "PA_1", "RM_1", "ann", 1_000).await;
    came(db, "PA_1", "RM_1", "ann", 1_000).await;
    for at_ms in [2_000, 2_500] {
        db.write(async |tx| tx.history().leave("PA_1", at_ms).await)
            .await;
    }
    came(db, "PA_3", "RM_1", "ann", 3_000).await;
    let who = |name: &str| name.to_owned();
    assert_eq!(
        stays(db, "RM_1").await,
        [
            (who("ann"), 1_000, Some(2_000)),
            (who("ben"), 1_500, None),
            (who("ann"), 3_000, None)
        ]
    );
    assert_eq!(session(db, "RM_1").await.people, 2);
}

async fn the_end_of_a_session_ends_its_stays(db: &Database) {
    a_room(db).await;
    opened(db, "RM_1", 1_000).await;
    came(db, "PA_1", "RM_1", "ann", 1_000).await;
    came(db, "PA_2", "RM_1", "ben", 1_000).await;
    db.write(async |tx| tx.history().leave("PA_1", 2_000).await)
        .await;
    closed(db, "RM_1", 5_000).await;
    let left: Vec<_> = stays(db, "RM_1").await.into_iter().map(|s| s.2).collect();
    assert_eq!(left, [Some(2_000), Some(5_000)]);
}

async fn what_a_dead_server_left_open_is_closed_as_of_the_last_that_is_known(db: &Database) {
    a_room(db).await;
    opened(db, "RM_1", 1_000).await;
    closed(db, "RM_1", 1_500).await;
    opened(db, "RM_2", 2_000).await;
    came(db, "PA_1", "RM_2", "ann", 2_100).await;
    told(db, 1, 2_700).await;
    assert_eq!(left_open_closed(db, 0).await, 1, "nobody knows its server");
    assert_eq!(session(db, "RM_2").await.ended_ms, Some(2_700));
    assert_eq!(stays(db, "RM_2").await[0].2, Some(2_700));
    assert_eq!(session(db, "RM_1").await.ended_ms, Some(1_500));
    assert_eq!(left_open_closed(db, 0).await, 0);
}

async fn the_sessions_of_a_server_that_is_alive_stay_open(db: &Database) {
    a_room(db).await;
    assert_eq!(alive(db, "ND_1", 1_000).await, None);
    opened(db, "RM_1", 1_000).await;
    assert_eq!(alive(db, "ND_1", 5_000).await, Some(1_000));
    assert_eq!(left_open_closed(db, 5_000).await, 0);
    let own = db
        .write(async |tx| tx.history().close_left_open("ND_1", 9_000).await)
        .await;
    assert_eq!(own, 0, "one's own are open because one is alive");
    assert_eq!(session(db, "RM_1").await.ended_ms, None);

    assert_eq!(left_open_closed(db, 5_001).await, 1);
    assert_eq!(session(db, "RM_1").await.ended_ms, Some(5_000), "last seen");
    assert_eq!(alive(db, "ND_1", 9_000).await, None, "it was forgotten");
}

async fn a_session_that_is_found_dead_late_ends_before_the_next_of_its_room(db: &Database) {
    a_room(db).await;
    opened(db, "RM_1", 1_000).await;
    told(db, 1, 1_100).await;
    let next = session_row("RM_2", 1, 1, 2_000);
    alive(db, "ND_2", 2_000).await;
    db.write(async |tx| tx.history().open(&next, "ND_2").await)
        .await;
    told(db, 2, 2_100).await;
    assert_eq!(left_open_closed(db, 2_000).await, 1);
    let first = session(db, "RM_1").await;
    assert_eq!((first.ended_ms, first.last_seq), (Some(1_100), Some(1)));
    assert_eq!(session(db, "RM_2").await.ended_ms, None);
}

async fn sessions_come_latest_first_in_whole_pages(db: &Database) {
    a_room(db).await;
    for (id, started_ms) in [
        ("RM_a", 2_000),
        ("RM_b", 2_000),
        ("RM_c", 2_000),
        ("RM_d", 9_000),
    ] {
        opened(db, id, started_ms).await;
    }
    let pages = db
        .pages(3, async |r, page| {
            r.history().sessions(&tenant_id(1), &room_id(1), page).await
        })
        .await;
    let found: Vec<Vec<_>> = pages
        .iter()
        .map(|page| page.iter().map(|session| session.id.as_str()).collect())
        .collect();
    assert_eq!(found, [vec!["RM_d", "RM_c", "RM_b"], vec!["RM_a"]]);
}

async fn the_sessions_of_all_rooms_come_together_with_their_rooms(db: &Database) {
    a_room(db).await;
    db.room(2, 1).await;
    db.tenant(2).await;
    db.room(3, 2).await;
    for (id, room, tenant, started_ms) in [
        ("RM_a", 1, 1, 2_000),
        ("RM_b", 2, 1, 3_000),
        ("RM_c", 1, 1, 4_000),
        ("RM_foreign", 3, 2, 5_000),
    ] {
        let session = session_row(id, room, tenant, started_ms);
        db.write(async |tx| tx.history().open(&session, "ND_1").await)
            .await;
    }
    came(db, "PA_1", "RM_b", "per_0001", 3_000).await;
    let pages = db
        .pages(2, async |r, page| {
            r.history().meetings(&tenant_id(1), page).await
        })
        .await;
    let found: Vec<_> = pages
        .iter()
        .flatten()
        .map(|meeting| (meeting.session.id.as_str(), meeting.session.people))
        .collect();
    assert_eq!(found, [("RM_c", 0), ("RM_b", 1), ("RM_a", 0)]);
    let room = room_row(2, 1);
    let meeting = &pages[0][1];
    assert_eq!(
        (&meeting.room_title, &meeting.room_kind),
        (&room.title, &room.kind)
    );
}
