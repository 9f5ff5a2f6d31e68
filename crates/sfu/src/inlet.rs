//! The way from TCP connections and the TURN relay into a shard.

use crate::handle::SfuHandle;
use crate::mailbox::Mail;
use net::{Inbound, Inlet, Refused, Shard};

impl Inlet for SfuHandle {
    fn shard_of(&self, ufrag: &str) -> Option<Shard> {
        net::shard_of_ufrag(ufrag).filter(|shard| shard.index() < self.shards())
    }

    fn deliver(&self, shard: Shard, packet: Inbound) -> Result<(), Refused> {
        let mailbox = self.mailbox(shard.index()).ok_or(Refused)?;
        mailbox
            .send(Mail::Inbound(None, packet))
            .map_err(|_| Refused)
    }
}
