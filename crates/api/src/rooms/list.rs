use super::shape::{Room, RoomState, shown};
use crate::answer::Answer;
use crate::extract::Query;
use crate::gate::Caller;
use crate::page::{List, PageQuery};
use crate::problem::Problem;
use crate::vocabulary::RoomKind;
use crate::{Api, time};
use axum::extract::State;
use serde::Deserialize;
use store::rooms::{RoomFilter, When};
use tenancy::{Refusal, rooms, schedule};
use utoipa::{IntoParams, ToSchema};

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Which {
    /// Newest first.
    #[default]
    All,
    /// Of today in the tenant's time zone, in their order.
    Today,
    /// Active ones, now or to come, soonest first.
    Upcoming,
    /// Over, ended or cancelled, latest first.
    Past,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoomQuery {
    #[serde(default)]
    #[param(inline)]
    when: Which,
    /// Only those that I host.
    #[serde(default)]
    mine: bool,
    #[param(inline)]
    kind: Option<RoomKind>,
    #[param(inline)]
    state: Option<RoomState>,
    /// Only those that take place after this, in their order; instead of `when`.
    #[param(format = DateTime)]
    from: Option<String>,
    /// Only those that take place before this.
    #[param(format = DateTime)]
    to: Option<String>,
}

/// Rooms of the tenant
#[utoipa::path(
    get, path = "/v1/rooms", operation_id = "list_rooms", tag = "rooms",
    params(RoomQuery, PageQuery),
    responses((status = 200, description = "A page", body = List<Room>))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Query(query): Query<RoomQuery>,
    Query(page): Query<PageQuery>,
) -> Result<Answer, Problem> {
    let page = page.parsed()?;
    let tenant = caller.actor.tenant()?;
    rooms::move_on(api.store(), api.now_ms()).await?;
    let mut reader = api.store().reader().await?;
    let filter = RoomFilter {
        when: query.when(&api, &caller).await?,
        host: query.mine.then(|| caller.actor.person().cloned()).flatten(),
        kind: query.kind.map(|kind| {
            let kind: room_core::kinds::Kind = kind.into();
            kind.as_str().to_owned()
        }),
        state: query
            .state
            .map(|state| rooms::RoomState::from(state).code().to_owned()),
    };
    let found = rooms::list(&mut reader, tenant, &filter, &page).await?;
    // Looking into live rooms waits for them; the connection is for others meanwhile.
    drop(reader);
    let mut items = Vec::with_capacity(found.items.len());
    for room in found.items {
        items.push(shown(&api, room).await);
    }
    let next = found.next;
    Ok(Answer::ok(&List::from(store::Page { items, next })))
}

impl RoomQuery {
    async fn when(&self, api: &Api, caller: &Caller) -> Result<When, Problem> {
        let now_ms = api.now_ms();
        if self.from.is_some() || self.to.is_some() {
            let from_ms = time::optional("from", self.from.as_deref())?.unwrap_or(0);
            let to_ms = time::optional("to", self.to.as_deref())?.unwrap_or(u64::MAX);
            return Ok(When::Day { from_ms, to_ms });
        }
        Ok(match self.when {
            Which::All => When::All,
            Which::Upcoming => When::Upcoming { now_ms },
            Which::Past => When::Past { now_ms },
            Which::Today => {
                let mut reader = api.store().reader().await?;
                let tenant = reader.tenants().find(caller.actor.tenant()?).await?;
                let zone = tenant.map_or_else(|| "UTC".to_owned(), |tenant| tenant.timezone);
                let now = i64::try_from(now_ms).unwrap_or(i64::MAX);
                let (from, to) = schedule::day_of(now, &zone).map_err(Refusal::from)?;
                let unsigned = |ms| u64::try_from(ms).unwrap_or(0);
                When::Day {
                    from_ms: unsigned(from),
                    to_ms: unsigned(to),
                }
            }
        })
    }
}
