//! What the tests of connections have in common: shards that only listen, and a client's bytes.

use net::{Inbound, Inlet, Refused, Shard, shard_of_ufrag, ufrag_prefix};
use std::sync::Arc;
use std::time::Duration;
use stun_proto::types::attribute::Username;
use stun_proto::types::message::{BINDING, Message, MessageWriteVec};
use stun_proto::types::prelude::*;
use tokio::sync::mpsc;

/// Everything that comes to any shard.
pub(crate) struct FakeShards(pub(crate) mpsc::Receiver<(Shard, Inbound)>);

struct FakeInlet {
    shards: u16,
    packets: mpsc::Sender<(Shard, Inbound)>,
}

impl FakeShards {
    pub(crate) fn new(shards: u16) -> (Self, Arc<dyn Inlet>) {
        let (packets, received) = mpsc::channel(1_000);
        (Self(received), Arc::new(FakeInlet { shards, packets }))
    }

    pub(crate) async fn next(&mut self) -> (Shard, Inbound) {
        self.0.recv().await.expect("the inlet lives")
    }
}

impl Inlet for FakeInlet {
    fn shard_of(&self, ufrag: &str) -> Option<Shard> {
        shard_of_ufrag(ufrag).filter(|shard| shard.0 < self.shards)
    }

    fn deliver(&self, shard: Shard, packet: Inbound) -> Result<(), Refused> {
        self.packets.try_send((shard, packet)).map_err(|_| Refused)
    }
}

/// A connectivity check for somebody on this shard.
pub(crate) fn check_for(shard: Shard) -> Vec<u8> {
    let username = ufrag_prefix(shard) + "Zz:theirs";
    let mut check = Message::builder_request(BINDING, MessageWriteVec::new());
    check
        .add_attribute(&Username::new(&username).unwrap())
        .unwrap();
    check.finish()
}

/// Waits no longer than nothing ever takes.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future)
        .await
        .expect("it happens in time")
}
