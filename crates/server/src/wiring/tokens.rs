//! Room tokens, as the API makes and reads them: LiveKit access tokens with the claim `stoa`.

use api::{RoomGrant, RoomTokens};
use base::PersonId;
use signal::token::{ApiKeys, Claims, StoaClaim, VideoGrant};
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Tokens(Arc<ApiKeys>);

impl Tokens {
    pub(super) fn new(keys: Arc<ApiKeys>) -> Self {
        Self(keys)
    }
}

impl RoomTokens for Tokens {
    fn mint(&self, grant: &RoomGrant, now_s: u64, expires_s: u64) -> String {
        let claims = Claims {
            iss: self.0.primary().unwrap_or_default().to_owned(),
            sub: grant.identity.clone(),
            nbf: now_s,
            exp: expires_s,
            name: grant.name.clone(),
            video: VideoGrant {
                room: grant.room.clone(),
                room_join: true,
                can_update_own_metadata: Some(false),
                ..VideoGrant::default()
            },
            stoa: StoaClaim {
                role: grant.role.clone(),
                person: grant
                    .person
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                plain: false,
            },
            ..Claims::default()
        };
        // The configuration has at least one key, and claims of texts can be written; a token that
        // is empty is one that nobody accepts.
        self.0.sign(&claims).unwrap_or_default()
    }

    fn verify(&self, token: &str, now_s: u64) -> Option<RoomGrant> {
        let claims = self.0.verify(token, now_s).ok()?;
        let (room, identity) = claims.joins().ok()?;
        Some(RoomGrant {
            room: room.to_owned(),
            identity: identity.to_owned(),
            name: claims.name.clone(),
            role: claims.stoa.role.clone(),
            person: PersonId::parse(&claims.stoa.person),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_minted_is_read_again_until_its_time_is_over() {
        let keys = ApiKeys::new([("key".to_owned(), "secret".to_owned())]);
        let tokens = Tokens::new(Arc::new(keys));
        let grant = RoomGrant {
            room: "room_a".into(),
            identity: "per_b".into(),
            name: "Ann".into(),
            role: "host".into(),
            person: PersonId::parse("per_b"),
        };
        let token = tokens.mint(&grant, 1_000, 2_000);
        assert_eq!(tokens.verify(&token, 1_500), Some(grant));
        assert_eq!(tokens.verify(&token, 9_000), None);
        assert_eq!(tokens.verify("nonsense", 1_500), None);
    }
}
