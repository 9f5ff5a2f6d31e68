//! Media sockets: UDP in batches (GSO and GRO), ICE over TCP, an embedded TURN server, and what a
//! shard needs to wait on them. The only crate with `unsafe`; it is confined to `udp`, `poll` and
//! `machine`, each block with the reason why it is sound.
//!
//! Absent on purpose: ICE, DTLS and RTP themselves (that is `sfu-core`), the shard's loop (`sfu`),
//! and relay sockets: what the TURN server relays stays inside the process.
//!
//! Begin with [`UdpSocket`] and [`Poller`], the shard's two tools; then [`Inlet`] and [`Outlets`],
//! by which packets of TCP connections and of the TURN relay come to a shard and leave it.

pub mod demux;
#[doc(hidden)]
pub mod fuzz;
mod inlet;
pub mod machine;
mod outlet;
mod packet;
mod poll;
mod route;
pub mod tcp;
pub mod turn;
mod udp;

pub use demux::{Kind, demux, ufrag_of_binding_request};
pub use inlet::{Inlet, Refused};
pub use outlet::{Outlet, Outlets, RelayAddresses, Sent};
pub use packet::{Datagram, Inbound, Proto};
pub use poll::{Poller, Ready, Waker};
pub use route::{
    FiveTuple, MAX_SHARDS, RouteTable, Shard, UFRAG_PREFIX_BYTES, shard_of_ufrag, ufrag_prefix,
};
pub use tcp::{IceTcp, TcpCounters, TcpOptions};
pub use turn::{MediaAddress, Turn, TurnCounters, TurnCredentials, TurnLimits, TurnOptions};
pub use udp::{UdpCounters, UdpOptions, UdpSocket};
