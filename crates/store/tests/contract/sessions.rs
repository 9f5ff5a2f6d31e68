use crate::database::Database;
use crate::given::{person_id, tenant_id};
use base::Redacted;
use store::sessions::{OidcLogin, SessionRow};

stories![
    a_session_is_somebodys_until_it_expires,
    a_session_in_a_tenant_that_was_left_is_in_none,
    a_new_password_ends_the_other_sessions,
    a_sign_in_link_works_once_and_in_time,
    of_two_who_spend_a_link_at_once_one_gets_in,
    an_answer_of_the_provider_counts_once,
    an_identity_belongs_to_one_person,
    the_oldest_sign_ins_elsewhere_make_place_for_new_ones,
    what_has_expired_is_forgotten,
];

const TOKEN: [u8; 32] = [7; 32];

async fn begun(db: &Database, token: [u8; 32], expires_ms: u64) {
    let session = SessionRow {
        token_hash: token.to_vec(),
        person: person_id(1),
        tenant: Some(tenant_id(1)),
        created_ms: 1_000,
        expires_ms,
    };
    db.write(async |tx| tx.sessions().insert(&session).await)
        .await;
}

async fn ann(db: &Database) {
    db.tenant(1).await;
    db.person(1).await;
    db.member(1, 1, "admin", 1_000).await;
}

async fn a_session_is_somebodys_until_it_expires(db: &Database) {
    ann(db).await;
    begun(db, TOKEN, 5_000).await;
    let owner = db
        .read(async |r| r.sessions().owner(&TOKEN, 4_999).await)
        .await
        .expect("hers");
    assert_eq!(owner.person, person_id(1));
    assert_eq!(owner.tenant, Some((tenant_id(1), "admin".to_owned())));
    let later = db
        .read(async |r| r.sessions().owner(&TOKEN, 5_000).await)
        .await;
    assert!(later.is_none());
    let stranger = db
        .read(async |r| r.sessions().owner(&[8; 32], 0).await)
        .await;
    assert!(stranger.is_none());

    db.write(async |tx| tx.sessions().end(&TOKEN).await).await;
    let ended = db.read(async |r| r.sessions().owner(&TOKEN, 0).await).await;
    assert!(ended.is_none());
}

async fn a_session_in_a_tenant_that_was_left_is_in_none(db: &Database) {
    ann(db).await;
    db.tenant(2).await;
    begun(db, TOKEN, 5_000).await;
    db.write(async |tx| tx.sessions().set_tenant(&TOKEN, &tenant_id(2)).await)
        .await;
    let owner = db.read(async |r| r.sessions().owner(&TOKEN, 1).await).await;
    assert_eq!(owner.expect("hers").tenant, None, "never a member there");

    db.write(async |tx| tx.sessions().set_tenant(&TOKEN, &tenant_id(1)).await)
        .await;
    db.write(async |tx| {
        tx.people()
            .remove_member(&tenant_id(1), &person_id(1))
            .await
    })
    .await;
    let owner = db.read(async |r| r.sessions().owner(&TOKEN, 1).await).await;
    assert_eq!(owner.expect("hers").tenant, None, "no member any more");
}

async fn a_new_password_ends_the_other_sessions(db: &Database) {
    ann(db).await;
    for token in [[1; 32], [2; 32], [3; 32]] {
        begun(db, token, 5_000).await;
    }
    let ended = db
        .write(async |tx| tx.sessions().end_others(&person_id(1), &[2; 32]).await)
        .await;
    assert_eq!(ended, 2);
    for (token, stays) in [([1; 32], false), ([2; 32], true)] {
        let owner = db.read(async |r| r.sessions().owner(&token, 1).await).await;
        assert_eq!(owner.is_some(), stays);
    }
}

async fn a_sign_in_link_works_once_and_in_time(db: &Database) {
    ann(db).await;
    let make = async |token: [u8; 32]| {
        db.write(async |tx| {
            tx.sessions()
                .insert_magic_link(&token, &person_id(1), 1_000, 5_000)
                .await
        })
        .await;
    };
    let spend = async |token: [u8; 32], now_ms| {
        db.write(async |tx| tx.sessions().spend_magic_link(&token, now_ms).await)
            .await
    };
    make([1; 32]).await;
    make([2; 32]).await;
    let open = async |n, now_ms| {
        db.write(async |tx| tx.sessions().count_magic_links(&person_id(n), now_ms).await)
            .await
    };
    assert_eq!(
        (open(1, 4_999).await, open(1, 5_000).await, open(2, 1).await),
        (2, 0, 0)
    );
    assert_eq!(spend([1; 32], 4_999).await, Some(person_id(1)));
    assert_eq!(spend([1; 32], 4_999).await, None, "spent");
    assert_eq!(open(1, 4_999).await, 1);
    assert_eq!(spend([2; 32], 5_000).await, None, "too late");
    assert_eq!(spend([3; 32], 1_000).await, None, "never made");
}

async fn of_two_who_spend_a_link_at_once_one_gets_in(db: &Database) {
    ann(db).await;
    db.write(async |tx| {
        tx.sessions()
            .insert_magic_link(&TOKEN, &person_id(1), 1_000, 5_000)
            .await
    })
    .await;
    let other = db.another().await;
    let spend = async |store: &store::Store| {
        let mut tx = store.begin().await.expect("a transaction");
        let spent = tx.sessions().spend_magic_link(&TOKEN, 2_000).await;
        tokio::task::yield_now().await;
        tx.commit().await.expect("committed");
        spent.expect("an answer").is_some()
    };
    let (first, second) = tokio::join!(spend(db), spend(&other));
    assert!(first ^ second, "{first} {second}");
}

async fn an_answer_of_the_provider_counts_once(db: &Database) {
    let login = OidcLogin {
        nonce: Redacted::new("nonce".to_owned()),
        verifier: Redacted::new("verifier".to_owned()),
        return_to: "/console/rooms".to_owned(),
    };
    db.write(async |tx| tx.sessions().insert_oidc_login(&TOKEN, &login, 5_000).await)
        .await;
    let take = async |now_ms| {
        db.write(async |tx| tx.sessions().take_oidc_login(&TOKEN, now_ms).await)
            .await
    };
    assert!(take(5_000).await.is_none(), "too late");
    let taken = take(4_999).await.expect("under way");
    assert_eq!(taken.nonce.expose(), "nonce");
    assert_eq!(taken.verifier.expose(), "verifier");
    assert_eq!(taken.return_to, "/console/rooms");
    assert!(take(4_999).await.is_none(), "taken");
}

async fn an_identity_belongs_to_one_person(db: &Database) {
    db.person(1).await;
    db.person(2).await;
    let note = async |subject: &str, person| {
        let subject = subject.to_owned();
        db.conflicts(async |tx| {
            tx.sessions()
                .insert_identity("https://id.example", &subject, &person_id(person))
                .await
        })
        .await
    };
    db.write(async |tx| {
        tx.sessions()
            .insert_identity("https://id.example", "ann", &person_id(1))
            .await
    })
    .await;
    assert!(note("ann", 2).await, "she is known already");
    assert!(!note("ben", 2).await);
    let found = db
        .read(async |r| {
            r.sessions()
                .find_identity("https://id.example", "ann")
                .await
        })
        .await;
    assert_eq!(found, Some(person_id(1)));
    for (issuer, is_known) in [
        ("https://id.example", true),
        ("https://other.example", false),
    ] {
        let known = db
            .read(async |r| r.sessions().is_known_at(issuer, &person_id(1)).await)
            .await;
        assert_eq!(known, is_known);
    }
    let elsewhere = db
        .read(async |r| {
            r.sessions()
                .find_identity("https://other.example", "ann")
                .await
        })
        .await;
    assert_eq!(elsewhere, None, "the same name at another provider");
}

async fn what_has_expired_is_forgotten(db: &Database) {
    ann(db).await;
    begun(db, [1; 32], 2_000).await;
    begun(db, [2; 32], 9_000).await;
    db.write(async |tx| {
        tx.sessions()
            .insert_magic_link(&[3; 32], &person_id(1), 1_000, 2_000)
            .await
    })
    .await;
    let forget = async || {
        db.write(async |tx| tx.sessions().forget_expired(5_000).await)
            .await
    };
    assert_eq!(forget().await, 2);
    assert_eq!(forget().await, 0);
    let owner = db
        .read(async |r| r.sessions().owner(&[2; 32], 5_000).await)
        .await;
    assert!(owner.is_some());
}

async fn the_oldest_sign_ins_elsewhere_make_place_for_new_ones(db: &Database) {
    let login = OidcLogin {
        nonce: Redacted::new("n".to_owned()),
        verifier: Redacted::new("v".to_owned()),
        return_to: "/".to_owned(),
    };
    for n in 1..=4_u8 {
        db.write(async |tx| {
            let expires_ms = u64::from(n) * 1_000;
            tx.sessions()
                .insert_oidc_login(&[n; 32], &login, expires_ms)
                .await
        })
        .await;
    }
    let forget = async |kept| {
        db.write(async |tx| tx.sessions().forget_oidc_logins(kept).await)
            .await
    };
    assert_eq!(
        (forget(4).await, forget(2).await, forget(2).await),
        (0, 2, 0)
    );
    for (n, stays) in [(1, false), (2, false), (3, true), (4, true)] {
        let taken = db
            .write(async |tx| tx.sessions().take_oidc_login(&[n; 32], 0).await)
            .await;
        assert_eq!(taken.is_some(), stays, "{n}");
    }
}
