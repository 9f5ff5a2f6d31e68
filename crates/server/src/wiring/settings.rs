//! Configuration in the words of rooms and signalling.

use crate::config::Config;
use room_core::Settings;
use signal::SessionLimits;
use std::time::Duration;

pub(crate) fn room_settings(config: &Config) -> Settings {
    let limits = &config.limits;
    Settings {
        limits: room_core::Limits {
            participants: limits.participants,
            tracks_per_participant: limits.tracks_per_participant,
            metadata_bytes: limits.metadata_bytes,
            attributes_bytes: limits.attributes_bytes,
            name_bytes: limits.name_bytes,
            commands_per_second: limits.commands_per_second,
            commands_burst: limits.commands_burst,
            ..room_core::Limits::default()
        },
        empty_timeout: Duration::from_secs(config.rooms.empty_timeout_s),
        departure_timeout: Duration::from_secs(config.rooms.departure_timeout_s),
        resume_window: Duration::from_secs(config.rooms.resume_window_s),
        remote_unmute: config.rooms.remote_unmute,
        simulations: config.rooms.simulations,
        region: config.region.clone(),
        ..Settings::default()
    }
}

pub(crate) fn session_limits(config: &Config) -> SessionLimits {
    SessionLimits {
        message_bytes: config.limits.signal_message_bytes,
        messages_per_second: config.limits.signal_messages_per_second,
        messages_burst: config.limits.signal_messages_burst,
        ..SessionLimits::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written in `config.example.toml` is what the crates were made for.
    #[test]
    fn the_defaults_of_the_configuration_are_those_of_the_crates() {
        assert_eq!(room_settings(&Config::default()), Settings::default());
        assert_eq!(session_limits(&Config::default()), SessionLimits::default());
    }
}
