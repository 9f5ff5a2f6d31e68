use super::AuditQuery;
use crate::extract::Query;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::{Api, time};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use store::audit::{AuditEntry, AuditFilter};
use store::{PageRequest, StoreError};
use tenancy::{Actor, audit};

/// Entries read at a time: some ten kilobytes of text.
const BATCH: u32 = 200;

/// The audit log as a table
///
/// Comma-separated values (RFC 4180), newest first, however many they are.
#[utoipa::path(
    get, path = "/v1/audit.csv", operation_id = "export_audit", tag = "audit",
    params(AuditQuery),
    responses((status = 200, description = "The table", body = String, content_type = "text/csv"))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Response, Problem> {
    let rest = Rest {
        api,
        actor: caller.actor,
        filter: query.parsed()?,
        request: Some(PageRequest {
            limit: BATCH,
            after: None,
        }),
    };
    let batches = stream::try_unfold(rest, next_batch);
    let head = stream::iter([Ok(
        "number,at,actor,action,target,detail,hash\r\n".to_owned()
    )]);
    let body = Body::from_stream(futures_util::StreamExt::chain(head, batches));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"audit.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}

/// What is still to be written.
struct Rest {
    api: Api,
    actor: Actor,
    filter: AuditFilter,
    request: Option<PageRequest>,
}

async fn next_batch(mut rest: Rest) -> Result<Option<(String, Rest)>, StoreError> {
    let Some(request) = rest.request.take() else {
        return Ok(None);
    };
    let mut reader = rest.api.store().reader().await?;
    let found = audit::search(&mut reader, &rest.actor, &rest.filter, &request).await;
    let page = match found {
        Ok(page) => page,
        // Refused before a line was written: the gate has asked for the same right.
        Err(tenancy::Denied::Refusal(_)) => return Ok(None),
        Err(tenancy::Denied::Failure(failure)) => return Err(failure),
    };
    rest.request = page.next.map(|after| PageRequest {
        limit: BATCH,
        after: Some(after),
    });
    Ok(Some((page.items.iter().map(line).collect(), rest)))
}

fn line(entry: &AuditEntry) -> String {
    let hash: String = entry
        .hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let cells = [
        entry.seq.to_string(),
        time::written(entry.at_ms),
        entry.actor.clone(),
        entry.action.clone(),
        entry.target.clone(),
        entry.detail.clone(),
        hash,
    ];
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

/// Quoted where need be. A spreadsheet takes what begins with these characters for a formula; an
/// apostrophe tells it not to.
fn cell(text: &str) -> String {
    let text = match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        assert_eq!(cell("person.added"), "person.added");
        assert_eq!(cell("{\"a\":1}"), "\"{\"\"a\"\":1}\"");
        assert_eq!(cell("=1+1"), "'=1+1");
    }
}
