//! Access tokens: what `stoa token create` prints and the development page asks for.

use crate::cli::{Grant, TokenCreate};
use crate::config::{Config, Keys};
use crate::problem::Problem;
use base::clock::OsClock;
use jsonwebtoken::{EncodingKey, Header};
use serde::Serialize;
use std::time::Duration;

/// What a token says of its holder; the claims are those of LiveKit access tokens.
pub(crate) struct Holder<'a> {
    pub(crate) room: &'a str,
    pub(crate) identity: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) grants: &'a [Grant],
    pub(crate) ttl: Duration,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    nbf: u64,
    exp: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    video: Video<'a>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Video<'a> {
    room: &'a str,
    #[serde(skip_serializing_if = "is_false")]
    room_join: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_publish: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_subscribe: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    can_publish_data: Option<bool>,
    #[serde(skip_serializing_if = "is_false")]
    can_update_own_metadata: bool,
    #[serde(skip_serializing_if = "is_false")]
    hidden: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_admin: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_create: bool,
    #[serde(skip_serializing_if = "is_false")]
    room_list: bool,
    #[serde(skip_serializing_if = "is_false")]
    agent: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
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
        iss: key,
        sub: holder.identity,
        nbf: now_s,
        exp: now_s + holder.ttl.as_secs(),
        name: holder.name,
        video: video(holder.room, holder.grants),
    };
    let secret = EncodingKey::from_secret(secret.as_bytes());
    jsonwebtoken::encode(&Header::default(), &claims, &secret)
        .map_err(|error| Problem::new("sign a token", error, "check the secret of the API key"))
}

fn video<'a>(room: &'a str, grants: &[Grant]) -> Video<'a> {
    let has = |grant: Grant| grants.contains(&grant);
    let media = [Grant::Publish, Grant::Subscribe, Grant::Data];
    // Left out, these three are allowed by whoever reads the token; one named, the others are not.
    let narrowed = grants.iter().any(|grant| media.contains(grant));
    let media = |grant: Grant| narrowed.then(|| has(grant));
    Video {
        room,
        room_join: !has(Grant::Agent),
        can_publish: media(Grant::Publish),
        can_subscribe: media(Grant::Subscribe),
        can_publish_data: media(Grant::Data),
        can_update_own_metadata: has(Grant::OwnMetadata),
        hidden: has(Grant::Hidden),
        room_admin: has(Grant::RoomAdmin),
        room_create: has(Grant::RoomCreate),
        room_list: has(Grant::RoomList),
        agent: has(Grant::Agent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    fn claims(grants: &[Grant]) -> Value {
        let holder = Holder {
            room: "hello",
            identity: "ann",
            name: None,
            grants,
            ttl: Duration::from_secs(60),
        };
        let token = issue(&Keys::dev(), &holder).unwrap();
        let body = token.split('.').nth(1).unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
    }

    #[test]
    fn without_grants_a_token_lets_its_holder_join_and_leaves_the_rest_to_the_defaults() {
        let claims = claims(&[]);
        assert_eq!(claims["iss"], "devkey");
        assert_eq!(claims["sub"], "ann");
        assert_eq!(claims["video"], json!({"room": "hello", "roomJoin": true}));
        let seconds = claims["exp"].as_u64().unwrap() - claims["nbf"].as_u64().unwrap();
        assert_eq!(seconds, 60);
    }

    #[test]
    fn naming_one_media_grant_refuses_the_others() {
        let video = &claims(&[Grant::Subscribe, Grant::Hidden])["video"];
        assert_eq!(video["canSubscribe"], true);
        assert_eq!(video["canPublish"], false);
        assert_eq!(video["canPublishData"], false);
        assert_eq!(video["hidden"], true);
    }
}
