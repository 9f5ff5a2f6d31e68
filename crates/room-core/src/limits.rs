//! How much one room, or one person in it, may take. Each number says where it comes from.

/// Bounds on what clients can make the server hold. Configuration may change them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One task serves a room; at some thousands of people its updates alone fill a core.
    pub participants: u32,
    /// A meeting client publishes four; a robot with many cameras some dozens.
    pub tracks_per_participant: usize,
    /// What the protocol's other servers allow, so that nothing that works there fails here.
    pub metadata_bytes: usize,
    /// All keys and values together; as above.
    pub attributes_bytes: usize,
    /// Names are shown to people; also bounds identities.
    pub name_bytes: usize,
    /// Clients clamp messages to the 64 kB that the SDP announces.
    pub data_message_bytes: usize,
    /// Joining with many candidates and tracks takes some dozens at once; a lasting rate above this
    /// is a fault or an attack, and is slowed down.
    pub commands_per_second: u32,
    pub commands_burst: u32,
    /// Data tracks are small; 16-bit handles bound them anyway.
    pub data_tracks_per_participant: usize,
    /// Name of a data track, as the protocol has it.
    pub data_track_name_bytes: usize,
    /// Explicit wishes about tracks that one receiver may have at a time.
    pub wishes_per_participant: usize,
    /// Entries of one participant's subscription permission.
    pub permission_entries: usize,
    /// Reliable messages kept for those who resume: two seconds of them, at most this much.
    pub replay_bytes: usize,
    /// Server-made RPCs that wait for an answer.
    pub rpcs_in_flight: usize,
    /// RPC payloads, as the protocol has it.
    pub rpc_payload_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            participants: 3_000,
            tracks_per_participant: 64,
            metadata_bytes: 64_000,
            attributes_bytes: 64_000,
            name_bytes: 256,
            data_message_bytes: 65_536,
            commands_per_second: 100,
            commands_burst: 400,
            data_tracks_per_participant: 256,
            data_track_name_bytes: 256,
            wishes_per_participant: 4_096,
            permission_entries: 4_096,
            replay_bytes: 4 * 1024 * 1024,
            rpcs_in_flight: 1_024,
            rpc_payload_bytes: 15 * 1024,
        }
    }
}
