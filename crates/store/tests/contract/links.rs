use crate::database::Database;
use crate::given::{link_id, link_row, person_id, room_id, tenant_id};
use base::Redacted;
use store::Store;
use store::links::LinkRow;

stories![
    a_link_is_found_by_its_code,
    a_code_belongs_to_one_link,
    a_change_of_an_old_version_is_not_made,
    the_last_use_is_given_once,
    coming_back_is_no_second_use,
    uses_are_counted_though_many_come_at_once,
    a_guest_is_known_again_by_his_browser,
    the_link_of_a_room_is_its_oldest_that_still_works,
    links_come_in_whole_pages,
];

async fn added(db: &Database, link: &LinkRow) {
    db.write(async |tx| tx.links().insert(link).await).await;
}

async fn a_room(db: &Database) {
    db.tenant(1).await;
    db.room(1, 1).await;
}

async fn a_link_is_found_by_its_code(db: &Database) {
    a_room(db).await;
    let mut link = link_row(1, 1, 1);
    link.person_name = Some("王女士".to_owned());
    link.passcode_hash = Some(Redacted::new("$argon2id$".to_owned()));
    link.expires_ms = Some(9_000);
    link.max_uses = Some(3);
    link.is_default = true;
    added(db, &link).await;
    let found = db
        .read(async |r| r.links().find_by_code("code-1").await)
        .await;
    assert_eq!(found.as_ref(), Some(&link));
    let found = db
        .read(async |r| r.links().find(&tenant_id(1), &link_id(1)).await)
        .await;
    assert_eq!(found, Some(link));
    let theirs = db
        .read(async |r| r.links().find(&tenant_id(2), &link_id(1)).await)
        .await;
    assert_eq!(theirs, None);
}

async fn a_code_belongs_to_one_link(db: &Database) {
    a_room(db).await;
    added(db, &link_row(1, 1, 1)).await;
    let mut second = link_row(2, 1, 1);
    second.code = Redacted::new("code-1".to_owned());
    assert!(
        db.conflicts(async |tx| tx.links().insert(&second).await)
            .await
    );
}

async fn a_change_of_an_old_version_is_not_made(db: &Database) {
    a_room(db).await;
    added(db, &link_row(1, 1, 1)).await;
    let mut link = link_row(1, 1, 1);
    link.revoked_ms = Some(5_000);
    link.version = 2;
    let change = async |link: &LinkRow| db.write(async |tx| tx.links().update(link).await).await;
    assert!(change(&link).await);
    assert!(!change(&link).await);
    let found = db
        .read(async |r| r.links().find(&tenant_id(1), &link_id(1)).await)
        .await;
    assert_eq!(found, Some(link));
}

async fn the_last_use_is_given_once(db: &Database) {
    a_room(db).await;
    let mut link = link_row(1, 1, 1);
    link.max_uses = Some(1);
    added(db, &link).await;
    let other = db.another().await;
    let come = async |store: &Store, who: &str| {
        let mut tx = store.begin().await.expect("a transaction");
        let came = tx.links().use_by(&link_id(1), who, 1_000).await;
        tokio::task::yield_now().await;
        let came = came.expect("an answer");
        if came {
            tx.commit().await.expect("committed");
        }
        came
    };
    let (ann, ben) = tokio::join!(come(db, "ann"), come(&other, "ben"));
    assert!(ann ^ ben, "{ann} {ben}");
    assert!(!come(db, "cleo").await);
}

async fn coming_back_is_no_second_use(db: &Database) {
    a_room(db).await;
    let mut link = link_row(1, 1, 1);
    link.max_uses = Some(1);
    added(db, &link).await;
    for at_ms in [1_000, 2_000] {
        let came = db
            .write(async |tx| tx.links().use_by(&link_id(1), "ann", at_ms).await)
            .await;
        assert!(came);
    }
    let found = db
        .read(async |r| r.links().find_by_code("code-1").await)
        .await;
    assert_eq!(found.expect("the link").uses, 1);
}

async fn uses_are_counted_though_many_come_at_once(db: &Database) {
    const EACH: u32 = 25;
    a_room(db).await;
    added(db, &link_row(1, 1, 1)).await;
    let other = db.another().await;
    let come = async |store: &Store, door: &str| {
        for n in 0..EACH {
            let mut tx = store.begin().await.expect("a transaction");
            let came = tx
                .links()
                .use_by(&link_id(1), &format!("{door} {n}"), 1_000)
                .await;
            assert!(came.expect("an answer"));
            tx.commit().await.expect("committed");
        }
    };
    tokio::join!(come(db, "left"), come(&other, "right"));
    let found = db
        .read(async |r| r.links().find_by_code("code-1").await)
        .await;
    assert_eq!(found.expect("the link").uses, 2 * EACH);
}

async fn a_guest_is_known_again_by_his_browser(db: &Database) {
    db.tenant(1).await;
    db.tenant(2).await;
    let come = async |tenant, fresh, device: u8, name: &str, at_ms| {
        db.write(async |tx| {
            tx.links()
                .guest(
                    &tenant_id(tenant),
                    &person_id(fresh),
                    &[device; 32],
                    name,
                    at_ms,
                )
                .await
        })
        .await
    };
    assert_eq!(come(1, 1, 7, "Wang", 1_000).await, person_id(1));
    assert_eq!(come(1, 2, 7, "王", 2_000).await, person_id(1), "again");
    assert_eq!(come(1, 3, 8, "Li", 2_000).await, person_id(3));
    assert_eq!(
        come(2, 4, 7, "Wang", 2_000).await,
        person_id(4),
        "merchants do not learn of each other's guests"
    );
}

async fn the_link_of_a_room_is_its_oldest_that_still_works(db: &Database) {
    a_room(db).await;
    for (n, created_ms, revoked_ms) in [(1, 1_000, Some(1_500)), (2, 2_000, None), (3, 3_000, None)]
    {
        let mut link = link_row(n, 1, 1);
        link.is_default = true;
        link.created_ms = created_ms;
        link.revoked_ms = revoked_ms;
        added(db, &link).await;
    }
    let found = db
        .read(async |r| r.links().default_of(&room_id(1)).await)
        .await;
    assert_eq!(found.expect("a link").id, link_id(2));
}

async fn links_come_in_whole_pages(db: &Database) {
    a_room(db).await;
    db.room(2, 1).await;
    for n in [3, 1, 5, 2, 4] {
        added(db, &link_row(n, 1, 1)).await;
    }
    added(db, &link_row(6, 2, 1)).await;
    let pages = db
        .pages(3, async |r, page| {
            r.links().list(&tenant_id(1), &room_id(1), page).await
        })
        .await;
    let found: Vec<_> = pages.into_iter().flatten().map(|link| link.id).collect();
    assert_eq!(found, [1, 2, 3, 4, 5].map(link_id));
}
