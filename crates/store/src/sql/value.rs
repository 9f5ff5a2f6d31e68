//! What can be a parameter.

use base::{ApiKeyId, EventId, FileId, LinkId, PersonId, RoomId, TenantId, WebhookId};

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Integer(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

/// Parameters are names, addresses and hashes: they do not belong in a log.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Integer(_) => "Integer",
            Self::Text(_) => "Text",
            Self::Bytes(_) => "Bytes",
        })
    }
}

macro_rules! from {
    ($($from:ty => |$value:ident| $into:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )*};
}

from! {
    i64 => |value| Self::Integer(Some(value));
    u64 => |value| Self::Integer(Some(signed(value)));
    u32 => |value| Self::Integer(Some(value.into()));
    bool => |value| Self::Integer(Some(value.into()));
    Option<u64> => |value| Self::Integer(value.map(signed));
    Option<u32> => |value| Self::Integer(value.map(Into::into));
    &str => |value| Self::Text(Some(value.to_owned()));
    String => |value| Self::Text(Some(value));
    &String => |value| Self::Text(Some(value.clone()));
    Option<String> => |value| Self::Text(value);
    &Option<String> => |value| Self::Text(value.clone());
    Option<&str> => |value| Self::Text(value.map(str::to_owned));
    Vec<u8> => |value| Self::Bytes(Some(value));
    &Vec<u8> => |value| Self::Bytes(Some(value.clone()));
    &[u8] => |value| Self::Bytes(Some(value.to_vec()));
    Option<Vec<u8>> => |value| Self::Bytes(value);
}

macro_rules! from_ids {
    ($($id:ty),*) => {$(
        from! {
            &$id => |value| Self::Text(Some(value.as_str().to_owned()));
            Option<&$id> => |value| Self::Text(value.map(|id| id.as_str().to_owned()));
            &Option<$id> => |value| Self::Text(value.as_ref().map(|id| id.as_str().to_owned()));
        }
    )*};
}

from_ids!(
    TenantId, PersonId, ApiKeyId, RoomId, LinkId, FileId, WebhookId, EventId
);

/// Databases count to 2^63; a time or a size beyond that is nobody's.
fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
