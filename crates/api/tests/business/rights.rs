//! Whoever may not, is told what he would need.

use crate::isolation::{Operation, operations};
use crate::office::{Caller, Office};
use axum::http::StatusCode;
use serde_json::Value;
use tenancy::{Right, TenantRole};

#[tokio::test]
async fn every_refusal_names_the_right_that_is_missing() {
    let office = Office::open().await;
    let merchant = office.merchant("acorn").await;
    for operation in operations() {
        let Some(right) = operation.right() else {
            continue;
        };
        // A key that may everything else.
        let other = Right::ALL.into_iter().filter(|r| r.is_scope());
        let others: Vec<Right> = other.filter(|other| other.code() != right).collect();
        let key = office.key(&merchant, &others).await;
        let reply = call(&office, &operation, &key).await;
        assert_eq!(reply.0, StatusCode::FORBIDDEN, "{operation}: {}", reply.1);
        assert_eq!(reply.1["code"], "right_missing", "{operation}");
        assert_eq!(reply.1["right"], right, "{operation}");
    }
}

#[tokio::test]
async fn nobody_gets_in_where_something_must_be_shown() {
    let office = Office::open().await;
    for operation in operations() {
        let (status, body) = call(&office, &operation, &Caller::Nobody).await;
        if operation.is_public() {
            assert_ne!(body["code"], "signed_out", "{operation}");
        } else {
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{operation}: {body}");
        }
    }
}

#[tokio::test]
async fn staff_do_not_touch_keys_webhooks_or_the_log() {
    let office = Office::open().await;
    let merchant = office.merchant("acorn").await;
    let staff = office.colleague(&merchant, "sam", TenantRole::Staff).await;
    for (path, right) in [
        ("/v1/api-keys", "keys.read"),
        ("/v1/webhooks", "webhooks.read"),
        ("/v1/audit", "audit.read"),
        ("/v1/tenants", "platform.tenants"),
    ] {
        let reply = office.reads(&staff, path).await;
        assert_eq!(reply.refusal(), "right_missing", "{path}");
        assert_eq!(reply.json()["right"], right, "{path}");
    }
    assert!(office.reads(&staff, "/v1/rooms").await.status.is_success());
}

async fn call(office: &Office, operation: &Operation, by: &Caller) -> (StatusCode, Value) {
    // Nothing is there: whoever may not is not told that either.
    let path = operation.path_with(|_| "room_nothing".to_owned());
    let body = operation.sample_body();
    let reply = office.asks(by, &operation.method, &path, body).await;
    (reply.status, reply.json())
}
