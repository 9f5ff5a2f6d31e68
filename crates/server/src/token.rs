//! Access tokens: what `stoa token create` prints and the development page asks for.

use crate::cli::{Grant, TokenCreate};
use crate::config::{Config, Keys};
use crate::problem::Problem;
use base::clock::OsClock;
use signal::token::{ApiKeys, Claims, VideoGrant};
use std::time::Duration;

/// What a token says of its holder; the claims are those of LiveKit access tokens.
pub(crate) struct Holder<'a> {
    pub(crate) room: &'a str,
    pub(crate) identity: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) grants: &'a [Grant],
    pub(crate) ttl: Duration,
}

/// `stoa token create`.
pub(crate) fn create(config: &Config, asked: &TokenCreate) -> Result<String, Problem> {
    let chosen = asked.api_key.as_deref();
    let holder = Holder {
        room: &asked.room,
        identity: &asked.identity,
        name: asked.name.as_deref(),
        grants: &asked.grants,
        ttl: asked.ttl,
    };
    let issuer = match chosen {
        Some(key) => config.keys.secret(key).map(|secret| (key, secret)),
        None => config.keys.first(),
    };
    let Some((key, secret)) = issuer else {
        return Err(Problem::new(
            "make a token",
            format!("the API key \"{}\" is not configured", chosen.unwrap_or("")),
            "name one of those under [keys]",
        ));
    };
    signed(key, secret, &holder)
}

/// A token from the first of `keys`.
pub(crate) fn issue(keys: &Keys, holder: &Holder<'_>) -> Result<String, Problem> {
    let (key, secret) = keys.first().ok_or_else(|| {
        Problem::new(
            "make a token",
            "there is no API key",
            "add one under [keys]",
        )
    })?;
    signed(key, secret, holder)
}

fn signed(key: &str, secret: &str, holder: &Holder<'_>) -> Result<String, Problem> {
    let now_s = OsClock.unix_ms() / 1_000;
    let claims = Claims {
        iss: key.to_owned(),
        sub: holder.identity.to_owned(),
        nbf: now_s,
        exp: now_s + holder.ttl.as_secs(),
        name: holder.name.unwrap_or_default().to_owned(),
        video: video(holder.room, holder.grants),
        ..Claims::default()
    };
    ApiKeys::new([(key.to_owned(), secret.to_owned())])
        .sign(&claims)
        .map_err(|error| Problem::new("sign a token", error, "check the secret of the API key"))
}

fn video(room: &str, grants: &[Grant]) -> VideoGrant {
    let has = |grant: Grant| grants.contains(&grant);
    let media = [Grant::Publish, Grant::Subscribe, Grant::Data];
    // Left out, these three are allowed by whoever reads the token; one named, the others are not.
    let narrowed = grants.iter().any(|grant| media.contains(grant));
    let media = |grant: Grant| narrowed.then(|| has(grant));
    VideoGrant {
        room: room.to_owned(),
        room_join: !has(Grant::Agent),
        can_publish: media(Grant::Publish),
        can_subscribe: media(Grant::Subscribe),
        can_publish_data: media(Grant::Data),
        can_update_own_metadata: has(Grant::OwnMetadata).then_some(true),
        hidden: has(Grant::Hidden),
        room_admin: has(Grant::RoomAdmin),
        room_create: has(Grant::RoomCreate),
        room_list: has(Grant::RoomList),
        agent: has(Grant::Agent),
        ..VideoGrant::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(grants: &[Grant]) -> Claims {
        let holder = Holder {
            room: "hello",
            identity: "ann",
            name: None,
            grants,
            ttl: Duration::from_secs(60),
        };
        let token = issue(&Keys::dev(), &holder).unwrap();
        let keys = ApiKeys::new([("devkey".to_owned(), "secret".to_owned())]);
        keys.verify(&token, OsClock.unix_ms() / 1_000).unwrap()
    }

    #[test]
    fn without_grants_a_token_lets_its_holder_join_and_leaves_the_rest_to_the_defaults() {
        let claims = claims(&[]);
        assert_eq!(claims.joins().unwrap(), ("hello", "ann"));
        assert_eq!(claims.video.can_publish, None);
        assert_eq!(claims.exp - claims.nbf, 60);
    }

    #[test]
    fn naming_one_media_grant_refuses_the_others() {
        let video = claims(&[Grant::Subscribe, Grant::Hidden]).video;
        assert_eq!(video.can_subscribe, Some(true));
        assert_eq!(video.can_publish, Some(false));
        assert_eq!(video.can_publish_data, Some(false));
        assert!(video.hidden);
    }
}
