use crate::database::Database;
use crate::given::{tenant_id, tenant_row};

stories![
    a_tenant_is_found_by_id_and_slug,
    a_slug_belongs_to_one_tenant,
    a_change_counts_the_version,
    pages_are_whole_when_many_came_at_the_same_moment,
    what_belongs_to_a_tenant_goes_with_it,
];

async fn a_tenant_is_found_by_id_and_slug(db: &Database) {
    db.tenant(1).await;
    let by_id = db
        .read(async |r| r.tenants().find(&tenant_id(1)).await)
        .await;
    assert_eq!(by_id, Some(tenant_row(1, 1_000)));
    let by_slug = db
        .read(async |r| r.tenants().find_by_slug("tenant-1").await)
        .await;
    assert_eq!(by_slug, by_id);
    let nobody = db
        .read(async |r| r.tenants().find_by_slug("tenant").await)
        .await;
    assert_eq!(nobody, None);
}

async fn a_slug_belongs_to_one_tenant(db: &Database) {
    db.tenant(1).await;
    let mut second = tenant_row(2, 1_000);
    second.slug = "tenant-1".to_owned();
    assert!(
        db.conflicts(async |tx| tx.tenants().insert(&second).await)
            .await
    );
    db.tenant(2).await;
    assert!(
        db.conflicts(async |tx| tx.tenants().update(&second).await)
            .await
    );
}

async fn a_change_counts_the_version(db: &Database) {
    db.tenant(1).await;
    let mut changed = tenant_row(1, 1_000);
    changed.name = "换个名字".to_owned();
    changed.brand = r##"{"primary_color":"#0a7"}"##.to_owned();
    db.write(async |tx| tx.tenants().update(&changed).await)
        .await;
    let found = db
        .read(async |r| r.tenants().find(&tenant_id(1)).await)
        .await;
    changed.version = 2;
    assert_eq!(found, Some(changed));
}

async fn pages_are_whole_when_many_came_at_the_same_moment(db: &Database) {
    for (n, created_ms) in [(5, 1_000), (3, 1_000), (1, 2_000), (4, 1_000), (2, 900)] {
        db.write(async |tx| tx.tenants().insert(&tenant_row(n, created_ms)).await)
            .await;
    }
    let pages = db
        .pages(2, async |r, page| r.tenants().list(page).await)
        .await;
    let numbers: Vec<Vec<String>> = pages
        .into_iter()
        .map(|page| page.into_iter().map(|tenant| tenant.slug).collect())
        .collect();
    assert_eq!(
        numbers,
        [
            vec!["tenant-2", "tenant-3"],
            vec!["tenant-4", "tenant-5"],
            vec!["tenant-1"]
        ]
    );
}

async fn what_belongs_to_a_tenant_goes_with_it(db: &Database) {
    db.tenant(1).await;
    db.room(1, 1).await;
    db.person(1).await;
    db.member(1, 1, "owner", 1_000).await;
    db.tamper("DELETE FROM tenants WHERE id = 'ten_0001'")
        .await
        .expect("deleted");
    let room = db
        .read(async |r| r.rooms().find_by_name("room_0001").await)
        .await;
    assert_eq!(room, None);
    let people = db
        .read(async |r| r.people().memberships(&crate::given::person_id(1)).await)
        .await;
    assert!(people.is_empty(), "the person stays, his membership goes");
}
