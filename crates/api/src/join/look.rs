use super::{Origin, invitation, signed_in};
use crate::answer::Answer;
use crate::extract::{Language, Path};
use crate::gate::Caller;
use crate::problem::Problem;
use crate::rooms::people_in;
use crate::tenant::Brand;
use crate::vocabulary::RoomKind;
use crate::{Api, time};
use axum::extract::State;
use room_core::Live;
use serde::Serialize;
use tenancy::links::{Invitation as Found, JoinRefusal, Visitor};
use tenancy::templates::Language as Tongue;
use utoipa::ToSchema;

/// Names shown before one comes in: enough to know that one is right here.
const MAX_INSIDE: usize = 12;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Invitation {
    room: InvitedRoom,
    tenant: InvitingTenant,
    host_names: Vec<String>,
    state: DoorState,
    #[schema(format = DateTime)]
    opens_at: Option<String>,
    passcode_required: bool,
    /// Newcomers wait until they are let in.
    lobby: bool,
    /// The name that the link was made for.
    person_name: Option<String>,
    inside: Vec<Inside>,
    inside_count: u32,
    /// Whether the camera is on at first.
    camera_default: bool,
    microphone_default: bool,
    signed_in: Option<SignedIn>,
    /// What one agrees to by coming in.
    consent: Vec<Consent>,
}

#[derive(Debug, Serialize, ToSchema)]
struct InvitedRoom {
    id: String,
    title: String,
    kind: RoomKind,
    /// Of the occurrence that is now or next.
    #[schema(format = DateTime)]
    starts_at: Option<String>,
    #[schema(format = DateTime)]
    ends_at: Option<String>,
    timezone: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct InvitingTenant {
    name: String,
    brand: Brand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DoorState {
    Open,
    NotYet,
    Ended,
    Expired,
    Revoked,
}

#[derive(Debug, Serialize, ToSchema)]
struct Inside {
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct SignedIn {
    name: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct Consent {
    id: &'static str,
    text: &'static str,
}

/// What a join page shows
#[utoipa::path(
    get, path = "/v1/join/{code}", operation_id = "look_at_link", tag = "join",
    params(("code" = String, Path, description = "The link's code, in whatever case")),
    responses((status = 200, description = "Where the link leads", body = Invitation))
)]
pub(crate) async fn handle(
    State(api): State<Api>,
    caller: Caller,
    from: Origin,
    Language(language): Language,
    Path(code): Path<String>,
) -> Result<Answer, Problem> {
    let found = invitation(&api, from, &code).await?;
    let mut reader = api.store().reader().await?;
    let visitor = signed_in(&mut reader, &caller, &found).await?;
    drop(reader);
    let live = api.ports().live.look(found.room.id.as_str()).await;
    Ok(Answer::ok(&shape(&api, found, visitor, live, language)))
}

fn shape(
    api: &Api,
    found: Found,
    visitor: Option<Visitor>,
    live: Option<Live>,
    language: Tongue,
) -> Invitation {
    let now_ms = api.now_ms();
    let (state, opens_at) = match found.opens(now_ms) {
        Ok(()) => (DoorState::Open, None),
        Err(JoinRefusal::NotYet { opens_at_ms }) => (DoorState::NotYet, Some(opens_at_ms)),
        Err(JoinRefusal::Revoked) => (DoorState::Revoked, None),
        Err(JoinRefusal::Expired) => (DoorState::Expired, None),
        Err(
            JoinRefusal::Ended
            | JoinRefusal::UsedUp
            | JoinRefusal::PasscodeNeeded
            | JoinRefusal::PasscodeWrong,
        ) => (DoorState::Ended, None),
    };
    // Who is in is nobody's business whose link opens nothing, or who has not shown the passcode.
    let may_see = state == DoorState::Open && found.link.passcode_hash.is_none();
    let inside = live.as_ref().filter(|_| may_see);
    let moment = found.room.next(now_ms);
    let written = |ms: i64| time::written(u64::try_from(ms).unwrap_or(0));
    let settings = &found.room.settings;
    let table = found.room.kind.table();
    let brand: tenancy::tenants::Brand =
        serde_json::from_str(&found.tenant.brand).unwrap_or_default();
    Invitation {
        state,
        opens_at: opens_at.map(time::written),
        passcode_required: found.link.passcode_hash.is_some(),
        lobby: settings.lobby && !found.role.is_hosting(),
        person_name: found.link.person_name,
        inside: inside.map_or_else(Vec::new, |live| {
            let names = live.people.iter().take(MAX_INSIDE);
            names
                .map(|person| Inside {
                    name: person.name.clone(),
                })
                .collect()
        }),
        inside_count: inside.map_or(0, people_in),
        camera_default: settings.camera_on_entry && !table.camera_is_off_for(found.role),
        microphone_default: !settings.mute_on_entry,
        signed_in: visitor.and_then(|visitor| match visitor {
            Visitor::Person { name, .. } => Some(SignedIn { name }),
            Visitor::Guest { .. } => None,
        }),
        consent: vec![Consent {
            id: "kept",
            text: match language {
                Tongue::Chinese => "聊天内容、上传的文件以及进出时间会由会议主办方保存。",
                Tongue::English => {
                    "Chat, files, and when you come and go are kept by the organiser."
                }
            },
        }],
        host_names: found.room.host_name.clone().into_iter().collect(),
        tenant: InvitingTenant {
            name: found.tenant.name,
            brand: brand.into(),
        },
        room: InvitedRoom {
            id: found.room.id.to_string(),
            title: found.room.title,
            kind: found.room.kind.into(),
            starts_at: moment.map(|m| written(m.starts_at_ms)),
            ends_at: moment.map(|m| written(m.ends_at_ms)),
            timezone: found
                .room
                .schedule
                .as_ref()
                .map(|schedule| schedule.timezone().to_owned()),
        },
    }
}
