//! The query of a connection request: parameters of both paths in one table.

use super::{ConnectError, base64url};
use crate::convert::enums::Numbered;
use crate::convert::request;
use axum::extract::Query;
use axum::http::Uri;
use livekit_protocol as wire;
use room_core::model::{ConnectionSettings, Sdk};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, HashMap};
use wire::client_info::Capability;

/// All parameters that clients send; others are ignored.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Params {
    pub(super) access_token: Option<String>,
    pub(super) join_request: Option<String>,
    #[serde(deserialize_with = "flag")]
    pub(super) reconnect: bool,
    #[serde(deserialize_with = "number")]
    pub(super) reconnect_reason: i32,
    #[serde(deserialize_with = "filled")]
    pub(super) sid: Option<String>,
    #[serde(deserialize_with = "filled")]
    pub(super) attributes: Option<String>,
    #[serde(deserialize_with = "optional_flag")]
    auto_subscribe: Option<bool>,
    #[serde(deserialize_with = "optional_flag")]
    auto_subscribe_data_track: Option<bool>,
    #[serde(deserialize_with = "flag")]
    adaptive_stream: bool,
    #[serde(deserialize_with = "flag")]
    disable_ice_lite: bool,
    #[serde(deserialize_with = "optional_flag")]
    subscriber_allow_pause: Option<bool>,
    sdk: String,
    version: String,
    #[serde(deserialize_with = "number")]
    protocol: i32,
    #[serde(deserialize_with = "number")]
    client_protocol: i32,
    os: String,
    os_version: String,
    device_model: String,
    browser: String,
    browser_version: String,
    network: String,
    other_sdks: String,
    capabilities: String,
}

impl Params {
    pub(super) fn parse(query: &str) -> Result<Self, ConnectError> {
        let bad = |_| ConnectError::Malformed("the query cannot be read");
        let uri = Uri::builder()
            .path_and_query(format!("/?{query}"))
            .build()
            .map_err(|_| ConnectError::Malformed("the query cannot be read"))?;
        let Query(params) = Query::<Self>::try_from_uri(&uri).map_err(bad)?;
        Ok(params)
    }

    pub(super) fn settings(&self) -> ConnectionSettings {
        ConnectionSettings {
            auto_subscribe: self.auto_subscribe.unwrap_or(true),
            auto_subscribe_data_tracks: self.auto_subscribe_data_track.unwrap_or(false),
            adaptive_stream: self.adaptive_stream,
            allow_pause: self.subscriber_allow_pause,
            disable_ice_lite: self.disable_ice_lite,
        }
    }

    pub(super) fn client_info(&self) -> wire::ClientInfo {
        wire::ClientInfo {
            sdk: sdk(&self.sdk).to_wire(),
            version: self.version.clone(),
            protocol: self.protocol,
            client_protocol: self.client_protocol,
            os: self.os.clone(),
            os_version: self.os_version.clone(),
            device_model: self.device_model.clone(),
            browser: self.browser.clone(),
            browser_version: self.browser_version.clone(),
            network: self.network.clone(),
            other_sdks: self.other_sdks.clone(),
            capabilities: self
                .capabilities
                .split(',')
                .filter_map(|name| Capability::from_str_name(name.trim()))
                .map(i32::from)
                .collect(),
            ..wire::ClientInfo::default()
        }
    }
}

/// The `attributes` parameter: base64url of a JSON object of texts.
pub(super) fn attributes(text: &str) -> Result<BTreeMap<String, String>, ConnectError> {
    let bytes =
        base64url::decode(text).ok_or(ConnectError::Malformed("attributes are not base64url"))?;
    let parsed = serde_json::from_slice::<HashMap<String, String>>(&bytes)
        .map_err(|_| ConnectError::Malformed("attributes are not a JSON object of texts"))?;
    Ok(request::attributes(parsed)?)
}

fn sdk(name: &str) -> Sdk {
    match name.to_ascii_lowercase().as_str() {
        "js" => Sdk::Js,
        "swift" | "ios" => Sdk::Swift,
        "android" => Sdk::Android,
        "flutter" => Sdk::Flutter,
        "go" => Sdk::Go,
        "unity" => Sdk::Unity,
        "reactnative" => Sdk::ReactNative,
        "rust" => Sdk::Rust,
        "python" => Sdk::Python,
        "cpp" => Sdk::Cpp,
        "unityweb" => Sdk::UnityWeb,
        "node" => Sdk::Node,
        "unreal" => Sdk::Unreal,
        "esp32" => Sdk::Esp32,
        "dotnet" => Sdk::Dotnet,
        _ => Sdk::Unknown,
    }
}

fn is_yes(text: &str) -> bool {
    text == "1" || text.eq_ignore_ascii_case("true")
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    String::deserialize(deserializer).map(|text| is_yes(&text))
}

fn optional_flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    filled(deserializer).map(|text| text.map(|text| is_yes(&text)))
}

fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    String::deserialize(deserializer).map(|text| (!text.is_empty()).then_some(text))
}

/// What is no number is 0, as unsaid.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    String::deserialize(deserializer).map(|text| text.parse().unwrap_or(0))
}
