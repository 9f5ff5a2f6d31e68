//! What a token says, as LiveKit server SDKs write it (`auth/grants.go` of the protocol's source).

use super::{Right, TokenError};
use livekit_protocol::RoomConfiguration;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The claims of an access token. Times are seconds since the Unix epoch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Claims {
    /// The API key that signed the token.
    pub iss: String,
    /// The participant's identity.
    #[serde(skip_serializing_if = "is_default")]
    pub sub: String,
    /// The first second in which the token is valid.
    #[serde(skip_serializing_if = "is_default")]
    pub nbf: u64,
    /// The second in which the token ends.
    #[serde(skip_serializing_if = "is_default")]
    pub exp: u64,
    /// Display name.
    #[serde(skip_serializing_if = "is_default")]
    pub name: String,
    /// `standard`, `ingress`, `egress`, `sip`, `agent`, `connector` or `bridge`.
    #[serde(skip_serializing_if = "is_default")]
    pub kind: String,
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub kind_details: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub metadata: String,
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub attributes: BTreeMap<String, String>,
    /// Base64 of the SHA-256 of a webhook's body.
    #[serde(skip_serializing_if = "is_default")]
    pub sha256: String,
    #[serde(skip_serializing_if = "is_default")]
    pub room_preset: String,
    /// How to set up the room if this join creates it.
    #[serde(skip_serializing_if = "is_default")]
    pub room_config: Option<RoomConfiguration>,
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub video: VideoGrant,
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub sip: SipGrant,
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub agent: AgentGrant,
    /// Ours; other servers of this protocol ignore it.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub stoa: StoaClaim,
}

/// What the holder is in a room with a purpose (docs/room-protocol.md).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StoaClaim {
    /// `host`, `member`, …; empty where the token says nothing of it.
    #[serde(skip_serializing_if = "is_default")]
    pub role: String,
    /// The account (`per_…`); empty for a guest.
    #[serde(skip_serializing_if = "is_default")]
    pub person: String,
    /// The token is a plain one of this protocol, minted anew: its grants limit what the role may
    /// do.
    #[serde(skip_serializing_if = "is_default")]
    pub plain: bool,
}

/// Rights over rooms, and within one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VideoGrant {
    #[serde(skip_serializing_if = "is_default")]
    pub room_create: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub room_list: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub room_record: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub room_admin: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub room_join: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub room: String,
    /// The room to which `room`'s participants may be moved or forwarded.
    #[serde(skip_serializing_if = "is_default")]
    pub destination_room: String,
    /// Unset means yes, as for all `can_…` but `can_update_own_metadata`.
    #[serde(skip_serializing_if = "is_default")]
    pub can_publish: Option<bool>,
    #[serde(skip_serializing_if = "is_default")]
    pub can_subscribe: Option<bool>,
    /// Unset: as `can_publish`.
    #[serde(skip_serializing_if = "is_default")]
    pub can_publish_data: Option<bool>,
    /// `camera`, `microphone`, `screen_share`, `screen_share_audio`; empty means all.
    #[serde(skip_serializing_if = "is_default", deserialize_with = "or_default")]
    pub can_publish_sources: Vec<String>,
    #[serde(skip_serializing_if = "is_default")]
    pub can_update_own_metadata: Option<bool>,
    #[serde(skip_serializing_if = "is_default")]
    pub can_subscribe_metrics: Option<bool>,
    #[serde(skip_serializing_if = "is_default")]
    pub can_manage_agent_session: Option<bool>,
    #[serde(skip_serializing_if = "is_default")]
    pub ingress_admin: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub hidden: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub recorder: bool,
    /// May register as an agent worker.
    #[serde(skip_serializing_if = "is_default")]
    pub agent: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SipGrant {
    #[serde(skip_serializing_if = "is_default")]
    pub admin: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub call: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct AgentGrant {
    #[serde(skip_serializing_if = "is_default")]
    pub admin: bool,
}

impl Claims {
    /// The room and the identity with which the holder may join.
    pub fn joins(&self) -> Result<(&str, &str), TokenError> {
        if !self.video.room_join {
            return Err(TokenError::MissingRight(Right::RoomJoin));
        }
        if self.video.room.is_empty() {
            return Err(TokenError::NoRoom);
        }
        if self.sub.is_empty() {
            return Err(TokenError::NoIdentity);
        }
        Ok((&self.video.room, &self.sub))
    }

    /// Checks a right that is not bound to a room.
    pub fn require(&self, right: Right) -> Result<(), TokenError> {
        let granted = match right {
            Right::RoomJoin => self.video.room_join,
            Right::RoomCreate => self.video.room_create,
            Right::RoomList => self.video.room_list,
            Right::RoomAdmin => self.video.room_admin,
            Right::RoomRecord => self.video.room_record,
            Right::IngressAdmin => self.video.ingress_admin,
            Right::Agent => self.video.agent,
            Right::SipAdmin => self.sip.admin,
            Right::SipCall => self.sip.call,
            Right::UpdateOwnMetadata => self.video.can_update_own_metadata == Some(true),
        };
        if granted {
            Ok(())
        } else {
            Err(TokenError::MissingRight(right))
        }
    }

    /// Checks that the holder may administer this one room: the right never reaches to others.
    pub fn require_admin_of(&self, room: &str) -> Result<(), TokenError> {
        self.require(Right::RoomAdmin)?;
        if self.video.room == room {
            Ok(())
        } else {
            Err(TokenError::WrongRoom)
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Go writes an unset list, map or object as `null`.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claims_of_server_sdks_are_read() {
        let claims: Claims = serde_json::from_str(
            r#"{"iss":"devkey","sub":"ann","exp":1,"kind":"agent","kindDetails":null,
                "attributes":{"a":"b"},"unheardOf":{"x":1},
                "video":{"roomJoin":true,"room":"r","canPublish":false,
                         "canPublishSources":["camera"],"canUpdateOwnMetadata":true},
                "sip":{"admin":true},"roomConfig":{"emptyTimeout":30,
                "agents":[{"agentName":"helper","metadata":"m"}]}}"#,
        )
        .unwrap();
        assert_eq!(claims.joins(), Ok(("r", "ann")));
        assert_eq!(claims.video.can_publish, Some(false));
        assert_eq!(claims.video.can_subscribe, None);
        assert_eq!(claims.attributes["a"], "b");
        let config = claims.room_config.unwrap();
        assert_eq!(config.empty_timeout, 30);
        assert_eq!(config.agents[0].agent_name, "helper");
    }

    #[test]
    fn the_error_names_the_missing_right() {
        let claims = Claims::default();
        assert_eq!(
            claims.joins().unwrap_err().to_string(),
            "access token does not grant `video.roomJoin`"
        );
        assert_eq!(
            claims.require(Right::SipCall).unwrap_err().to_string(),
            "access token does not grant `sip.call`"
        );
    }

    #[test]
    fn an_admin_of_one_room_is_nobody_in_another() {
        let claims = Claims {
            video: VideoGrant {
                room_admin: true,
                room: "mine".into(),
                ..VideoGrant::default()
            },
            ..Claims::default()
        };
        assert_eq!(claims.require_admin_of("mine"), Ok(()));
        assert_eq!(claims.require_admin_of("yours"), Err(TokenError::WrongRoom));
    }

    #[test]
    fn a_join_needs_a_room_and_an_identity() {
        let mut claims = Claims {
            video: VideoGrant {
                room_join: true,
                ..VideoGrant::default()
            },
            ..Claims::default()
        };
        assert_eq!(claims.joins(), Err(TokenError::NoRoom));
        claims.video.room = "r".into();
        assert_eq!(claims.joins(), Err(TokenError::NoIdentity));
    }
}
