use super::Person;
use crate::Api;
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use axum::extract::State;
use tenancy::people;

/// The tenant's staff, in the order in which they came
#[utoipa::path(
    get, path = "/v1/people", operation_id = "list_people", tag = "people",
    params(PageQuery),
    responses((status = 200, description = "A page", body = List<Person>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let mut reader = api.store().reader().await?;
    let page = people::list(&mut reader, &caller.actor, &query.parsed()?).await?;
    Ok(Answer::ok(&List::from(page.map(Person::from))))
}
