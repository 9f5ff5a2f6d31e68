use super::{Origin, invitation, signed_in};
use crate::Api;
use crate::answer::Answer;
use crate::extract::{Json, Path, Write};
use crate::gate::Caller;
use crate::lobby::Standing;
use crate::problem::Problem;
use crate::rooms::{Entry, Holder, entry};
use axum::http::StatusCode;
use base::{Identity, Redacted};
use room::Knocked;
use room_core::{Claim, Newcomer};
use serde::{Deserialize, Serialize};
use tenancy::links::{self, Entrant, Invitation, JoinRefusal, Visitor, passcode};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Knock {
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    #[schema(max_length = 64, format = Password)]
    passcode: Option<String>,
    /// Of a wait in the lobby that has ended well.
    #[schema(max_length = 64)]
    ticket: Option<String>,
    /// A random string that the browser keeps, so that the same guest comes back as the same
    /// person.
    #[schema(min_length = 8, max_length = 128)]
    device_id: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Knocking {
    Admitted(Entry),
    Waiting { ticket: String },
}

/// Come in by a link
///
/// Where there is a lobby, the answer is a ticket to wait with; once admitted, the same request is
/// made again with it.
#[utoipa::path(
    post, path = "/v1/join/{code}", operation_id = "join_by_link", tag = "join",
    params(("code" = String, Path, description = "The link's code, in whatever case")),
    request_body = Knock,
    responses((status = 200, description = "A way in, or a ticket to wait with", body = Knocking))
)]
pub(crate) async fn handle(
    mut write: Write,
    caller: Caller,
    from: Origin,
    Path(code): Path<String>,
    Json(body): Json<Knock>,
) -> Result<Answer, Problem> {
    let api = write.api.clone();
    let found = invitation(&api, from, &code).await?;
    found.opens(api.now_ms())?;
    let mut reader = api.store().reader().await?;
    let visitor = signed_in(&mut reader, &caller, &found).await?;
    drop(reader);
    if visitor.is_none() {
        check_passcode(&api, from, &found, body.passcode.map(Redacted::new)).await?;
    }
    let visitor = visitor.unwrap_or(Visitor::Guest {
        device_id: body.device_id,
    });
    let mut tx = write.begin().await?;
    let entrant =
        links::identify(&mut tx, &mut write.context, &found, &visitor, &body.name).await?;
    tx.commit().await?;

    if !is_admitted(&api, &found, &entrant, body.ticket.as_deref())? {
        let newcomer = newcomer(&entrant);
        let knocked = api.ports().live.knock(found.room.id.as_str(), newcomer);
        if let Knocked::Waiting(waiting) = knocked.await? {
            let lobby = api.lobby();
            let ticket = lobby.hold(found.link.id, entrant.identity, waiting);
            return Ok(Answer::ok(&Knocking::Waiting { ticket }));
        }
    }
    let mut tx = write.begin().await?;
    links::count_use(&mut tx, api.now_ms(), &found.link.id, &entrant).await??;
    let holder = Holder {
        identity: entrant.identity.to_string(),
        name: entrant.name,
        role: entrant.role,
        person: (!entrant.is_guest).then_some(entrant.identity),
    };
    let answer = Answer::ok(&Knocking::Admitted(entry(&api, &found.room.id, holder)));
    write.commit(tx, answer).await
}

/// # Errors
/// It is missing or wrong, or was wrong too often.
async fn check_passcode(
    api: &Api,
    from: Origin,
    found: &Invitation,
    given: Option<Redacted<String>>,
) -> Result<(), Problem> {
    let Some(hash) = found.link.passcode_hash.clone() else {
        return Ok(());
    };
    let given = given.ok_or(JoinRefusal::PasscodeNeeded)?;
    let account = format!("passcode of {} from {}", found.link.id, from.0);
    api.rates().may_sign_in(&account, api.now_ms())?;
    if passcode::is_right(hash, &given).await {
        return Ok(());
    }
    api.rates().sign_in_failed(&account, api.now_ms());
    Err(JoinRefusal::PasscodeWrong.into())
}

/// Whether he has waited and was let in.
///
/// # Errors
/// The ticket is another's, or he was not let in.
fn is_admitted(
    api: &Api,
    found: &Invitation,
    entrant: &Entrant,
    ticket: Option<&str>,
) -> Result<bool, Problem> {
    let Some(id) = ticket else { return Ok(false) };
    let ticket = api.lobby().find(id);
    let ticket = ticket.filter(|t| t.link == found.link.id && t.identity == entrant.identity);
    // One that is forgotten is no fault of his: he knocks again.
    let Some(ticket) = ticket else {
        return Ok(false);
    };
    match ticket.standing() {
        Standing::Admitted => Ok(true),
        Standing::Closed => Ok(false),
        Standing::Waiting => Err(Problem::new(
            StatusCode::CONFLICT,
            "still_waiting",
            "You have not been let in yet.",
        )),
        Standing::Denied => Err(Problem::new(
            StatusCode::FORBIDDEN,
            "denied",
            "You were not let in.",
        )),
    }
}

fn newcomer(entrant: &Entrant) -> Newcomer {
    Newcomer {
        identity: Identity::from(entrant.identity.as_str()),
        name: entrant.name.clone(),
        claim: Claim {
            role: entrant.role,
            role_decides: true,
            person_id: (!entrant.is_guest).then(|| entrant.identity.to_string()),
            is_guest: entrant.is_guest,
        },
    }
}
