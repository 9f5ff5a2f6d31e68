//! The structure of one stream across its packets.

use super::{Descriptor, Structure, read};
use crate::Error;
use std::sync::Arc;

/// Reads the descriptors of one stream, and keeps its last template structure.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    structure: Option<Arc<Structure>>,
    active_decode_targets: u32,
}

impl Reader {
    pub fn structure(&self) -> Option<&Arc<Structure>> {
        self.structure.as_ref()
    }

    /// The decode targets that are produced at present, bit 0 the first.
    pub fn active_decode_targets(&self) -> u32 {
        self.active_decode_targets
    }

    /// Reads one descriptor. A structure in it replaces the one that is kept.
    ///
    /// # Errors
    /// [`Error::StructureUnknown`] until the first structure came, and for a packet of an older
    /// structure that comes too late.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Descriptor, Error> {
        let descriptor = read(bytes, self.structure.as_deref())?;
        if let Some(structure) = &descriptor.structure {
            self.active_decode_targets = structure.all_active();
            // Repeated in each packet of a key frame: keep the one that others share already.
            if self.structure.as_deref() != Some(structure) {
                self.structure = Some(Arc::new(structure.clone()));
            }
        }
        if let Some(active) = descriptor.active_decode_targets {
            self.active_decode_targets = active;
        }
        Ok(descriptor)
    }
}
