//! Data tracks.

use super::bounds::{ID_BYTES, NAME_BYTES, OutOfBounds, SIDS, list, text};
use super::enums::Numbered;
use livekit_protocol as wire;
use room_core::model::{
    DataTrackInfo, DataTrackOptions, DataTrackSid, Encoding, Encryption, SchemaId, SubscriberHandle,
};
use room_core::{DataSubscriptionUpdate, PublishDataTrack};
use wire::data_track_frame_encoding::Value as FrameEncoding;
use wire::data_track_schema_encoding::Value as SchemaEncoding;
use wire::data_track_subscriber_handles::PublishedDataTrack;

pub(crate) fn publish_from_wire(
    request: wire::PublishDataTrackRequest,
) -> Result<PublishDataTrack, OutOfBounds> {
    Ok(PublishDataTrack {
        pub_handle: request.pub_handle,
        name: text("data track name", request.name, NAME_BYTES)?,
        encryption: Encryption::from_wire(request.encryption).unwrap_or(Encryption::Custom),
        frame_encoding: frame_encoding_from_wire(request.frame_encoding)?,
        schema: request.schema.map(schema_from_wire).transpose()?,
    })
}

pub(crate) fn publish_to_wire(request: &PublishDataTrack) -> wire::PublishDataTrackRequest {
    wire::PublishDataTrackRequest {
        pub_handle: request.pub_handle,
        name: request.name.clone(),
        encryption: request.encryption.to_wire(),
        frame_encoding: request.frame_encoding.as_ref().map(frame_encoding_to_wire),
        schema: request.schema.as_ref().map(schema_to_wire),
    }
}

pub(crate) fn info_to_wire(info: &DataTrackInfo) -> wire::DataTrackInfo {
    wire::DataTrackInfo {
        pub_handle: u32::from(info.pub_handle),
        sid: info.sid.as_str().to_owned(),
        name: info.name.clone(),
        encryption: info.encryption.to_wire(),
        frame_encoding: info.frame_encoding.as_ref().map(frame_encoding_to_wire),
        schema: info.schema.as_ref().map(schema_to_wire),
    }
}

pub(crate) fn handles_to_wire(handles: &[SubscriberHandle]) -> wire::DataTrackSubscriberHandles {
    wire::DataTrackSubscriberHandles {
        sub_handles: handles
            .iter()
            .map(|handle| {
                let track = PublishedDataTrack {
                    publisher_identity: handle.publisher_identity.as_str().to_owned(),
                    publisher_sid: handle.publisher.as_str().to_owned(),
                    track_sid: handle.track.as_str().to_owned(),
                };
                (u32::from(handle.handle), track)
            })
            .collect(),
    }
}

pub(crate) fn subscription_from_wire(
    update: wire::UpdateDataSubscription,
) -> Result<Vec<DataSubscriptionUpdate>, OutOfBounds> {
    list("data subscriptions", update.updates, SIDS)?
        .into_iter()
        .map(|update| {
            Ok(DataSubscriptionUpdate {
                track: sid(update.track_sid)?,
                subscribe: update.subscribe,
                options: DataTrackOptions {
                    target_fps: update.options.and_then(|options| options.target_fps),
                },
            })
        })
        .collect()
}

pub(crate) fn sid(sid: String) -> Result<DataTrackSid, OutOfBounds> {
    text("data track sid", sid, ID_BYTES).map(DataTrackSid::new)
}

fn frame_encoding_from_wire(
    encoding: Option<wire::DataTrackFrameEncoding>,
) -> Result<Option<Encoding>, OutOfBounds> {
    Ok(match encoding.and_then(|encoding| encoding.value) {
        Some(FrameEncoding::WellKnown(number)) => Some(Encoding::WellKnown(number)),
        Some(FrameEncoding::Custom(name)) => {
            Some(Encoding::Custom(text("frame encoding", name, ID_BYTES)?))
        }
        None => None,
    })
}

fn frame_encoding_to_wire(encoding: &Encoding) -> wire::DataTrackFrameEncoding {
    wire::DataTrackFrameEncoding {
        value: Some(match encoding {
            Encoding::WellKnown(number) => FrameEncoding::WellKnown(*number),
            Encoding::Custom(name) => FrameEncoding::Custom(name.clone()),
        }),
    }
}

fn schema_from_wire(schema: wire::DataTrackSchemaId) -> Result<SchemaId, OutOfBounds> {
    let encoding = match schema.encoding.and_then(|encoding| encoding.value) {
        Some(SchemaEncoding::WellKnown(number)) => Some(Encoding::WellKnown(number)),
        Some(SchemaEncoding::Custom(name)) => {
            Some(Encoding::Custom(text("schema encoding", name, ID_BYTES)?))
        }
        None => None,
    };
    Ok(SchemaId {
        name: text("schema name", schema.name, NAME_BYTES)?,
        encoding,
    })
}

fn schema_to_wire(schema: &SchemaId) -> wire::DataTrackSchemaId {
    wire::DataTrackSchemaId {
        name: schema.name.clone(),
        encoding: schema
            .encoding
            .as_ref()
            .map(|encoding| wire::DataTrackSchemaEncoding {
                value: Some(match encoding {
                    Encoding::WellKnown(number) => SchemaEncoding::WellKnown(*number),
                    Encoding::Custom(name) => SchemaEncoding::Custom(name.clone()),
                }),
            }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_track_survives_the_way_there_and_back() {
        for encoding in [Encoding::WellKnown(7), Encoding::Custom("mine".into())] {
            let request = PublishDataTrack {
                pub_handle: 70_000,
                name: "position".into(),
                encryption: Encryption::Gcm,
                frame_encoding: Some(encoding.clone()),
                schema: Some(SchemaId {
                    name: "xyz".into(),
                    encoding: Some(encoding),
                }),
            };
            assert_eq!(publish_from_wire(publish_to_wire(&request)), Ok(request));
        }
    }
}
