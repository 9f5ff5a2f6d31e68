//! `DataPacket`: opened as far as forwarding needs, stamped with its true sender.
//!
//! Works on the fields of the encoded message, so that payloads are not copied apart, and fields
//! of newer versions pass through.

use super::fields::{Field, Fields, Value};
use super::rpc;
use base::{Identity, ParticipantSid};
use bytes::{BufMut, Bytes, BytesMut};
use prost::encoding::{WireType, encode_key, encode_varint};
use room_core::{BadPacket, Envelope, PacketKind, Sender};

/// Field numbers of `DataPacket`.
mod tag {
    pub(super) const USER: u32 = 2;
    pub(super) const SPEAKER: u32 = 3;
    pub(super) const IDENTITY: u32 = 4;
    pub(super) const DESTINATION_IDENTITIES: u32 = 5;
    pub(super) const SIP_DTMF: u32 = 6;
    pub(super) const TRANSCRIPTION: u32 = 7;
    pub(super) const METRICS: u32 = 8;
    pub(super) const CHAT: u32 = 9;
    pub(super) const RPC_REQUEST: u32 = 10;
    pub(super) const RPC_ACK: u32 = 11;
    pub(super) const RPC_RESPONSE: u32 = 12;
    pub(super) const STREAM_HEADER: u32 = 13;
    pub(super) const STREAM_CHUNK: u32 = 14;
    pub(super) const STREAM_TRAILER: u32 = 15;
    pub(super) const SEQUENCE: u32 = 16;
    pub(super) const SID: u32 = 17;
    pub(super) const ENCRYPTED: u32 = 18;
}

/// Field numbers of `UserPacket`, which once carried sender and destinations itself.
mod user_tag {
    pub(super) const SID: u32 = 1;
    pub(super) const DESTINATION_SIDS: u32 = 3;
    pub(super) const IDENTITY: u32 = 5;
    pub(super) const DESTINATION_IDENTITIES: u32 = 6;
}

/// A packet of 64 kB could hold thirty thousand empty names; no room is that large.
const MAX_DESTINATIONS: usize = 4_096;

pub(super) fn open(packet: &Bytes) -> Result<Envelope, BadPacket> {
    let mut envelope = Envelope {
        kind: PacketKind::Unknown,
        destinations: Vec::new(),
        destination_sids: Vec::new(),
        sender: None,
        sequence: 0,
    };
    for field in Fields::of(packet) {
        read(&mut envelope, &field?)?;
    }
    Ok(envelope)
}

/// Replaces whatever the packet says about its sender.
pub(super) fn stamp(packet: &Bytes, sender: &Sender) -> Result<Bytes, BadPacket> {
    let names = sender.identity.as_str().len() + sender.sid.as_str().len();
    // Twice, as user packets carry them too; the rest is keys and lengths.
    let mut out = BytesMut::with_capacity(packet.len() + 2 * names + 32);
    for field in Fields::of(packet) {
        let field = field?;
        match field.number {
            tag::IDENTITY | tag::SID => {}
            tag::USER => {
                let user = stamp_user(field.value.bytes()?, sender)?;
                put_bytes(&mut out, tag::USER, &user);
            }
            _ => out.put_slice(&field.raw),
        }
    }
    put_bytes(&mut out, tag::IDENTITY, sender.identity.as_str().as_bytes());
    put_bytes(&mut out, tag::SID, sender.sid.as_str().as_bytes());
    Ok(out.freeze())
}

fn read(envelope: &mut Envelope, field: &Field) -> Result<(), BadPacket> {
    match field.number {
        tag::IDENTITY => {
            let identity = field.value.text()?;
            envelope.sender = (!identity.is_empty()).then(|| Identity::from(identity));
        }
        tag::DESTINATION_IDENTITIES => destination(envelope, &field.value)?,
        tag::SEQUENCE => match field.value {
            Value::Varint(sequence) => {
                envelope.sequence = u32::try_from(sequence).map_err(|_| BadPacket)?;
            }
            Value::Bytes(_) | Value::Other => return Err(BadPacket),
        },
        tag::USER => {
            envelope.kind = PacketKind::User;
            read_user(envelope, field.value.bytes()?)?;
        }
        tag::SPEAKER => envelope.kind = PacketKind::Speaker,
        tag::SIP_DTMF => envelope.kind = PacketKind::SipDtmf,
        tag::TRANSCRIPTION => envelope.kind = PacketKind::Transcription,
        tag::METRICS => envelope.kind = PacketKind::Metrics,
        tag::CHAT => envelope.kind = PacketKind::Chat,
        tag::RPC_REQUEST => envelope.kind = PacketKind::RpcRequest,
        tag::RPC_ACK => envelope.kind = rpc::ack(field.value.bytes()?)?,
        tag::RPC_RESPONSE => envelope.kind = rpc::response(field.value.bytes()?)?,
        tag::STREAM_HEADER | tag::STREAM_CHUNK | tag::STREAM_TRAILER => {
            envelope.kind = PacketKind::Stream;
        }
        tag::ENCRYPTED => envelope.kind = PacketKind::Encrypted,
        _ => {}
    }
    Ok(())
}

fn read_user(envelope: &mut Envelope, user: &Bytes) -> Result<(), BadPacket> {
    for field in Fields::of(user) {
        let field = field?;
        match field.number {
            user_tag::DESTINATION_IDENTITIES => destination(envelope, &field.value)?,
            user_tag::DESTINATION_SIDS => {
                if envelope.destination_sids.len() >= MAX_DESTINATIONS {
                    return Err(BadPacket);
                }
                let sid = ParticipantSid::from(field.value.text()?);
                envelope.destination_sids.push(sid);
            }
            _ => {}
        }
    }
    Ok(())
}

/// Clients name destinations in the packet, in the user packet, or in both.
fn destination(envelope: &mut Envelope, value: &Value) -> Result<(), BadPacket> {
    if envelope.destinations.len() >= MAX_DESTINATIONS {
        return Err(BadPacket);
    }
    envelope.destinations.push(Identity::from(value.text()?));
    Ok(())
}

fn stamp_user(user: &Bytes, sender: &Sender) -> Result<Bytes, BadPacket> {
    let mut out = BytesMut::with_capacity(user.len() + 128);
    for field in Fields::of(user) {
        let field = field?;
        match field.number {
            user_tag::SID | user_tag::IDENTITY => {}
            _ => out.put_slice(&field.raw),
        }
    }
    put_bytes(&mut out, user_tag::SID, sender.sid.as_str().as_bytes());
    put_bytes(
        &mut out,
        user_tag::IDENTITY,
        sender.identity.as_str().as_bytes(),
    );
    Ok(out.freeze())
}

fn put_bytes(out: &mut BytesMut, number: u32, bytes: &[u8]) {
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(bytes.len() as u64, out);
    out.put_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use livekit_protocol as wire;
    use prost::Message;
    use wire::data_packet::Value as PacketValue;

    #[test]
    fn a_forged_sender_is_overwritten_everywhere() {
        let packet = user_packet();
        let stamped = stamp(&packet, &sender()).unwrap();
        let stamped = wire::DataPacket::decode(stamped).unwrap();
        let original = wire::DataPacket::decode(packet).unwrap();
        assert_eq!(stamped.participant_identity, "ann");
        assert_eq!(stamped.participant_sid, "PA_ann");
        assert_eq!(stamped.sequence, original.sequence);
        assert_eq!(
            stamped.destination_identities,
            original.destination_identities
        );
        let (Some(PacketValue::User(now)), Some(PacketValue::User(before))) =
            (stamped.value, original.value)
        else {
            panic!("the packet changed its kind");
        };
        assert_eq!(now.payload, before.payload);
        assert_eq!(now.topic, before.topic);
        #[expect(deprecated, reason = "older clients read the old fields")]
        {
            assert_eq!(now.participant_sid, "PA_ann");
            assert_eq!(now.participant_identity, "ann");
        }
    }

    #[test]
    fn destinations_are_found_in_both_places() {
        let envelope = open(&user_packet()).unwrap();
        assert_eq!(envelope.kind, PacketKind::User);
        assert_eq!(envelope.destinations, ["cid".into(), "bob".into()]);
        assert_eq!(envelope.destination_sids, ["PA_bob".into()]);
        assert_eq!(envelope.sender, Some("mallory".into()));
        assert_eq!(envelope.sequence, 7);
    }

    #[test]
    fn every_kind_of_packet_is_told_apart() {
        let cases = [
            (
                PacketValue::SipDtmf(wire::SipDtmf::default()),
                PacketKind::SipDtmf,
            ),
            (
                PacketValue::Transcription(wire::Transcription::default()),
                PacketKind::Transcription,
            ),
            (
                PacketValue::Metrics(wire::MetricsBatch::default()),
                PacketKind::Metrics,
            ),
            (
                PacketValue::ChatMessage(wire::ChatMessage::default()),
                PacketKind::Chat,
            ),
            (
                PacketValue::RpcRequest(wire::RpcRequest::default()),
                PacketKind::RpcRequest,
            ),
            (
                PacketValue::StreamHeader(wire::data_stream::Header::default()),
                PacketKind::Stream,
            ),
            (
                PacketValue::StreamChunk(wire::data_stream::Chunk::default()),
                PacketKind::Stream,
            ),
            (
                PacketValue::StreamTrailer(wire::data_stream::Trailer::default()),
                PacketKind::Stream,
            ),
            (
                PacketValue::EncryptedPacket(wire::EncryptedPacket::default()),
                PacketKind::Encrypted,
            ),
        ];
        for (value, kind) in cases {
            let packet = wire::DataPacket {
                value: Some(value),
                ..wire::DataPacket::default()
            };
            let packet = Bytes::from(packet.encode_to_vec());
            assert_eq!(open(&packet).unwrap().kind, kind);
            let stamped = stamp(&packet, &sender()).unwrap();
            assert_eq!(open(&stamped).unwrap().sender, Some("ann".into()));
        }
    }

    #[test]
    fn a_kind_of_a_newer_version_passes_through_unharmed() {
        let mut packet = BytesMut::new();
        put_bytes(&mut packet, 99, b"from the future");
        let packet = packet.freeze();
        assert_eq!(open(&packet).unwrap().kind, PacketKind::Unknown);
        let stamped = stamp(&packet, &sender()).unwrap();
        assert!(stamped.starts_with(&packet));
    }

    #[test]
    fn a_packet_to_everybody_by_name_is_bounded() {
        let packet = wire::DataPacket {
            destination_identities: vec![String::new(); MAX_DESTINATIONS + 1],
            ..wire::DataPacket::default()
        };
        assert_eq!(open(&packet.encode_to_vec().into()), Err(BadPacket));
    }

    #[expect(deprecated, reason = "older clients write the old fields")]
    fn user_packet() -> Bytes {
        let packet = wire::DataPacket {
            participant_identity: "mallory".into(),
            participant_sid: "PA_mallory".into(),
            destination_identities: vec!["bob".into()],
            sequence: 7,
            value: Some(PacketValue::User(wire::UserPacket {
                participant_sid: "PA_mallory".into(),
                participant_identity: "mallory".into(),
                payload: vec![1, 2, 3],
                destination_sids: vec!["PA_bob".into()],
                destination_identities: vec!["cid".into()],
                topic: Some("chat".into()),
                ..wire::UserPacket::default()
            })),
            ..wire::DataPacket::default()
        };
        packet.encode_to_vec().into()
    }

    fn sender() -> Sender {
        Sender {
            identity: "ann".into(),
            sid: "PA_ann".into(),
        }
    }
}
