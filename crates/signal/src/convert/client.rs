//! Who the client says it is and how it wants to be served.

use super::bounds::{NAME_BYTES, OutOfBounds, text};
use super::enums::{Numbered, list_from_wire};
use livekit_protocol as wire;
use room_core::model::{ClientInfo, ConnectionSettings, Sdk};

pub(crate) fn client_from_wire(info: wire::ClientInfo) -> Result<ClientInfo, OutOfBounds> {
    let short = |what, value| text(what, value, NAME_BYTES);
    Ok(ClientInfo {
        sdk: Sdk::from_wire(info.sdk).unwrap_or_default(),
        version: short("client version", info.version)?,
        protocol: u32::try_from(info.protocol).unwrap_or(0),
        client_protocol: info.client_protocol,
        capabilities: list_from_wire("capabilities", info.capabilities)?,
        os: short("client os", info.os)?,
        os_version: short("client os version", info.os_version)?,
        device_model: short("device model", info.device_model)?,
        browser: short("browser", info.browser)?,
        browser_version: short("browser version", info.browser_version)?,
        // The transport knows better than the client.
        address: String::new(),
        network: short("network", info.network)?,
        other_sdks: short("other sdks", info.other_sdks)?,
    })
}

pub(crate) fn settings_from_wire(settings: wire::ConnectionSettings) -> ConnectionSettings {
    ConnectionSettings {
        auto_subscribe: settings.auto_subscribe,
        // Clients that know data tracks ask for each by name; those that do not could only drop
        // the frames.
        auto_subscribe_data_tracks: settings.auto_subscribe_data_track.unwrap_or(false),
        adaptive_stream: settings.adaptive_stream,
        allow_pause: settings.subscriber_allow_pause,
        disable_ice_lite: settings.disable_ice_lite,
    }
}
