//! What shards, room and clients say to one another.

use super::links::broken;
use super::{Message, SIGNAL_DELAY, World};
use crate::invariant::Broken;
use crate::net::Node;
use crate::room::{Said, Signal};
use base::PeerId;
use base::media::{Command, Event};
use room_core::{ClientCommand, SessionId};
use sfu_core::{Input, Output, ShardId};
use std::time::Duration;

/// From one shard's queue to the other's.
const RELAY_DELAY: Duration = Duration::from_micros(100);

/// sctp-proto 0.10 closes an association when its first message comes late, on a path that reorders,
/// after a repetition has done its work (RFC 9260 section 5.2.2 wants it answered), and str0m the
/// connection with it. It befalls one call in some hundred here. The room gives the participant
/// up, and his client would join anew.
fn is_late_greeting(why: &str) -> bool {
    why == "the client closed the connection" || why == "shutdown called in non-Established state"
}

impl World {
    /// What the room says is done.
    pub(super) fn obey(&mut self, said: Vec<Said>) {
        for said in said {
            match said {
                Said::Command(command) => self.later(Duration::ZERO, Message::Command(command)),
                Said::Tell(peer, session, signal) => {
                    self.later(SIGNAL_DELAY, Message::Signal(peer, session, signal));
                }
                Said::Dismissed(peer, why) => {
                    self.failures.push(format!("{peer} was sent away: {why:?}"));
                }
            }
        }
    }

    pub(super) fn deliver_messages(&mut self) {
        while let Some(entry) = self.messages.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            match entry.remove() {
                Message::Command(command) => self.command(command),
                Message::Signal(peer, session, signal) => self.signal(peer, session, signal),
                Message::Client(session, command) => {
                    let said = self.room.command(self.now, session, command);
                    self.obey(said);
                }
                Message::SignalLost(session) => self.forget(session),
                Message::Resume(peer, received) => self.resumed(peer, received),
                Message::Relay { from, to, envelope } => {
                    let from = ShardId(from as u8);
                    let input = Input::Relay(from, envelope);
                    self.shards[to].engine.handle(self.now, input);
                }
            }
        }
    }

    pub(super) fn wake_room(&mut self) {
        if self.room.next_deadline().is_some_and(|at| at <= self.now) {
            let said = self.room.wake(self.now);
            self.obey(said);
        }
    }

    fn signal(&mut self, peer: PeerId, session: SessionId, signal: Signal) {
        let Some(bot) = self.bots.get_mut(&peer) else {
            return;
        };
        if self.room.session(peer) != Some(session) {
            return;
        }
        for command in bot.signal(self.now, signal) {
            self.client(peer, command);
        }
    }

    /// A client says something over his signal connection, if he has one.
    fn client(&mut self, peer: PeerId, command: Command) {
        let command = match command {
            Command::Offer { id, sdp, .. } => ClientCommand::Offer { id, sdp },
            Command::Answer { id, sdp, .. } => ClientCommand::Answer { id, sdp },
            _ => return,
        };
        if let Some(session) = self.room.session(peer) {
            self.later(SIGNAL_DELAY, Message::Client(session, command));
        }
    }

    pub(super) fn drain_shards(&mut self) {
        for index in 0..self.shards.len() {
            let engine = &mut self.shards[index].engine;
            if engine.next_deadline().is_some_and(|at| at <= self.now) {
                engine.handle(self.now, Input::Timeout);
            }
            let mut count = 0;
            while let Some(output) = self.shards[index].engine.poll() {
                count += 1;
                self.output(index, output);
            }
            self.most_outputs = self.most_outputs.max(count);
        }
    }

    fn output(&mut self, shard: usize, output: Output) {
        match output {
            Output::Send(datagram) => self.send_down(datagram),
            Output::Event(event) => self.event(event),
            Output::Relay(to, envelope) => {
                let message = Message::Relay {
                    from: shard,
                    to: usize::from(to.0),
                    envelope,
                };
                self.later(RELAY_DELAY, message);
            }
            // Nobody taps here.
            Output::Tap(..) | Output::TapEnded(_) => {}
        }
    }

    fn event(&mut self, event: Event) {
        self.note(&summary(&event));
        match &event {
            Event::Failed { peer, why, .. } if is_late_greeting(why) && self.dropped.is_none() => {
                self.dropped = Some(*peer);
                self.vanish(*peer);
            }
            // Of one who is gone nothing else can come.
            Event::SdpRefused { peer, why } | Event::Failed { peer, why, .. }
                if self.bots.contains_key(peer) =>
            {
                self.failures.push(format!("{peer}: {why}"));
            }
            Event::SubscriptionFailed { peer, track } => {
                self.failures.push(format!("{peer}: no codec for {track}"));
            }
            _ => {}
        }
        let said = self.room.hear(self.now, event);
        self.obey(said);
    }

    pub(super) fn tick_bots(&mut self) -> Result<(), Broken> {
        let mut commands = Vec::new();
        let mut packets = Vec::new();
        for (peer, bot) in &mut self.bots {
            let said = bot.tick(self.now, &mut packets);
            let said = said.map_err(|v| broken(*peer, v))?;
            commands.extend(said.into_iter().map(|command| (*peer, command)));
            if let Some(links) = self.links.get_mut(peer) {
                for packet in packets.drain(..) {
                    links.up.push(self.now, packet);
                }
            }
        }
        for (peer, command) in commands {
            self.client(peer, command);
        }
        Ok(())
    }

    fn command(&mut self, command: Command) {
        let peer = match &command {
            Command::Open(open) => open.peer,
            Command::Subscribe(subscribe) => subscribe.peer,
            Command::Publish(spec) => spec.publisher,
            Command::Close { peer }
            | Command::Move { peer, .. }
            | Command::Offer { peer, .. }
            | Command::Answer { peer, .. }
            | Command::Trickle { peer, .. }
            | Command::RestartIce { peer }
            | Command::Unpublish { peer, .. }
            | Command::Mute { peer, .. }
            | Command::Unsubscribe { peer, .. }
            | Command::Configure { peer, .. } => *peer,
            Command::SendData { .. } => return self.send_data(command),
        };
        let shard = self.homes.get(&peer).copied().unwrap_or_default();
        let engine = &mut self.shards[shard].engine;
        engine.handle(self.now, Input::Command(command));
    }

    /// Each shard gets it for those whom it carries.
    fn send_data(&mut self, command: Command) {
        for shard in &mut self.shards {
            shard
                .engine
                .handle(self.now, Input::Command(command.clone()));
        }
    }
}

/// One line for a log; descriptions are long.
fn summary(event: &Event) -> String {
    match event {
        Event::Answer { peer, id, .. } => format!("Answer {peer} {id}"),
        Event::Offer { peer, id, .. } => format!("Offer {peer} {id}"),
        Event::Data { peer, channel, .. } => format!("Data {peer} {channel:?}"),
        other => format!("{other:?}"),
    }
}
