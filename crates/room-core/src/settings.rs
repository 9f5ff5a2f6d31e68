//! How rooms of this server behave.

use crate::Limits;
use base::media::Codec;
use std::time::Duration;

/// The server's choices, the same for all its rooms. Configuration may change them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub limits: Limits,
    /// A room that nobody has entered yet ends after this.
    pub empty_timeout: Duration,
    /// A room that everybody has left ends after this.
    pub departure_timeout: Duration,
    /// A participant whose signalling connection broke stays for this long. Clients retry for
    /// about 30 s in steps that grow; half of it covers a change of network.
    pub resume_window: Duration,
    /// Whether video may be paused for lack of bandwidth when the client does not say.
    pub allow_pause: bool,
    /// Whether the room service may unmute somebody's microphone.
    pub remote_unmute: bool,
    /// Whether clients may ask for faults.
    pub simulations: bool,
    pub publish_codecs: Vec<Codec>,
    pub region: String,
    /// The highest signalling protocol version that this server speaks.
    pub protocol: u32,
    /// In rooms larger than this, news about those who do not publish are collected for
    /// `update_batch`: the work of telling everybody about everybody grows with the square.
    pub batch_above: usize,
    pub update_batch: Duration,
    pub quality_interval: Duration,
    /// Tokens are minted anew this often; they live at least twice as long.
    pub token_refresh: Duration,
    /// Reliable messages are kept this long for those who resume.
    pub replay_window: Duration,
    /// How long a program may take to say that it got an RPC: a slow round trip and a retransmission.
    pub rpc_ack_timeout: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            empty_timeout: Duration::from_secs(300),
            departure_timeout: Duration::from_secs(20),
            resume_window: Duration::from_secs(20),
            allow_pause: true,
            remote_unmute: false,
            simulations: true,
            publish_codecs: vec![
                Codec::Opus,
                Codec::Red,
                Codec::Vp8,
                Codec::H264,
                Codec::Vp9,
                Codec::Av1,
                Codec::H265,
            ],
            region: String::new(),
            protocol: 17,
            batch_above: 50,
            update_batch: Duration::from_secs(3),
            quality_interval: Duration::from_secs(5),
            token_refresh: Duration::from_secs(300),
            replay_window: Duration::from_secs(2),
            rpc_ack_timeout: Duration::from_secs(7),
        }
    }
}
