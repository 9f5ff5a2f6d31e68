//! The OpenAPI document: what the endpoints say of themselves, and what is true of all of them.

use crate::gate::access::{Need, needed};
use crate::problem::ProblemDetails;
use axum::http::Method;
use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Stoa",
        description = "Tenants, people, rooms and what belongs to them. docs/api-outline.md says what all endpoints have in common.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemDetails))
)]
struct Head;

/// The document without its paths.
pub(crate) fn head() -> utoipa::openapi::OpenApi {
    let mut document = Head::openapi();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("stoa_session")));
    let bearer = |about: &str| {
        SecurityScheme::Http(
            HttpBuilder::new()
                .scheme(HttpAuthScheme::Bearer)
                .description(Some(about))
                .build(),
        )
    };
    if let Some(components) = &mut document.components {
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("api_key", bearer("An API key of a tenant: sk_…"));
        components.add_security_scheme("room_token", bearer("A token of a room"));
    }
    document
}

/// The whole document, as JSON with the members in their order.
pub fn document() -> Value {
    let document = crate::endpoints().into_openapi();
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let Some(paths) = document["paths"].as_object_mut() else {
        return document;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        for (method, operation) in item {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap_or_default();
            if let Some(need) = needed(&method, path) {
                complete(operation, &method, need);
            }
        }
    }
    document
}

/// Adds to an operation what the gate does for it.
fn complete(operation: &mut Value, method: &Method, need: Need) {
    operation["security"] = match need {
        Need::Public | Need::Guessable | Need::Probe => json!([]),
        Need::SignedIn => json!([{ "session": [] }]),
        Need::Right(_) | Need::Upload => json!([{ "session": [] }, { "api_key": [] }]),
        Need::RoomToken | Need::RoomUpload => json!([{ "room_token": [] }]),
    };
    if let Some(right) = need.right() {
        operation["x-stoa-right"] = right.code().into();
    }
    operation["responses"]["default"] = json!({
        "description": "A problem (RFC 9457)",
        "content": { "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/ProblemDetails" } } },
    });
    if *method == Method::GET {
        return;
    }
    let mut headers = Vec::new();
    if need.is_private() && !need.is_upload() && !need.is_room() {
        headers.push((
            "Idempotency-Key",
            "The same request under the same key is done once.",
        ));
    }
    if *method == Method::PATCH {
        headers.push(("If-Match", "The ETag that the change is meant for."));
    }
    for (name, about) in headers {
        let parameter = json!({
            "name": name, "in": "header", "required": false, "description": about,
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        });
        match operation["parameters"].as_array_mut() {
            Some(parameters) => parameters.push(parameter),
            None => operation["parameters"] = json!([parameter]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operations() -> Vec<(String, String, Value)> {
        let document = document();
        let mut found = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                found.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
        found
    }

    #[test]
    fn every_endpoint_is_in_the_table_of_access() {
        for (method, path, _) in operations() {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert!(needed(&method, &path).is_some(), "{method} {path}");
        }
    }

    #[test]
    fn every_operation_says_in_a_line_what_it_does_and_has_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for (method, path, operation) in operations() {
            let summary = operation["summary"].as_str().unwrap_or_default();
            assert!(!summary.is_empty(), "{method} {path}");
            let name = operation["operationId"].as_str().unwrap_or_default();
            assert!(names.insert(name.to_owned()), "{method} {path}: {name}");
        }
    }
}
