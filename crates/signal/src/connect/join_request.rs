//! The `join_request` parameter: base64url of a `WrappedJoinRequest`, whose inside may be gzipped.

use super::{ConnectError, base64url};
use flate2::read::GzDecoder;
use livekit_protocol as wire;
use prost::Message;
use std::io::Read;
use wire::wrapped_join_request::Compression;

/// First offers have 20 kB and shrink to 3; an HTTP server's header limit is the bound upstream.
const MAX_INFLATED_BYTES: u64 = 1024 * 1024;

pub(super) fn decode(text: &str) -> Result<wire::JoinRequest, ConnectError> {
    let bytes =
        base64url::decode(text).ok_or(ConnectError::Malformed("join_request is not base64url"))?;
    let wrapped = wire::WrappedJoinRequest::decode(&bytes[..])
        .map_err(|_| ConnectError::Malformed("join_request is not a WrappedJoinRequest"))?;
    let inner = match wrapped.compression() {
        Compression::None => wrapped.join_request,
        Compression::Gzip => inflate(&wrapped.join_request)?,
    };
    wire::JoinRequest::decode(&inner[..])
        .map_err(|_| ConnectError::Malformed("join_request does not hold a JoinRequest"))
}

fn inflate(bytes: &[u8]) -> Result<Vec<u8>, ConnectError> {
    let mut inflated = Vec::new();
    GzDecoder::new(bytes)
        .take(MAX_INFLATED_BYTES + 1)
        .read_to_end(&mut inflated)
        .map_err(|_| ConnectError::Malformed("join_request is not gzip"))?;
    if inflated.len() as u64 > MAX_INFLATED_BYTES {
        return Err(ConnectError::Malformed("join_request is too large"));
    }
    Ok(inflated)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
    use flate2::Compression as Level;
    use flate2::write::GzEncoder;
    use std::io::Write;

    #[test]
    fn every_wrapping_that_clients_use_is_read() {
        let request = wire::JoinRequest {
            participant_sid: "PA_1".into(),
            ..wire::JoinRequest::default()
        };
        let plain = request.encode_to_vec();
        let none = wrapped(Compression::None, plain.clone());
        let gzip = wrapped(Compression::Gzip, gzipped(&plain));
        for text in [
            URL_SAFE.encode(&none),
            URL_SAFE_NO_PAD.encode(&none),
            URL_SAFE.encode(&gzip),
        ] {
            assert_eq!(decode(&text), Ok(request.clone()));
        }
    }

    #[test]
    fn a_small_request_does_not_become_a_large_one() {
        let bomb = gzipped(&vec![0; 4 * MAX_INFLATED_BYTES as usize]);
        let text = URL_SAFE.encode(wrapped(Compression::Gzip, bomb));
        assert_eq!(
            decode(&text),
            Err(ConnectError::Malformed("join_request is too large"))
        );
    }

    #[test]
    fn each_broken_wrapping_is_named() {
        for (text, why) in [
            ("%".to_owned(), "join_request is not base64url"),
            (
                URL_SAFE.encode([0xff; 4]),
                "join_request is not a WrappedJoinRequest",
            ),
            (
                URL_SAFE.encode(wrapped(Compression::Gzip, vec![1, 2, 3])),
                "join_request is not gzip",
            ),
            (
                URL_SAFE.encode(wrapped(Compression::None, vec![0xff; 4])),
                "join_request does not hold a JoinRequest",
            ),
        ] {
            assert_eq!(decode(&text), Err(ConnectError::Malformed(why)));
        }
    }

    fn wrapped(compression: Compression, join_request: Vec<u8>) -> Vec<u8> {
        wire::WrappedJoinRequest {
            compression: compression as i32,
            join_request,
        }
        .encode_to_vec()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Level::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }
}
