use crate::database::Database;
use crate::given::tenant_id;
use base::ApiKeyId;
use store::api_keys::ApiKeyRow;

stories![
    a_key_is_found_by_its_secret,
    a_secret_belongs_to_one_key,
    a_revoked_key_says_so_and_is_not_revoked_again,
    another_tenant_neither_sees_nor_revokes_a_key,
    keys_come_newest_first_in_whole_pages,
];

fn key(n: u32, tenant: u32, created_ms: u64) -> ApiKeyRow {
    ApiKeyRow {
        id: id(n),
        tenant: tenant_id(tenant),
        label: format!("key {n}"),
        scopes: "rooms.read rooms.write".to_owned(),
        created_ms,
        expires_ms: Some(9_000),
        last_used_ms: None,
        revoked_ms: None,
    }
}

fn id(n: u32) -> ApiKeyId {
    ApiKeyId::parse(&format!("key_{n:04}")).expect("an id")
}

async fn added(db: &Database, key: &ApiKeyRow, secret: u8) {
    db.write(async |tx| tx.api_keys().insert(key, &[secret; 32]).await)
        .await;
}

async fn found(db: &Database, secret: u8) -> Option<ApiKeyRow> {
    db.read(async |r| r.api_keys().find_by_secret(&[secret; 32]).await)
        .await
}

async fn a_key_is_found_by_its_secret(db: &Database) {
    db.tenant(1).await;
    added(db, &key(1, 1, 1_000), 1).await;
    assert_eq!(found(db, 1).await, Some(key(1, 1, 1_000)));
    assert_eq!(found(db, 2).await, None);
    db.write(async |tx| tx.api_keys().note_use(&id(1), 4_000).await)
        .await;
    assert_eq!(found(db, 1).await.expect("it").last_used_ms, Some(4_000));
}

async fn a_secret_belongs_to_one_key(db: &Database) {
    db.tenant(1).await;
    added(db, &key(1, 1, 1_000), 1).await;
    let second = key(2, 1, 1_000);
    assert!(
        db.conflicts(async |tx| tx.api_keys().insert(&second, &[1; 32]).await)
            .await
    );
}

async fn a_revoked_key_says_so_and_is_not_revoked_again(db: &Database) {
    db.tenant(1).await;
    added(db, &key(1, 1, 1_000), 1).await;
    let revoke = async |at_ms| {
        db.write(async |tx| tx.api_keys().revoke(&tenant_id(1), &id(1), at_ms).await)
            .await
    };
    assert!(revoke(5_000).await);
    assert!(!revoke(6_000).await);
    assert_eq!(found(db, 1).await.expect("it").revoked_ms, Some(5_000));
}

async fn another_tenant_neither_sees_nor_revokes_a_key(db: &Database) {
    db.tenant(1).await;
    db.tenant(2).await;
    added(db, &key(1, 1, 1_000), 1).await;
    let revoked = db
        .write(async |tx| tx.api_keys().revoke(&tenant_id(2), &id(1), 5_000).await)
        .await;
    assert!(!revoked);
    let pages = db
        .pages(9, async |r, page| {
            r.api_keys().list(&tenant_id(2), page).await
        })
        .await;
    assert_eq!(pages, [vec![]]);
}

async fn keys_come_newest_first_in_whole_pages(db: &Database) {
    db.tenant(1).await;
    for (n, created_ms) in [(1, 3_000), (2, 1_000), (3, 1_000), (4, 1_000), (5, 2_000)] {
        let secret = u8::try_from(n).expect("small");
        added(db, &key(n, 1, created_ms), secret).await;
    }
    let pages = db
        .pages(2, async |r, page| {
            r.api_keys().list(&tenant_id(1), page).await
        })
        .await;
    let ids: Vec<Vec<_>> = pages
        .into_iter()
        .map(|page| page.into_iter().map(|key| key.id).collect())
        .collect();
    assert_eq!(ids, [vec![id(1), id(5)], vec![id(4), id(3)], vec![id(2)]]);
}
