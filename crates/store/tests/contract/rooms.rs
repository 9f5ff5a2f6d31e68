use crate::database::{Database, first_page};
use crate::given::{link_row, person_id, room_id, room_row, tenant_id};
use base::Redacted;
use store::rooms::{RoomFilter, RoomRow, ScheduleRow, When};

stories![
    a_room_is_kept_as_it_was_planned,
    a_change_of_an_old_version_is_not_made,
    of_two_changes_at_once_one_is_made,
    another_tenant_finds_nothing,
    lists_show_the_day_the_coming_and_the_past,
    a_list_is_narrowed_by_host_kind_and_state,
    pages_are_whole_when_rooms_begin_together,
    rooms_whose_occurrence_is_over_are_moved,
];

fn filter(when: When) -> RoomFilter {
    RoomFilter {
        when,
        host: None,
        kind: None,
        state: None,
    }
}

async fn listed(db: &Database, filter: &RoomFilter) -> Vec<RoomRow> {
    let page = db
        .read(async |r| r.rooms().list(&tenant_id(1), filter, &first_page()).await)
        .await;
    page.items
}

async fn ids(db: &Database, filter: RoomFilter) -> Vec<String> {
    let rooms = listed(db, &filter).await;
    rooms.into_iter().map(|room| room.id.to_string()).collect()
}

/// Rooms at different times: over, running, to come, and one that was called off.
async fn a_week(db: &Database) {
    db.tenant(1).await;
    db.tenant(2).await;
    for (n, start, end, state) in [
        (1, 1_000, 2_000, "active"),
        (2, 4_000, 6_000, "active"),
        (3, 8_000, 9_000, "active"),
        (4, 8_000, 9_000, "cancelled"),
        (5, 7_000, 7_500, "ended"),
    ] {
        let mut room = room_row(n, 1);
        room.next_start_ms = start;
        room.next_end_ms = end;
        room.state = state.to_owned();
        room.created_ms = u64::from(n);
        db.write(async |tx| tx.rooms().insert(&room).await).await;
    }
    db.room(9, 2).await;
}

async fn a_room_is_kept_as_it_was_planned(db: &Database) {
    db.tenant(1).await;
    db.person(1).await;
    let mut room = room_row(1, 1);
    room.title = "对账 “十二月”".to_owned();
    room.template = Some("reconciliation".to_owned());
    room.host = Some(person_id(1));
    room.recurs = true;
    room.schedule = Some(ScheduleRow {
        starts_local: "2026-12-01T15:00".to_owned(),
        timezone: "Asia/Shanghai".to_owned(),
        duration_min: 45,
        recurrence: Some("FREQ=WEEKLY".to_owned()),
    });
    db.write(async |tx| tx.rooms().insert(&room).await).await;
    let mut link = link_row(1, 1, 1);
    link.is_default = true;
    db.write(async |tx| tx.links().insert(&link).await).await;

    room.host_name = Some("人 1".to_owned());
    room.link_code = Some(Redacted::new("code-1".to_owned()));
    let found = db
        .read(async |r| r.rooms().find(&tenant_id(1), &room_id(1)).await)
        .await;
    assert_eq!(found.as_ref(), Some(&room));
    let by_name = db
        .read(async |r| r.rooms().find_by_name("room_0001").await)
        .await;
    assert_eq!(by_name, found);
}

async fn a_change_of_an_old_version_is_not_made(db: &Database) {
    db.tenant(1).await;
    db.room(1, 1).await;
    let mut room = room_row(1, 1);
    room.title = "first".to_owned();
    room.version = 2;
    let change = async |room: &RoomRow| db.write(async |tx| tx.rooms().update(room).await).await;
    assert!(change(&room).await);
    room.title = "second".to_owned();
    assert!(!change(&room).await, "it is no longer version 1");
    room.version = 3;
    room.tenant = tenant_id(2);
    assert!(!change(&room).await, "another tenant's");
    let found = db
        .read(async |r| r.rooms().find(&tenant_id(1), &room_id(1)).await)
        .await
        .expect("the room");
    assert_eq!((found.title.as_str(), found.version), ("first", 2));
}

async fn of_two_changes_at_once_one_is_made(db: &Database) {
    db.tenant(1).await;
    db.room(1, 1).await;
    let other = db.another().await;
    let change = async |store: &store::Store, title: &str| {
        let mut room = room_row(1, 1);
        room.title = title.to_owned();
        room.version = 2;
        let mut tx = store.begin().await.expect("a transaction");
        let changed = tx.rooms().update(&room).await.expect("an answer");
        tokio::task::yield_now().await;
        tx.commit().await.expect("committed");
        changed
    };
    let (first, second) = tokio::join!(change(db, "a"), change(&other, "b"));
    assert!(first ^ second, "{first} {second}");
}

async fn another_tenant_finds_nothing(db: &Database) {
    a_week(db).await;
    let found = db
        .read(async |r| r.rooms().find(&tenant_id(2), &room_id(1)).await)
        .await;
    assert_eq!(found, None);
    let theirs = db
        .read(async |r| {
            let filter = filter(When::All);
            r.rooms().list(&tenant_id(2), &filter, &first_page()).await
        })
        .await;
    let theirs: Vec<_> = theirs.items.into_iter().map(|room| room.id).collect();
    assert_eq!(theirs, [room_id(9)]);
}

async fn lists_show_the_day_the_coming_and_the_past(db: &Database) {
    a_week(db).await;
    let name = |n: u32| room_id(n).to_string();
    assert_eq!(
        ids(db, filter(When::All)).await,
        [5, 4, 3, 2, 1].map(name),
        "newest first"
    );
    let day = When::Day {
        from_ms: 2_000,
        to_ms: 8_000,
    };
    assert_eq!(ids(db, filter(day)).await, [2, 5].map(name));
    let upcoming = When::Upcoming { now_ms: 5_000 };
    assert_eq!(ids(db, filter(upcoming)).await, [2, 3].map(name));
    let past = When::Past { now_ms: 5_000 };
    assert_eq!(ids(db, filter(past)).await, [4, 5, 1].map(name));
}

async fn a_list_is_narrowed_by_host_kind_and_state(db: &Database) {
    a_week(db).await;
    db.person(1).await;
    let mut room = room_row(6, 1);
    room.host = Some(person_id(1));
    room.kind = "consult".to_owned();
    room.created_ms = 6;
    db.write(async |tx| tx.rooms().insert(&room).await).await;
    let name = |n: u32| room_id(n).to_string();
    let mut wanted = filter(When::All);
    wanted.host = Some(person_id(1));
    assert_eq!(ids(db, wanted).await, [name(6)]);
    let mut wanted = filter(When::All);
    wanted.kind = Some("consult".to_owned());
    assert_eq!(ids(db, wanted).await, [name(6)]);
    let mut wanted = filter(When::All);
    wanted.state = Some("cancelled".to_owned());
    assert_eq!(ids(db, wanted).await, [name(4)]);
}

async fn pages_are_whole_when_rooms_begin_together(db: &Database) {
    db.tenant(1).await;
    for n in [4, 2, 5, 1, 3] {
        db.room(n, 1).await;
    }
    for (when, expected) in [
        (When::All, [5, 4, 3, 2, 1]),
        (When::Upcoming { now_ms: 0 }, [1, 2, 3, 4, 5]),
        (When::Past { now_ms: 9_000 }, [5, 4, 3, 2, 1]),
    ] {
        let wanted = filter(when);
        let pages = db
            .pages(2, async |r, page| {
                r.rooms().list(&tenant_id(1), &wanted, page).await
            })
            .await;
        let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2, 1]);
        let found: Vec<_> = pages.into_iter().flatten().map(|room| room.id).collect();
        assert_eq!(found, expected.map(room_id), "{when:?}");
    }
}

async fn rooms_whose_occurrence_is_over_are_moved(db: &Database) {
    db.tenant(1).await;
    let mut weekly = room_row(1, 1);
    weekly.recurs = true;
    db.write(async |tx| tx.rooms().insert(&weekly).await).await;
    db.room(2, 1).await;
    let due = async |now_ms| -> Vec<_> {
        let rooms = db
            .read(async |r| r.rooms().due_to_move(now_ms, 9).await)
            .await;
        rooms.into_iter().map(|room| room.id).collect()
    };
    assert_eq!(due(1_999).await, [], "it is still going on");
    assert_eq!(due(2_000).await, [room_id(1)], "only what comes again");
    db.write(async |tx| tx.rooms().set_next(&room_id(1), 5_000, 6_000, false).await)
        .await;
    assert_eq!(due(9_000).await, []);
    let found = db
        .read(async |r| r.rooms().find(&tenant_id(1), &room_id(1)).await)
        .await
        .expect("the room");
    assert_eq!((found.next_start_ms, found.version), (5_000, 1));
}
