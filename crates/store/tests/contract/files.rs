use crate::database::Database;
use crate::given::{file_row, room_id, tenant_id};
use store::files::FileRow;

stories![
    a_file_is_found_by_its_tenant_and_its_room_only,
    a_content_is_nobodys_when_its_last_file_goes,
    bytes_are_added_up_for_each_tenant,
    files_come_newest_first_in_whole_pages,
];

async fn added(db: &Database, file: &FileRow) {
    db.write(async |tx| tx.files().insert(file).await).await;
}

async fn rooms(db: &Database) {
    for tenant in [1, 2] {
        db.tenant(tenant).await;
        db.room(tenant, tenant).await;
    }
}

async fn a_file_is_found_by_its_tenant_and_its_room_only(db: &Database) {
    rooms(db).await;
    let file = file_row(1, 1, 1, 7);
    added(db, &file).await;
    let found = db
        .read(async |r| r.files().find(&tenant_id(1), &file.id).await)
        .await;
    assert_eq!(found.as_ref(), Some(&file));
    let theirs = db
        .read(async |r| r.files().find(&tenant_id(2), &file.id).await)
        .await;
    assert_eq!(theirs, None);
    for (room, is_found) in [("room_0001", true), ("room_0002", false)] {
        let found = db
            .read(async |r| r.files().find_in_room(room, file.id.as_str()).await)
            .await;
        assert_eq!(found.is_some(), is_found);
    }
}

async fn a_content_is_nobodys_when_its_last_file_goes(db: &Database) {
    rooms(db).await;
    let (mine, theirs) = (file_row(1, 1, 1, 7), file_row(2, 2, 2, 7));
    added(db, &mine).await;
    added(db, &theirs).await;
    let delete = async |file: &FileRow| db.write(async |tx| tx.files().delete(file).await).await;
    assert!(!delete(&mine).await, "the other tenant has it too");
    assert!(delete(&theirs).await);
}

async fn bytes_are_added_up_for_each_tenant(db: &Database) {
    rooms(db).await;
    let total = async |tenant| {
        db.read(async |r| r.files().total_bytes(&tenant_id(tenant)).await)
            .await
    };
    assert_eq!(total(1).await, 0);
    let mut large = file_row(1, 1, 1, 1);
    // More than 32 bits count.
    large.bytes = 5_000_000_000;
    added(db, &large).await;
    added(db, &file_row(2, 1, 1, 2)).await;
    added(db, &file_row(3, 2, 2, 3)).await;
    assert_eq!(total(1).await, 5_000_001_000);
    assert_eq!(total(2).await, 1_000);
}

async fn files_come_newest_first_in_whole_pages(db: &Database) {
    rooms(db).await;
    for (n, created_ms) in [(1, 2_000), (2, 1_000), (3, 1_000), (4, 1_000)] {
        let mut file = file_row(n, 1, 1, 1);
        file.created_ms = created_ms;
        added(db, &file).await;
    }
    let pages = db
        .pages(2, async |r, page| {
            r.files().list(&tenant_id(1), &room_id(1), page).await
        })
        .await;
    let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [2, 2]);
    let found: Vec<_> = pages.iter().flatten().map(|f| f.id.as_str()).collect();
    assert_eq!(found, ["file_0001", "file_0004", "file_0003", "file_0002"]);
}
