use crate::answer::Answer;
use crate::extract::{Language, Query};
use crate::problem::Problem;
use crate::rooms::AgendaItem;
use crate::vocabulary::RoomKind;
use axum::http::HeaderValue;
use axum::http::header::VARY;
use serde::{Deserialize, Serialize};
use tenancy::templates;
use utoipa::{IntoParams, ToSchema};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct TemplateQuery {
    #[param(inline)]
    kind: Option<RoomKind>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Template {
    id: &'static str,
    kind: RoomKind,
    title: &'static str,
    agenda: Vec<AgendaItem>,
    /// What to bring.
    documents: Vec<&'static str>,
    /// What stands first behind "more".
    tools: Vec<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Templates {
    items: Vec<Template>,
}

/// Templates of rooms, in the reader's language
#[utoipa::path(
    get, path = "/v1/templates", operation_id = "list_templates", tag = "rooms",
    params(TemplateQuery),
    responses((status = 200, description = "All of that kind", body = Templates))
)]
pub(crate) async fn handle(
    Language(language): Language,
    Query(query): Query<TemplateQuery>,
) -> Result<Answer, Problem> {
    let kind = query.kind.map(room_core::kinds::Kind::from);
    let wanted = templates::all().filter(|template| kind.is_none_or(|k| k == template.kind));
    let items = wanted.map(|template| Template {
        id: template.id,
        kind: template.kind.into(),
        title: template.title.in_language(language),
        agenda: template
            .agenda_in(language)
            .into_iter()
            .map(AgendaItem::from)
            .collect(),
        documents: template
            .documents
            .iter()
            .map(|text| text.in_language(language))
            .collect(),
        tools: template.tools.iter().map(|tool| tool.code()).collect(),
    });
    let items = items.collect();
    Ok(Answer::ok(&Templates { items }).header(VARY, HeaderValue::from_static("accept-language")))
}
