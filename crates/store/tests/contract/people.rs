use crate::database::Database;
use crate::given::{person_id, person_row, tenant_id};
use base::Redacted;

stories![
    a_person_is_found_by_id_and_address,
    an_address_belongs_to_one_person,
    a_change_counts_the_version,
    members_come_in_pages_even_if_they_came_together,
    a_role_changes_and_a_membership_ends,
    a_membership_needs_a_person_and_a_tenant,
    a_fresh_database_has_no_people,
];

async fn a_person_is_found_by_id_and_address(db: &Database) {
    let mut ann = person_row(1);
    ann.password_hash = Some(Redacted::new("$argon2id$…".to_owned()));
    ann.platform_role = Some("operator".to_owned());
    db.write(async |tx| tx.people().insert(&ann).await).await;

    let found = db
        .read(async |r| r.people().find(&person_id(1)).await)
        .await
        .expect("found");
    assert_eq!(found.name.expose(), "人 1");
    assert_eq!(found.platform_role.as_deref(), Some("operator"));
    assert_eq!(
        found.password_hash.as_ref().map(Redacted::expose),
        Some(&"$argon2id$…".to_owned())
    );
    let by_address = db
        .read(async |r| r.people().find_by_email("person1@example.com").await)
        .await;
    assert_eq!(by_address.map(|row| row.id), Some(person_id(1)));
    let nobody = db
        .read(async |r| r.people().find_by_email("person@example.com").await)
        .await;
    assert!(nobody.is_none());
}

async fn an_address_belongs_to_one_person(db: &Database) {
    db.person(1).await;
    db.person(2).await;
    let mut second = person_row(2);
    second.email = Redacted::new("person1@example.com".to_owned());
    assert!(
        db.conflicts(async |tx| tx.people().update(&second).await)
            .await
    );
    second.id = person_id(3);
    assert!(
        db.conflicts(async |tx| tx.people().insert(&second).await)
            .await
    );
}

async fn a_change_counts_the_version(db: &Database) {
    db.person(1).await;
    let mut ann = person_row(1);
    ann.email = Redacted::new("ann@example.com".to_owned());
    ann.name = Redacted::new("Ann".to_owned());
    db.write(async |tx| tx.people().update(&ann).await).await;
    let found = db
        .read(async |r| r.people().find_by_email("ann@example.com").await)
        .await
        .expect("found");
    assert_eq!((found.version, found.name.expose().as_str()), (2, "Ann"));
}

async fn members_come_in_pages_even_if_they_came_together(db: &Database) {
    db.tenant(1).await;
    db.tenant(2).await;
    for n in 1..=5 {
        db.person(n).await;
        db.member(1, n, "staff", 5_000).await;
    }
    db.person(9).await;
    db.member(2, 9, "staff", 5_000).await;
    let pages = db
        .pages(2, async |r, page| {
            r.people().members(&tenant_id(1), page).await
        })
        .await;
    let ids: Vec<Vec<_>> = pages
        .into_iter()
        .map(|page| page.into_iter().map(|member| member.person.id).collect())
        .collect();
    let id = person_id;
    assert_eq!(
        ids,
        [vec![id(1), id(2)], vec![id(3), id(4)], vec![id(5)]],
        "no one twice, no one left out, no one of another tenant"
    );
}

async fn a_role_changes_and_a_membership_ends(db: &Database) {
    db.tenant(1).await;
    db.tenant(2).await;
    db.person(1).await;
    db.member(2, 1, "staff", 9_000).await;
    db.member(1, 1, "staff", 1_000).await;
    db.member(1, 1, "owner", 2_000).await;
    let member = db
        .read(async |r| r.people().member(&tenant_id(1), &person_id(1)).await)
        .await
        .expect("a member");
    assert_eq!((member.role.as_str(), member.joined_ms), ("owner", 1_000));
    let owners = db
        .read(async |r| r.people().count_role(&tenant_id(1), "owner").await)
        .await;
    assert_eq!(owners, 1);

    let tenants = db
        .read(async |r| r.people().memberships(&person_id(1)).await)
        .await;
    let tenants: Vec<_> = tenants.into_iter().map(|m| m.tenant).collect();
    assert_eq!(tenants, [tenant_id(1), tenant_id(2)], "as he came");

    let (tenant, person) = (tenant_id(1), person_id(1));
    let end = async || {
        db.write(async |tx| tx.people().remove_member(&tenant, &person).await)
            .await
    };
    assert!(end().await);
    assert!(!end().await, "it has ended already");
    let member = db
        .read(async |r| r.people().member(&tenant, &person).await)
        .await;
    assert!(member.is_none());
}

async fn a_membership_needs_a_person_and_a_tenant(db: &Database) {
    db.tenant(1).await;
    db.person(1).await;
    for (tenant, person) in [(1, 2), (2, 1)] {
        let mut tx = db.begin().await.expect("a transaction");
        let error = tx
            .people()
            .set_role(1, &tenant_id(tenant), &person_id(person), "staff")
            .await
            .expect_err("nobody there");
        assert!(!error.is_conflict(), "{error:?}");
    }
}

async fn a_fresh_database_has_no_people(db: &Database) {
    assert!(db.read(async |r| r.people().is_empty().await).await);
    db.person(1).await;
    assert!(!db.read(async |r| r.people().is_empty().await).await);
}
