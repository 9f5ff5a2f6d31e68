//! Carries the dependency descriptor's bytes through str0m, which does not know the extension.

use std::sync::Arc;
use str0m::rtp::{Extension, ExtensionSerializer, ExtensionValues};

/// <https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension>
const URI: &str =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// Longest value that one header extension element can have (RFC 8285 section 4.3).
const MAX_BYTES: usize = 255;

/// Longest value in an element of the one-byte form (RFC 8285 section 4.2).
const MAX_ONE_BYTE_FORM_BYTES: usize = 16;

pub(super) fn extension() -> Extension {
    Extension::with_serializer(URI, Serializer)
}

pub(super) fn read(values: &ExtensionValues) -> Option<Arc<[u8]>> {
    values
        .user_values
        .get::<Descriptor>()
        .map(|Descriptor(bytes)| bytes.clone())
}

pub(super) fn write(values: &mut ExtensionValues, bytes: Arc<[u8]>) {
    if !bytes.is_empty() && bytes.len() <= MAX_BYTES {
        values.user_values.set(Descriptor(bytes));
    }
}

struct Descriptor(Arc<[u8]>);

#[derive(Debug)]
struct Serializer;

impl ExtensionSerializer for Serializer {
    fn write_to(&self, buffer: &mut [u8], values: &ExtensionValues) -> usize {
        let Some(Descriptor(bytes)) = values.user_values.get() else {
            return 0;
        };
        let Some(target) = buffer.get_mut(..bytes.len()) else {
            return 0;
        };
        target.copy_from_slice(bytes);
        bytes.len()
    }

    fn parse_value(&self, bytes: &[u8], values: &mut ExtensionValues) -> bool {
        values.user_values.set(Descriptor(bytes.into()));
        true
    }

    fn is_video(&self) -> bool {
        true
    }

    fn is_audio(&self) -> bool {
        false
    }

    fn requires_two_byte_form(&self, values: &ExtensionValues) -> bool {
        values
            .user_values
            .get::<Descriptor>()
            .is_some_and(|Descriptor(bytes)| bytes.len() > MAX_ONE_BYTE_FORM_BYTES)
    }
}
