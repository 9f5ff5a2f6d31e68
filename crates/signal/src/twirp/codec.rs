//! The two encodings of requests and responses.

use super::error::{Code, TwirpError};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use prost::Message;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Protobuf,
    /// protojson: camelCase out; camelCase or snake_case in; unknown fields ignored.
    Json,
}

impl Encoding {
    pub(super) fn from_headers(headers: &HeaderMap) -> Result<Self, TwirpError> {
        let written = headers
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media_type = written.split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "application/protobuf" => Ok(Self::Protobuf),
            "application/json" => Ok(Self::Json),
            _ => Err(TwirpError::new(
                Code::BadRoute,
                "send `Content-Type: application/protobuf` or `application/json`",
            )),
        }
    }

    pub(super) fn read<T: Message + Default + DeserializeOwned>(
        self,
        body: &[u8],
    ) -> Result<T, TwirpError> {
        match self {
            Self::Protobuf => T::decode(body)
                .map_err(|error| malformed(format!("the body is not this message: {error}"))),
            Self::Json => {
                let mut value: Value = serde_json::from_slice(body)
                    .map_err(|error| malformed(format!("the body is not JSON: {error}")))?;
                drop_nulls(&mut value);
                T::deserialize(value)
                    .map_err(|error| malformed(format!("the body is not this message: {error}")))
            }
        }
    }

    pub(super) fn write<T: Message + Serialize>(self, message: &T) -> Response {
        match self {
            Self::Protobuf => respond("application/protobuf", message.encode_to_vec()),
            Self::Json => match serde_json::to_vec(message) {
                Ok(body) => respond("application/json", body),
                Err(error) => TwirpError::new(
                    Code::Internal,
                    format!("the response cannot be written as JSON: {error}"),
                )
                .into_response(),
            },
        }
    }
}

fn respond(media_type: &'static str, body: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(media_type))];
    (StatusCode::OK, headers, body).into_response()
}

fn malformed(msg: String) -> TwirpError {
    TwirpError::new(Code::Malformed, msg)
}

/// In protojson `null` is the same as nothing. The parser's own limit bounds the depth.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|_, field| !field.is_null());
            fields.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
