//! From a method and a JSON payload to a typed command.

use super::refused::Common;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value;

/// Larger payloads are refused unread. Over RPC the protocol itself allows 15 kB; the largest
/// command, an agenda of 50 items, stays below this.
const MAX_PAYLOAD_BYTES: usize = 64 * 1024;

/// Splits `chat.say`.
pub(super) fn split(method: &str) -> Result<(&str, &str), Common> {
    method.split_once('.').ok_or(Common::UnknownMethod)
}

/// The payload as a value; an empty one is `{}`, since some doors have no word for it.
pub(super) fn payload(json: &str) -> Result<Value, Common> {
    if json.len() > MAX_PAYLOAD_BYTES {
        let limit = MAX_PAYLOAD_BYTES as u64;
        return Err(Common::TooLarge { limit });
    }
    if json.trim().is_empty() {
        return Ok(Value::Object(serde_json::Map::new()));
    }
    serde_json::from_str(json).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Common::malformed(place, "it is not JSON")
    })
}

/// The variant `name` of the command enum `C` with the fields in `payload`.
pub(super) fn parse<C: DeserializeOwned>(name: &str, payload: Value) -> Result<C, Common> {
    let call = Call { name, payload };
    let mut track = serde_path_to_error::Track::new();
    let traced = serde_path_to_error::Deserializer::new(call, &mut track);
    C::deserialize(traced).map_err(|error| match error {
        CallError::UnknownMethod => Common::UnknownMethod,
        CallError::Payload(error) => {
            let path = track.path().to_string();
            let place = path.split_once('.').map_or(path.as_str(), |(_, rest)| rest);
            Common::malformed(place, error.to_string())
        }
    })
}

/// One method call, which deserialises to a variant of an enum.
struct Call<'a> {
    name: &'a str,
    payload: Value,
}

#[derive(Debug, thiserror::Error)]
enum CallError {
    #[error("unknown method")]
    UnknownMethod,
    #[error(transparent)]
    Payload(#[from] serde_json::Error),
}

impl serde::de::Error for CallError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Payload(serde_json::Error::custom(message))
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::UnknownMethod
    }
}

impl<'de> Deserializer<'de> for Call<'_> {
    type Error = CallError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, CallError> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

impl<'de> EnumAccess<'de> for Call<'_> {
    type Error = CallError;
    type Variant = Payload;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Payload), CallError> {
        let name = seed.deserialize(StrDeserializer::<CallError>::new(self.name))?;
        Ok((name, Payload(self.payload)))
    }
}

struct Payload(Value);

impl<'de> VariantAccess<'de> for Payload {
    type Error = CallError;

    fn unit_variant(self) -> Result<(), CallError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, CallError> {
        Ok(seed.deserialize(self.0)?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, CallError> {
        Ok(self.0.deserialize_seq(visitor)?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, CallError> {
        Ok(self.0.deserialize_map(visitor)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::json;

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Command {
        LowerAll {},
        SetAgenda { items: Vec<Item> },
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Item {
        minutes: u32,
    }

    #[test]
    fn a_method_is_a_variant() {
        assert_eq!(parse("lower_all", json!({})), Ok(Command::LowerAll {}));
        let agenda = json!({"items": [{"minutes": 5, "of_a_newer_client": true}]});
        let items = vec![Item { minutes: 5 }];
        assert_eq!(
            parse("set_agenda", agenda),
            Ok(Command::SetAgenda { items })
        );
    }

    #[test]
    fn an_unknown_method_is_not_a_malformed_one() {
        assert_eq!(
            parse::<Command>("dance", json!({})),
            Err(Common::UnknownMethod)
        );
    }

    #[test]
    fn what_is_malformed_is_named() {
        let broken = json!({"items": [{"minutes": 5}, {"minutes": "ten"}]});
        let Err(Common::Malformed { place, .. }) = parse::<Command>("set_agenda", broken) else {
            panic!("it was taken");
        };
        assert_eq!(place, "items[1].minutes");
    }

    #[test]
    fn an_empty_payload_is_an_empty_object() {
        assert_eq!(payload(" "), Ok(json!({})));
        assert!(matches!(payload("{"), Err(Common::Malformed { .. })));
    }
}
