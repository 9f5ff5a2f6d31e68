//! The program at the other end.

/// The family of a client library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sdk {
    #[default]
    Unknown,
    Js,
    Swift,
    Android,
    Flutter,
    Go,
    Unity,
    ReactNative,
    Rust,
    Python,
    Cpp,
    UnityWeb,
    Node,
    Unreal,
    Esp32,
    Dotnet,
}

/// What a client says it can do beyond its protocol version; others see it and adapt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Capability {
    /// Reads the metadata that a publisher appends to frames.
    PacketTrailer,
    /// Inflates data streams and RPC payloads (raw deflate).
    CompressionDeflateRaw,
}

/// Who made the client and where it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    pub sdk: Sdk,
    pub version: String,
    /// The signalling protocol that the client speaks.
    pub protocol: u32,
    /// The client-to-client protocol (RPC, data streams), mirrored to the others.
    pub client_protocol: i32,
    pub capabilities: Vec<Capability>,
    pub os: String,
    pub os_version: String,
    pub device_model: String,
    pub browser: String,
    pub browser_version: String,
    /// Never logged.
    pub address: String,
    pub network: String,
    pub other_sdks: String,
}

/// How a client wants to be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionSettings {
    /// Receive every track without asking for it.
    pub auto_subscribe: bool,
    pub auto_subscribe_data_tracks: bool,
    /// The client will say how large each picture is shown; until it does, nothing is hidden.
    pub adaptive_stream: bool,
    /// Whether video may be paused when bandwidth is short. `None`: the server's default.
    pub allow_pause: Option<bool>,
    pub disable_ice_lite: bool,
}

impl Default for ConnectionSettings {
    fn default() -> Self {
        Self {
            auto_subscribe: true,
            auto_subscribe_data_tracks: false,
            adaptive_stream: false,
            allow_pause: None,
            disable_ice_lite: false,
        }
    }
}

/// Why a client comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ReconnectReason {
    #[default]
    Unknown,
    SignalDisconnected,
    PublisherFailed,
    SubscriberFailed,
    SwitchCandidate,
}
